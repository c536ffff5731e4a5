"""What ``--verify local`` buys and costs: the same photos answered with and without the second look.

    python benchmarks/second_look.py PHOTOS --split val --vectors vectors.sqlite

PHOTOS is a folder with ``photos.csv`` and ``references.csv``. Places are not used: the look of a photo has to do alone.
"""

from __future__ import annotations

import argparse
import functools
import time
from pathlib import Path

from landmarq.catalog import read_catalog
from landmarq.evaluation.embedding import recognize_photos
from landmarq.evaluation.labelled import align, labelled_photos
from landmarq.evaluation.offline import OfflineConfig, evaluate
from landmarq.photos import PhotoView, read_photo
from landmarq.recognize import Recognition, Recognizer, Rule
from landmarq.types import Place, Vectors
from landmarq.workspace import open_system
from landmarq.workspace.measuring import embedded
from landmarq.workspace.verifying import local_check


class Looking(Recognizer):
    """A recogniser that gets its photos' pictures from files, and counts those that it looks at again."""

    looked, seconds = 0, 0.0
    files: list[Path]

    def recognize(  # type: ignore[override]  # the pictures are its own
        self, vectors: Vectors, places: list[Place | None]
    ) -> list[Recognition]:
        """Answer with a second look."""
        begun = time.perf_counter()
        found = super().recognize(vectors, places, pictures=[functools.partial(self.picture, f) for f in self.files])
        self.seconds = time.perf_counter() - begun
        return found

    def picture(self, file: Path) -> bytes:
        """Return the thumbnail that a library keeps of a photo."""
        self.looked += 1
        return read_photo(file, PhotoView(256, thumbnail_side=360)).thumbnail


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--split", default="val")
    parser.add_argument("--vectors", type=Path, required=True, help="file of vectors, made or added to")
    parser.add_argument("--pack", type=Path, action="append", default=[], help="default: the one that comes along")
    options = parser.parse_args()

    rule = Rule(use_place=False)
    system = open_system(options.pack, rule=rule)
    known = [each.id for each in system.recognizer.landmarks]
    photos = labelled_photos(read_catalog(options.photos / "photos.csv"), split=options.split, known=known)
    found = embedded(photos.catalog, system.network, options.vectors, None)
    second = Looking(system.packs, rule, check=local_check(options.photos / "references.csv"))
    second.files = [photos.catalog.file(row) for row in found.rows]
    for name, recognizer in (("without", system.recognizer), ("with", second)):
        answers = align(photos, recognize_photos(found, recognizer), catalog=photos.catalog)
        report = evaluate(photos, answers, name=name, config=OfflineConfig())
        print(f"{name}: found {report.sensitivity.hits} of {report.positives}, wrong name {report.mistaken.hits}")
        for group in report.landmark_groups:
            if group.by == "training photos":
                print(f"  {group.name}: {group.sensitivity.hits} of {group.sensitivity.total}")
        for kind in report.negative_groups:
            if kind.by == "kind":
                print(
                    f"  {kind.name}: {kind.specificity.total - kind.specificity.hits} of {kind.specificity.total} pass"
                )
        for bar in report.at_specificity:
            print(f"  {bar.specificity:.1%} of {bar.negatives}: {bar.sensitivity.hits} of {bar.sensitivity.total}")
    each = 1000 * second.seconds / max(1, second.looked)
    print(f"{second.looked} of {len(found.rows)} photos looked at again, {each:.0f} ms each, decoding included")


if __name__ == "__main__":
    main()
