"""Complete-link clustering of unit vectors."""

from __future__ import annotations

import numpy as np

from landmarq.types import Floats, Ints, Vectors

_BLOCK = 1024


def complete_link(vectors: Vectors, *, max_diameter: float) -> Ints:
    """Group vectors so that no two of one cluster are further apart than ``max_diameter``.

    Agglomerative clustering with complete linkage, cut at a height: the dissimilarity of two unit vectors is
    1 - their dot product, 0 (the same) to 2 (opposite).

    Args:
        vectors: shape (n, d), float32, unit rows, n >= 1.
        max_diameter: largest dissimilarity within a cluster, 0 to 2.

    Returns:
        Cluster of each vector, shape (n,), int64, 0-based; numbered by size, the largest first, and among
        equals by their first member.
    """
    n = len(vectors)
    if n == 1:
        return np.zeros(1, np.int64)
    from scipy.cluster.hierarchy import fcluster, linkage

    tree = linkage(_condensed_dissimilarities(vectors), method="complete")
    return _by_size(fcluster(tree, t=max_diameter, criterion="distance"))


def _condensed_dissimilarities(vectors: Vectors) -> Floats:
    """Return 1 - dot product of all pairs i < j in scipy's condensed order, (n (n - 1) / 2,) float64."""
    n = len(vectors)
    pairs = np.empty(n * (n - 1) // 2)
    at = 0
    for start in range(0, n, _BLOCK):
        block = vectors[start : start + _BLOCK] @ vectors[start:].T
        for row in range(len(block)):
            tail = block[row, row + 1 :]
            pairs[at : at + len(tail)] = tail
            at += len(tail)
    np.subtract(1, pairs, out=pairs)
    return np.clip(pairs, 0, 2, out=pairs)


def _by_size(labels: Ints) -> Ints:
    _, first, inverse, counts = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((first, -counts))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    ranked: Ints = rank[inverse]
    return ranked
