"""``evaluate compare`` as a library call: two systems and photos in, what differs out."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from landmarq.catalog import Catalog, read_catalog
from landmarq.embed import Progress
from landmarq.evaluation.answers import Answer, read_answers
from landmarq.evaluation.comparing import Comparison, compare
from landmarq.evaluation.embedding import recognize_photos
from landmarq.evaluation.labelled import LabelledPhotos, align, labelled_photos
from landmarq.evaluation.report import write_comparison
from landmarq.pack import Pack
from landmarq.recognize import Recognizer, Rule
from landmarq.runtime import Network, Runtime
from landmarq.types import Landmark
from landmarq.workspace.measuring import VECTORS_FILE, catalog_table, embedded, library_catalog
from landmarq.workspace.systems import open_system


def compare_systems(
    first: Path,
    second: Path,
    photos: Path,
    *,
    out: Path,
    rule: Rule | None = None,
    model: Path | None = None,
    runtime: Runtime = "openvino",
    vectors: Path | None = None,
    split: str = "",
    progress: Progress | None = None,
) -> Comparison:
    """Compare two packs (folders) or two systems' answers (JSON files) on a catalog or a folder of photos.

    Without labels (a folder) it says who changed; with a catalog also which is better.

    Raises:
        InputError: one is a pack and the other a file of answers for other photos, or neither is there.
    """
    everything = read_catalog(photos) if photos.is_file() else library_catalog(photos)
    sides = [_Side.open(path, rule, model, runtime) for path in (first, second)]
    known = [landmark.id for side in sides for landmark in side.landmarks]
    chosen = labelled_photos(
        everything,
        split=split,
        landmarks=(*catalog_table(photos, None), *(landmark for side in sides for landmark in side.landmarks)),
        known=known or None,
    )
    answers = [side.answer(chosen, everything, vectors or out / VECTORS_FILE, progress) for side in sides]
    both = {chosen.is_positive(row) for row in chosen.catalog.rows} == {True, False}
    names = {landmark: chosen.name(landmark) for landmark in chosen.landmarks}
    comparison = compare(
        *answers,
        names=(first.stem, second.stem) if first.stem != second.stem else (str(first), str(second)),
        labels=chosen if both else None,
        landmark_names=names,
    )
    write_comparison(comparison, out, catalog=chosen.catalog)
    return comparison


@dataclasses.dataclass(frozen=True)
class _Side:
    """One of two systems compared: a pack with its network, or answers from a file."""

    packs: tuple[Pack, ...]
    network: Network | None
    rule: Rule | None
    answers: tuple[Answer, ...]

    @classmethod
    def open(cls, path: Path, rule: Rule | None, model: Path | None, runtime: Runtime) -> _Side:
        if path.is_file():
            return cls((), None, rule, read_answers(path))
        system = open_system([path], model=model, runtime=runtime)
        return cls(system.packs, system.network, rule, ())

    @property
    def landmarks(self) -> tuple[Landmark, ...]:
        return tuple(landmark for pack in self.packs for landmark in pack.landmarks)

    def answer(
        self, photos: LabelledPhotos, everything: Catalog, vectors: Path, progress: Progress | None
    ) -> tuple[Answer, ...]:
        if self.network is None:
            found = align(photos, self.answers, catalog=everything)
        else:
            read = embedded(photos.catalog, self.network, vectors, progress)
            found = align(photos, recognize_photos(read, Recognizer(self.packs, self.rule)), catalog=photos.catalog)
        # Two systems may write one photo's path in two ways.
        rows = photos.catalog.rows
        return tuple(dataclasses.replace(each, path=row.path) for row, each in zip(rows, found, strict=True))
