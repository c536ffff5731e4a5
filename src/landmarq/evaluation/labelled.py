"""The photos of an offline test: what is on each, and what the system was taught."""

from __future__ import annotations

import collections
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from landmarq import metrics
from landmarq.catalog import Catalog, CatalogRow
from landmarq.errors import InputError
from landmarq.evaluation.answers import Answer
from landmarq.types import Landmark

TRAIN = "train"
UNKNOWN = "unknown"


@dataclass(frozen=True)
class LabelledPhotos:
    """The photos of one test.

    Attributes:
        catalog: one row a photo, each path once.
        known: ids of the landmarks that the system was taught; a photo of another is a negative.
        landmarks: what is known of landmarks, by id; may lack some.
        training_photos: photos that the system was trained on, by landmark; empty where the catalog lists none.
    """

    catalog: Catalog
    known: frozenset[str]
    landmarks: Mapping[str, Landmark]
    training_photos: Mapping[str, int]

    def __post_init__(self) -> None:
        """Refuse photos that would count twice."""
        counted = collections.Counter(str(file) for file in self.catalog.files())
        path, times = counted.most_common(1)[0] if counted else ("", 0)
        if not counted:
            raise InputError("the catalog has no photos to test on")
        if times > 1:
            raise InputError(f"the catalog names {path} {times} times: a test counts each photo once")

    def is_positive(self, row: CatalogRow) -> bool:
        """Tell whether the photo shows a landmark that the system knows."""
        return row.landmark in self.known

    def need_both(self) -> None:
        """Refuse photos of one kind only, before they are embedded in vain.

        Raises:
            InputError: no photo of a known landmark, or no other.
        """
        truth, count = [row.landmark for row in self.catalog.rows], len(self.catalog)
        metrics.decisions([None] * count, [""] * count, truth, known=self.known).need_both()

    def name(self, landmark: str) -> str:
        """Return a landmark's name for people; its id where the table has none."""
        return self.landmarks[landmark].name if landmark in self.landmarks else landmark


def labelled_photos(
    catalog: Catalog,
    *,
    split: str = "",
    landmarks: Iterable[Landmark] = (),
    known: Iterable[str] | None = None,
) -> LabelledPhotos:
    """Choose the photos of a test from a catalog.

    Args:
        catalog: all photos; rows of the role ``train`` tell how many training photos a landmark has.
        split: take the roles ``split`` and ``split_...`` (``val`` takes ``val``, ``val_negative``,
            ``val_unknown``); empty takes ``test`` where the catalog has it, else all rows but ``train...``.
        landmarks: the landmark table.
        known: ids that the system knows; left out, all landmarks in the catalog but those that stand only
            in rows of a role that ends in ``unknown``.

    Raises:
        InputError: no photos of that split, or a photo named twice.
    """
    roles = {row.role for row in catalog.rows}
    split = split or ("test" if "test" in roles else "")
    if split and not any(_in_split(role, split) for role in roles):
        raise InputError(
            f"the catalog has no role {split!r}: its roles are {', '.join(sorted(roles - {''})) or 'none'}"
        )
    chosen = catalog.where(lambda row: _in_split(row.role, split) if split else not _in_split(row.role, TRAIN))
    if known is None:
        known = {row.landmark for row in catalog.rows if row.landmark and not row.role.endswith(UNKNOWN)}
    counted = collections.Counter(row.landmark for row in catalog.rows if row.role == TRAIN and row.landmark)
    return LabelledPhotos(chosen, frozenset(known), {each.id: each for each in landmarks}, dict(counted))


def align(photos: LabelledPhotos, answers: Sequence[Answer], *, catalog: Catalog) -> tuple[Answer, ...]:
    """Return the answer for each photo of the test, in its order.

    Args:
        photos: the test.
        answers: a system's answers; those for other photos of ``catalog`` are left out.
        catalog: the whole catalog that the test was chosen from.

    Raises:
        InputError: an answer for a photo that the catalog doesn't have, two for one photo, or none for some.
    """
    places = {row.path: i for i, row in enumerate(catalog.rows)}
    files = {_absolute(catalog.file(row)): i for i, row in enumerate(catalog.rows)}
    by_file: dict[str, Answer] = {}
    for answer in answers:
        place = places.get(answer.path, files.get(_absolute(Path(answer.path))))
        if place is None:
            raise InputError(f"a recognition is for {answer.path}, which the catalog doesn't have: not its photos")
        file = _absolute(catalog.file(catalog.rows[place]))
        if file in by_file:
            raise InputError(f"there are two recognitions for {answer.path}")
        by_file[file] = answer
    wanted = [_absolute(file) for file in photos.catalog.files()]
    missing = [file for file in wanted if file not in by_file]
    if missing:
        raise InputError(f"{len(missing)} of {len(wanted)} photos have no recognition, such as {missing[0]}")
    return tuple(by_file[file] for file in wanted)


def _in_split(role: str, split: str) -> bool:
    return role == split or role.startswith(f"{split}_")


def _absolute(path: Path) -> str:
    return str(path.resolve())
