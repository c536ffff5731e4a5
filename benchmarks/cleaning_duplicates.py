r"""How many altered copies of photos cleaning finds, and what else it takes for one picture.

    python benchmarks/cleaning_duplicates.py PHOTOS --model models/start -o runs/duplicates

PHOTOS is a folder with ``crawl.csv``, ``landmarks.csv``, ``references.csv`` and ``photos.csv``. Copies of photos that
the crawl labels rightly, altered in one of six ways, join it under the same landmark. ``duplicates.md`` says how many
pairs, of those of which both rows would have stayed, were found, and which photos of the crawl itself were taken for
one picture: those are to be looked at. No photo is embedded twice; stopped, the same command goes on.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance

from cleaning_photos import Cleaned, Photos, Row
from landmarq.cleaning import Outcome, Reason
from landmarq.errors import LandmarqError

Alter = Callable[[Image.Image], Image.Image]


def cut(share: float) -> Alter:
    """Return what cuts a share off every side."""

    def made(photo: Image.Image) -> Image.Image:
        across, down = round(photo.width * share), round(photo.height * share)
        return photo.crop((across, down, photo.width - across, photo.height - down))

    return made


WAYS: dict[str, tuple[Alter, int]] = {
    "saved again, JPEG quality 50": (lambda photo: photo, 50),
    "half the size": (lambda photo: photo.resize((photo.width // 2, photo.height // 2)), 85),
    "brighter by a quarter": (lambda photo: ImageEnhance.Brightness(photo).enhance(1.25), 85),
    "grey": (lambda photo: photo.convert("L").convert("RGB"), 85),
    "2 % cut off every side": (cut(0.02), 85),
    "5 % cut off every side": (cut(0.05), 85),
}


@dataclass(frozen=True)
class Copy:
    """A copy, what it was made of, and how."""

    path: str
    of: str
    landmark: str
    way: str


def make_copies(photos: Photos, count: int, seed: int) -> list[Copy]:
    """Write copies of photos with a right label, ``count`` of each way; those that are there stay."""
    truth = dict(photos.truth)
    right = sorted({row for row in photos.crawl if truth[row[0]] == row[1]})
    order = np.random.default_rng(seed).permutation(len(right))
    folder = photos.out / "copies"
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for at, (way, (alter, quality)) in enumerate(WAYS.items()):
        for chosen in order[at * count : (at + 1) * count].tolist():
            path, landmark = right[chosen]
            copy = folder / f"{at}-{chosen}.jpg"
            if not copy.is_file():
                with Image.open(path) as photo:
                    alter(photo.convert("RGB")).save(copy, quality=quality)
            made.append(Copy(str(copy.absolute()), path, landmark, way))
    return made


def report(cleaned: Cleaned, copies: list[Copy]) -> str:
    """Return the table of the ways, and the crawl's own pairs."""
    rows = {(row["path"], row["was"]): row for outcome in Outcome for row in cleaned.decided(outcome)}
    same = {str(Reason.SAME_PICTURE)}
    text = "| copy | pairs whose rows would stay | found |\n|---|---|---|\n"
    for way in WAYS:
        pairs = [[rows[path, copy.landmark] for path in (copy.path, copy.of)] for copy in copies if copy.way == way]
        both = [pair for pair in pairs if all(row["reason"] in {*same, str(Reason.SHOWS_IT)} for row in pair)]
        text += f"| {way} | {len(both)} | {sum(any(row['reason'] in same for row in pair) for pair in both)} |\n"
    made = {copy.path for copy in copies}
    own = [row for row in rows.values() if row["reason"] in same and row["path"] not in made]
    own = [row for row in own if row["same_as"] not in made]
    text += f"\n{len(own)} photos of the crawl were taken for the picture of another:\n\n"
    return text + "".join(f"{Path(row['path']).name} {Path(row['same_as']).name}\n" for row in own)


def main() -> None:
    """Make copies, clean, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--copies", type=int, default=50, help="of each way")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("-o", "--out", type=Path, required=True)
    options = parser.parse_args()
    photos = Photos(options.photos, options.out)
    try:
        copies = make_copies(photos, options.copies, options.seed)
        rows: list[Row] = [*photos.crawl, *((copy.path, copy.landmark) for copy in copies)]
        known = {copy.path: copy.landmark for copy in copies}
        cleaned = photos.clean("crawl-and-copies", rows, photos.references, options.model, more_truth=known)
    except LandmarqError as error:
        sys.exit(f"cleaning_duplicates: {error}")
    photos.write("duplicates.md", report(cleaned, copies))


if __name__ == "__main__":
    main()
