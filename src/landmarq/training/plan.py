"""Which photos of a catalog train and validate in a stage, and as which classes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from landmarq.artifacts import fingerprint
from landmarq.catalog import Catalog, CatalogRow
from landmarq.errors import InputError
from landmarq.training.classes import Classes
from landmarq.training.config import DataConfig, TrainConfig
from landmarq.training.data import PhotoSet
from landmarq.training.progress import Reporter
from landmarq.training.sampler import limit_per_landmark


@dataclass(frozen=True)
class StagePhotos:
    """What a stage trains on.

    Attributes:
        classes: in the order of the classifier's rows.
        train: the photos that train.
        validation: the photos that validate.
        train_fingerprint: of the catalog's rows that train.
        validation_fingerprint: likewise.
    """

    classes: Classes
    train: PhotoSet
    validation: PhotoSet
    train_fingerprint: str
    validation_fingerprint: str


def stage_photos(
    whole: Catalog,
    config: TrainConfig,
    *,
    own: Catalog | None,
    regions: Collection[str] | None,
    before: Sequence[str],
    reporter: Reporter,
) -> StagePhotos:
    """Choose the photos of a stage.

    Args:
        whole: the run's catalog; it validates every stage.
        config: the recipe.
        own: the stage's own catalog, whose landmark photos train in place of the run's; if it has no
            non-landmark photos, the run's stay.
        regions: landmarks of the table that belong to the stage; None: all of the catalog.
        before: landmarks of the stage before, in the order of their rows, which they keep.
        reporter: is told which landmarks have no photo.

    Raises:
        InputError: nothing trains.
    """
    given, validation = _split(whole, config.data, seed=config.seed)
    train = given if own is None else train_rows(own, config.data)
    counts = Counter(row.landmark for row in train.rows if row.landmark)
    wanted = set(counts) if regions is None else set(regions)
    present = {landmark for landmark in wanted if counts[landmark] >= config.data.min_photos}
    absent = sorted(wanted - present)
    if absent:
        few = "no" if config.data.min_photos == 1 else f"fewer than {config.data.min_photos}"
        reporter.say(f"{few} training photos, left out: {', '.join(absent)}")
    landmarks = (*before, *sorted(present - set(before)))
    place = {landmark: row for row, landmark in enumerate(landmarks)}
    shown = train.where(lambda row: row.landmark in present)
    others = train.where(lambda row: not row.landmark) or given.where(lambda row: not row.landmark)
    if not shown.rows:
        raise InputError("no photo of a landmark trains: check the catalog's roles (data.train_roles) and landmarks")
    classes = Classes(landmarks, non_landmark=bool(others.rows))
    outside = classes.non_landmark_index or -1
    photos = _photo_set((shown, others), place, outside=outside)
    most, seed = config.sampling.most_per_landmark, config.seed
    kept = limit_per_landmark(photos.labels, most=most, non_landmark=classes.non_landmark_index, seed=seed)
    # A landmark of a later region is not asked of this stage; one that never trains is a non-landmark.
    later = {row.landmark for row in given.rows if row.landmark} - set(place)
    asked = validation.where(lambda row: row.landmark not in later)
    return StagePhotos(
        classes=classes,
        train=photos.subset(kept),
        validation=_photo_set((asked,), place, outside=-1),
        train_fingerprint=fingerprint([shown.fingerprint, others.fingerprint]),
        validation_fingerprint=asked.fingerprint,
    )


def _split(catalog: Catalog, config: DataConfig, *, seed: int) -> tuple[Catalog, Catalog]:
    """Return the rows that train and those that validate."""
    train = train_rows(catalog, config)
    validation = catalog.with_roles(*config.validation_roles)
    if validation.rows or not config.validation_share:
        return train, validation
    aside = _aside(train.rows, share=config.validation_share, seed=seed)
    rows = list(enumerate(train.rows))
    return (
        Catalog(tuple(row for place, row in rows if place not in aside), train.root),
        Catalog(tuple(row for place, row in rows if place in aside), train.root),
    )


def train_rows(catalog: Catalog, config: DataConfig) -> Catalog:
    """Return the rows that train: those of the roles, or all where the catalog speaks of no roles."""
    return catalog.with_roles(*config.train_roles) if any(row.role for row in catalog.rows) else catalog


def _aside(rows: Sequence[CatalogRow], *, share: float, seed: int) -> set[int]:
    """Pick the share of each class's rows; a class keeps at least one to train."""
    random = np.random.default_rng((seed, 2))
    labels = np.array([row.landmark for row in rows])
    picked: set[int] = set()
    for label in np.unique(labels):
        members = random.permutation(np.flatnonzero(labels == label))
        picked.update(members[: min(round(share * len(members)), len(members) - 1)].tolist())
    return picked


def _photo_set(catalogs: Sequence[Catalog], place: Mapping[str, int], *, outside: int) -> PhotoSet:
    """Put catalogs one after the other; a row whose landmark has no place is ``outside``."""
    rows = [row for catalog in catalogs for row in catalog.rows]
    labels = np.array([place.get(row.landmark, outside) for row in rows], dtype=np.int64)
    return PhotoSet(tuple(file for catalog in catalogs for file in catalog.files()), labels)
