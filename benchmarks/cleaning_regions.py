r"""Cleaning region by region, with the network of the stage before.

    python benchmarks/cleaning_regions.py PHOTOS --model europe=models/start --model americas_oceania=models/stage-1 \
        --model middle_east_north_africa=models/stage-2 --model asia=models/stage-3 -o runs/cleaning

PHOTOS is a folder with ``crawl.csv``, ``landmarks.csv``, ``references.csv`` and, for the truth, ``photos.csv``. Each
model cleans the whole crawl, the rows of its region alone, and those with everyday photos of which the crawl says that
they show no landmark. ``regions.md`` in the folder holds the region's scores, this rule's beside the paper's. No photo
is embedded twice; stopped, the same command goes on.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from cleaning_photos import Photos, Row
from landmarq.cleaning.score import scores_table
from landmarq.errors import LandmarqError

WHOLE, ALONE, EVERYDAY = "in the whole crawl", "its rows alone", "its rows and {count} everyday photos"


def parts(photos: Photos, region: str, model: Path, everyday: int) -> list[str]:
    """Clean a region's rows in three ways; return a table of each."""
    ours = {id_ for id_, of in photos.region.items() if of == region}
    if not ours:
        raise SystemExit(f"no landmark is of the region {region!r}")
    rows = [row for row in photos.crawl if row[1] in ours]
    references = [row for row in photos.references if row[1] in ours]
    more = unseen_everyday(photos)[:everyday]
    ways = [(WHOLE, "whole", photos.crawl, photos.references), (ALONE, "alone", rows, references)]
    if more:
        ways.append((EVERYDAY.format(count=len(more)), "everyday", rows + more, references))
    made = []
    for how, name, crawl, picked in ways:
        cleaned = photos.clean(f"{region}-{name}", crawl, picked, model)
        made.append(f"{region}, {how}, model {model.name}\n\n{scores_table(cleaned.of(region))}")
    return made


def unseen_everyday(photos: Photos) -> list[Row]:
    """Return the photos without a landmark that the crawl has not."""
    crawled = {path for path, _ in photos.crawl}
    return [row for row in photos.training if not row[1] and row[0] not in crawled]


def main() -> None:
    """Clean, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--model", action="append", required=True, metavar="REGION=FOLDER", help="in their order")
    parser.add_argument("--everyday", type=int, default=200, metavar="N", help="everyday photos; 0: none")
    parser.add_argument("-o", "--out", type=Path, required=True)
    options = parser.parse_args()
    photos = Photos(options.photos, options.out)
    made = []
    try:
        for region, _, folder in (each.partition("=") for each in options.model):
            made += parts(photos, region, Path(folder), options.everyday)
    except LandmarqError as error:
        sys.exit(f"cleaning_regions: {error}")
    photos.write("regions.md", "\n".join(made))


if __name__ == "__main__":
    main()
