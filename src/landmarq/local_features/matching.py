"""Pairs of points of two photos that look alike."""

from __future__ import annotations

import numpy as np

from landmarq.local_features.features import LocalFeatures
from landmarq.types import Ints


def match_one_to_one(one: LocalFeatures, other: LocalFeatures, *, ratio: float = 0.9) -> tuple[Ints, Ints]:
    """Return the pairs of points that are each other's nearest, and clearly nearer than the second nearest.

    Args:
        one: features of a photo.
        other: features of another, described alike.
        ratio: largest distance to the nearest over that to the second nearest (Lowe 2004, section 7.1).

    Returns:
        Rows of ``one`` and of ``other``, (k,) each.
    """
    none = np.empty(0, np.int64)
    if not len(one) or len(other) < 2:
        return none, none
    similarity = one.descriptors @ other.descriptors.T
    there = similarity.argmax(axis=1)
    back = similarity.argmax(axis=0)
    rows = np.arange(len(one))
    best = similarity[rows, there]
    similarity[rows, there] = -np.inf
    # Of unit vectors: squared distance = 2 - 2 similarity; quantised ones may exceed 1 by a hair.
    near, next_ = (np.sqrt(np.maximum(0, 2 - 2 * each)) for each in (best, similarity.max(axis=1)))
    kept = (back[there] == rows) & (near <= ratio * next_)
    return rows[kept], there[kept].astype(np.int64)
