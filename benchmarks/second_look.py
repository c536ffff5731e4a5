"""What ``--verify local`` buys and costs: the same photos answered with and without the second look.

    python benchmarks/second_look.py PHOTOS --split val --vectors vectors.sqlite -o second_look.json
    python benchmarks/results.py --second-look second_look.json

PHOTOS is a folder with ``photos.csv`` and ``references.csv``. Places are not used: the look of a photo has to do alone.
"""

from __future__ import annotations

import argparse
import functools
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from landmarq.artifacts import write_json
from landmarq.bench import this_machine
from landmarq.catalog import read_catalog, read_references
from landmarq.embed import THUMBNAIL_SIDE
from landmarq.evaluation.embedding import recognize_photos
from landmarq.evaluation.figures import SystemReport
from landmarq.evaluation.labelled import align, labelled_photos
from landmarq.evaluation.offline import OfflineConfig, evaluate
from landmarq.photos import PhotoView, read_photo
from landmarq.recognize import Recognition, Recognizer, Rule
from landmarq.recognize.local_check import LocalCheck
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
        return thumbnail(file)


def thumbnail(file: Path) -> bytes:
    """Return a photo as a library keeps it."""
    return read_photo(file, PhotoView(256, thumbnail_side=THUMBNAIL_SIDE)).thumbnail


def counted(report: SystemReport) -> dict[str, Any]:
    """Return what of a report the page tells: counts alone, [hits, total]."""
    rarities = {
        each.name.partition(" ")[0]: [each.sensitivity.hits, each.sensitivity.total]
        for each in report.landmark_groups
        if each.by == "training photos"
    }
    passed = {
        each.name: [each.specificity.total - each.specificity.hits, each.specificity.total]
        for each in report.negative_groups
        if each.by == "kind"
    }
    bars = {
        f"{bar.negatives}, {100 * bar.specificity:g} %": [bar.sensitivity.hits, bar.sensitivity.total]
        for bar in report.at_specificity
    }
    found = [report.sensitivity.hits, report.sensitivity.total]
    return {"found": found, "wrong name": report.mistaken.hits, **rarities, "passed": passed, "at": bars}


def measured(options: argparse.Namespace) -> dict[str, Any]:
    """Answer all photos twice."""
    rule, references = Rule(use_place=False), options.photos / "references.csv"
    system = open_system(options.pack, model=options.model, rule=rule)
    known = [each.id for each in system.recognizer.landmarks]
    photos = labelled_photos(read_catalog(options.photos / "photos.csv"), split=options.split, known=known)
    found = embedded(photos.catalog, system.network, options.vectors, None)
    check = local_check(references)
    second = Looking(system.packs, rule, check=check)
    second.files = [photos.catalog.file(row) for row in found.rows]
    systems: dict[str, Any] = {}
    right: list[tuple[Path, str]] = []
    for name, recognizer in (("without", system.recognizer), ("with", second)):
        answers = align(photos, recognize_photos(found, recognizer), catalog=photos.catalog)
        systems[name] = counted(evaluate(photos, answers, name=name, config=OfflineConfig()))
        if name == "without":
            shown = zip(photos.catalog.rows, answers, strict=True)
            right = [(photos.catalog.file(row), row.landmark) for row, each in shown if row.landmark in each.landmarks]
    return {
        "split": options.split,
        "model": system.network.info.fingerprint,
        "packs": [pack.info.name for pack in system.packs],
        "references": len(read_references(references)),
        "photos": len(found.rows),
        "looked": second.looked,
        "ms": 1000 * second.seconds / max(1, second.looked),
        "few": {"points": check.config.chance, **few(right, check)},
        "machine": this_machine().as_text(),
        **systems,
    }


def few(right: list[tuple[Path, str]], check: LocalCheck) -> Mapping[str, int]:
    """Return how many of the photos that are found rightly share no more with a reference than chance reaches."""
    shared = [check.inliers(functools.partial(thumbnail, file), landmark) for file, landmark in right]
    return {"photos": sum(each <= check.config.chance for each in shared), "of": len(shared)}


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--split", default="val")
    parser.add_argument("--vectors", type=Path, required=True, help="file of vectors, made or added to")
    parser.add_argument("--pack", type=Path, action="append", default=[], help="default: the one that comes along")
    parser.add_argument("--model", type=Path, help="default: the one that comes along")
    parser.add_argument("-o", "--out", type=Path, required=True, help="JSON, for results.py")
    options = parser.parse_args()
    told = measured(options)
    write_json(options.out, told)
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
