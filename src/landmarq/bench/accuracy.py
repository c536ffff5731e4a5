"""What a way to run a network costs in accuracy: sensitivity at 99 % specificity, a gallery of its own each."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from landmarq import metrics
from landmarq.bench.networks import BATCH, Variant
from landmarq.catalog import Catalog, CatalogRow, read_catalog
from landmarq.errors import PhotoError
from landmarq.gallery import build_gallery
from landmarq.photos import PhotoReader, PhotoView
from landmarq.runtime import ModelInfo
from landmarq.types import Pixels, Vectors

SPECIFICITY = 0.99

Progress = Callable[[int, int], None]


def sensitivities(
    variants: Sequence[Variant], catalog: Path, *, info: ModelInfo, split: str = "val", progress: Progress | None = None
) -> dict[str, metrics.Proportion]:
    """Return each variant's sensitivity at 99 % specificity, by name.

    Each variant embeds the photos of the role ``train`` for its gallery and those of the split. A photo's score is its
    largest similarity to a centroid; places and references are left out.

    Args:
        variants: ways to run one model.
        catalog: CSV with roles.
        info: the model, for how photos are prepared.
        split: ``val`` takes val, val_negative and val_unknown.
        progress: called with (photos done, photos).
    """
    everything = read_catalog(catalog)
    rows = everything.where(lambda row: (row.role == "train" and bool(row.landmark)) or row.role.startswith(split))
    kept: list[CatalogRow] = []
    vectors: dict[str, list[Vectors]] = {each.name: [] for each in variants}
    for some, pixels in _read(rows, info, progress):
        kept += some
        for variant in variants:
            vectors[variant.name].append(variant.embed(pixels))
    return {name: _sensitivity(kept, np.concatenate(own), split) for name, own in vectors.items()}


def _sensitivity(rows: Sequence[CatalogRow], vectors: Vectors, split: str) -> metrics.Proportion:
    train, tested = (
        np.array([row.role == "train" for row in rows]),
        np.array([row.role.startswith(split) for row in rows]),
    )
    names = np.array([row.landmark for row in rows])
    landmarks = sorted(set(names[train].tolist()))
    photos = {each: vectors[train & (names == each)] for each in landmarks}
    gallery = build_gallery(
        landmarks, photos=photos, references={}, background=np.empty((0, vectors.shape[1]), np.float32)
    )
    similarity = vectors[tested] @ gallery.centroids.T
    best = similarity.argmax(axis=1)
    return metrics.sensitivity_at_specificity(
        metrics.decisions(
            similarity.max(axis=1).astype(float).tolist(),
            [landmarks[gallery.centroid_owner[at]] for at in best],
            names[tested].tolist(),
            known=frozenset(landmarks),
        ),
        SPECIFICITY,
    )


def _read(rows: Catalog, info: ModelInfo, progress: Progress | None) -> Iterator[tuple[list[CatalogRow], Pixels]]:
    """Yield the rows whose photo can be read, with the photos, a batch at a time."""
    with PhotoReader() as reader:
        photos = zip(rows.rows, reader.photos(rows.files(), _view(info)), strict=True)
        done = 0
        while batch := list(itertools.islice(photos, BATCH)):
            read = [(row, photo.pixels) for row, (_, photo) in batch if not isinstance(photo, PhotoError)]
            if read:
                yield [row for row, _ in read], np.stack([pixels for _, pixels in read])
            done += len(batch)
            if progress:
                progress(done, len(rows))


def _view(info: ModelInfo) -> PhotoView:
    return PhotoView(info.preprocessing.size, info.preprocessing.filter)
