r"""The table of cleaning: the whole crawl, and region by region with the network of the stage before.

    python benchmarks/cleaning_regions.py PHOTOS --model europe=models/start --model americas_oceania=models/stage-1 \
        --model middle_east_north_africa=models/stage-2 --model asia=models/stage-3 -o runs/cleaning

PHOTOS is a folder with ``crawl.csv``, ``landmarks.csv``, ``references.csv`` and, for the truth, ``photos.csv``. Each
model cleans the whole crawl, and the rows of its region alone. ``regions.md`` in the folder holds the region's scores
of both, this rule's beside the paper's; the first model's folder holds the main table, ``scores.md``, and its
``curve.svg``. No photo is embedded twice; stopped, the same command goes on.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

from landmarq.artifacts import write_text
from landmarq.catalog import read_catalog, read_landmarks, write_table
from landmarq.cleaning.score import CleaningScore, scores_table
from landmarq.errors import LandmarqError
from landmarq.workspace import clean

WHOLE, ALONE = "in the whole crawl", "its rows alone"


@dataclass(frozen=True)
class Cleaning:
    """A folder of photos, and where its cleanings are written."""

    photos: Path
    out: Path

    def whole(self, model: Path) -> tuple[CleaningScore, ...]:
        """Clean the whole crawl with a model."""
        return self._clean(self.photos / "crawl.csv", self.photos / "photos.csv", model, self.out / model.name)

    def alone(self, model: Path, region: str) -> tuple[CleaningScore, ...]:
        """Clean the rows of one region's landmarks alone, with its references alone."""
        ours = {each.id for each in read_landmarks(self.photos / "landmarks.csv") if each.region == region}
        if not ours:
            raise SystemExit(f"no landmark is of the region {region!r}")
        folder = self.out / f"{model.name}-{region}"
        for name in ("crawl.csv", "references.csv"):
            self._copy(name, folder / name, of=ours)
        self._copy("photos.csv", folder / "truth.csv", of=None)
        return self._clean(folder / "crawl.csv", folder / "truth.csv", model, folder, references=folder)

    def _clean(
        self, crawl: Path, truth: Path, model: Path, out: Path, *, references: Path | None = None
    ) -> tuple[CleaningScore, ...]:
        return clean(
            crawl,
            landmarks=self.photos / "landmarks.csv",
            references=(references or self.photos) / "references.csv",
            model=model,
            out=out,
            vectors=self.out / "vectors.sqlite",
            truth=truth,
        ).scores

    def _copy(self, name: str, to: Path, *, of: set[str] | None) -> None:
        catalog = read_catalog(self.photos / name)
        rows = [row for row in catalog.rows if of is None or row.landmark in of]
        write_table(to, ("path", "landmark"), [(str(catalog.file(row).absolute()), row.landmark) for row in rows])


def main() -> None:
    """Clean, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--model", action="append", required=True, metavar="REGION=FOLDER", help="in their order")
    parser.add_argument("-o", "--out", type=Path, required=True)
    options = parser.parse_args()
    cleaning = Cleaning(options.photos, options.out)
    parts = []
    try:
        for region, _, folder in (each.partition("=") for each in options.model):
            model = Path(folder)
            found = [score for score in cleaning.whole(model) if score.region == region]
            alone = [score for score in cleaning.alone(model, region) if not score.region]
            for how, scores in ((WHOLE, found), (ALONE, alone)):
                parts.append(f"{region}, {how}, model {model.name}\n\n{scores_table(scores)}")
    except LandmarqError as error:
        sys.exit(f"cleaning_regions: {error}")
    write_text(options.out / "regions.md", "\n".join(parts))
    sys.stdout.write("\n".join(parts))


if __name__ == "__main__":
    main()
