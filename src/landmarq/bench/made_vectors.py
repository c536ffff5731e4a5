"""Vectors for measuring: unit vectors of as many dimensions as embeddings really use, and photos of landmarks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from landmarq.types import Floats, Vectors

DIMENSION = 512
_FALL = 12.0
"""Variance of direction k falls as 1 / (k + this): as if about 170 directions of 512 were used evenly."""

VIEWS = 4
"""Centroids of a landmark, as many as the starter pack has on average."""

_BLOCK = 50_000


def directions(rng: np.random.Generator, count: int) -> Vectors:
    """Return centroids of landmarks that have nothing to do with each other, (n, 512) float32 unit rows."""
    root: Floats = (1 / np.sqrt(np.arange(DIMENSION, dtype=np.float32) + _FALL)).astype(np.float32)
    vectors = np.empty((count, DIMENSION), np.float32)
    for start in range(0, count, _BLOCK):
        block = rng.standard_normal((min(_BLOCK, count - start), DIMENSION), np.float32) * root
        vectors[start : start + len(block)] = block / np.linalg.norm(block, axis=1, keepdims=True)
    return vectors


def photos_of(centroids: Vectors, rng: np.random.Generator, count: int, *, cosine: float = 0.75) -> Vectors:
    """Return photos whose cosine to their centroid is ``cosine`` on average, (n, 512) float32 unit rows."""
    chosen = centroids[rng.integers(0, len(centroids), count)]
    vectors = cosine * chosen + np.float32(np.sqrt(1 - cosine**2)) * directions(rng, count)
    photos: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return photos


def landmark_photos(rng: np.random.Generator, count: int, *, views: int = VIEWS, cosine: float = 0.95) -> Vectors:
    """Return the photos of one landmark that has some views, (n, 512) float32 unit rows.

    Photos of a view are as near to each other as the starter model draws them: each view becomes a centroid.
    """
    return photos_of(directions(rng, views), rng, count, cosine=cosine)


def in_blocks(count: int, size: int) -> Iterator[range]:
    """Yield ranges of at most ``size`` that cover ``count`` numbers."""
    return (range(start, min(count, start + size)) for start in range(0, count, size))
