"""From a landmark's photos to its centroids: complete-link clusters, one unit mean for each valid one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from landmarq.cluster import complete_link
from landmarq.gallery.config import GalleryConfig
from landmarq.gallery.gallery import Gallery
from landmarq.types import Vectors


def centroids_of(vectors: Vectors, config: GalleryConfig) -> Vectors:
    """Return a landmark's centroids: the unit mean of each valid cluster; of all photos where none is valid.

    Args:
        vectors: the landmark's photos, (n, d) float32 unit rows, n >= 1.
        config: how centroids are made.

    Returns:
        (k, d) float32 unit rows, k >= 1, that of the largest cluster first.
    """
    labels = complete_link(vectors, max_diameter=config.max_diameter)
    needed = config.valid_size(len(vectors))
    valid = [label for label, size in enumerate(np.bincount(labels)) if size >= needed]
    groups = [vectors[labels == label] for label in valid] or [vectors]
    return np.stack([_unit_mean(group) for group in groups])


def build_gallery(
    landmarks: Sequence[str],
    *,
    photos: Mapping[str, Vectors],
    references: Mapping[str, Vectors],
    background: Vectors,
    config: GalleryConfig | None = None,
) -> Gallery:
    """Build the gallery of some landmarks, in their order.

    Args:
        landmarks: ids; each must have photos or references.
        photos: vectors (n, d) of each landmark's photos; where it has none, its references serve.
        references: vectors (r, d) of the photos that a person picked; a landmark may have none.
        background: vectors (b, d) of non-landmark photos.
        config: how centroids are made.

    Raises:
        ValueError: a landmark has neither photos nor references.
    """
    config = config or GalleryConfig()
    centroids, owner = [], []
    for number, landmark in enumerate(landmarks):
        vectors = _given(photos, landmark, background.shape[1])
        vectors = vectors if len(vectors) else _given(references, landmark, background.shape[1])
        if not len(vectors):
            raise ValueError(f"the landmark {landmark} has no photo")
        found = centroids_of(vectors, config)
        centroids.append(found)
        owner += [number] * len(found)
    kept = [_given(references, landmark, background.shape[1]) for landmark in landmarks]
    counts = [len(each) for each in kept]
    every = max(1, math.ceil(len(background) / config.max_background)) if config.max_background else 0
    return Gallery(
        centroids=np.concatenate(centroids),
        centroid_owner=np.array(owner, np.int64),
        references=np.concatenate(kept),
        reference_owner=np.repeat(np.arange(len(landmarks)), counts),
        background=background[::every] if every else background[:0],
    )


def _given(vectors: Mapping[str, Vectors], landmark: str, dimension: int) -> Vectors:
    return vectors.get(landmark, np.empty((0, dimension), np.float32))


def _unit_mean(vectors: Vectors) -> Vectors:
    """Return the mean direction; opposite vectors that cancel out leave the first one."""
    mean = vectors.mean(axis=0, dtype=np.float64)
    length = np.linalg.norm(mean)
    direction: Vectors = (mean / length if length > 1e-6 else vectors[0]).astype(np.float32)
    return direction
