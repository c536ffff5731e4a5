"""A similarity, split exactly over the cells of the feature map that it was computed from."""

from __future__ import annotations

import numpy as np

from landmarq.runtime import Pooling
from landmarq.types import Floats, Vectors


def split_similarity(
    features: Floats, centroids: Vectors, *, weight: Floats, bias: Floats, pooling: Pooling
) -> tuple[Floats, Vectors]:
    """Split the similarity of one photo to some centroids over the cells of its feature map.

    The pooled value of channel k is g_k = (mean_i F_ik^p)^(1/p) (Radenovic et al. 2018, eq. 3), so cell i of N
    holds the share F_ik^p / (N g_k^(p-1)) of it: the shares sum to g_k. With z = A g + b and the embedding
    z / |z|, cell i contributes c . A (its shares) / |z| + c . b / (N |z|) to the similarity with centroid c.
    All is linear in the shares, so nothing is left over.

    Args:
        features: the map before pooling, (channels, height, width), float32.
        centroids: (k, d) float32 unit rows.
        weight: A, (d, channels).
        bias: b, (d,).
        pooling: exponent p, and the floor under F.

    Returns:
        The contributions, (k, height, width) float64, and the photo's embedding, (d,) float32 unit length.
        Contributions may be negative; each map sums to that centroid's similarity.
    """
    channels, height, width = features.shape
    floored = np.maximum(features.reshape(channels, -1).astype(np.float64), pooling.eps)
    pooled = np.mean(floored**pooling.p, axis=1) ** (1 / pooling.p)
    shares = (floored / pooled[:, None]) ** (pooling.p - 1) * floored / floored.shape[1]
    direction = weight.astype(np.float64) @ pooled + bias
    length = np.linalg.norm(direction)
    each = (centroids @ weight.astype(np.float64)) @ shares + (centroids @ bias)[:, None] / floored.shape[1]
    maps: Floats = (each / length).reshape(-1, height, width)
    return maps, (direction / length).astype(np.float32)
