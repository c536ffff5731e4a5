"""The split sums to the similarity, whatever the map, and agrees with a naive loop."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmarq.explain import split_similarity
from landmarq.runtime import Pooling
from landmarq.types import Floats, Vectors


def _units(vectors: Floats) -> Vectors:
    units: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return units


def _case(seed: int, *, channels: int = 12, side: int = 4, d: int = 6) -> tuple[Floats, Vectors, Floats, Floats]:
    random = np.random.default_rng(seed)
    features = np.maximum(random.normal(size=(channels, side, side + 1)), 0).astype(np.float32)
    centroids = _units(random.normal(size=(3, d)))
    return features, centroids, random.normal(size=(d, channels)).astype(np.float32), random.normal(size=d)


def _embedding_float32(features: Floats, weight: Floats, bias: Floats, pooling: Pooling) -> Vectors:
    """The network's own arithmetic after the feature map, in float32."""
    floored = np.maximum(features.reshape(len(features), -1), np.float32(pooling.eps))
    pooled = np.mean(floored ** np.float32(pooling.p), axis=1) ** np.float32(1 / pooling.p)
    z = weight @ pooled + bias.astype(np.float32)
    embedding: Vectors = z / np.linalg.norm(z)
    return embedding


@given(seed=st.integers(0, 10_000), p=st.sampled_from([1.0, 2.0, 3.0, 4.37]))
def test_cells_sum_to_the_similarity_in_float32(seed: int, p: float) -> None:
    features, centroids, weight, bias = _case(seed)
    pooling = Pooling(p=p)
    maps, vector = split_similarity(features, centroids, weight=weight, bias=bias, pooling=pooling)
    expected = _embedding_float32(features, weight, bias, pooling)
    assert np.allclose(vector, expected, atol=1e-5)
    assert np.allclose(maps.sum(axis=(1, 2)), centroids @ expected, atol=1e-5)


@pytest.mark.parametrize("p", [1.0, 3.0])
def test_agrees_with_a_naive_loop_over_cells_and_channels(p: float) -> None:
    features, centroids, weight, bias = _case(7)
    pooling = Pooling(p=p)
    maps, _ = split_similarity(features, centroids, weight=weight, bias=bias, pooling=pooling)
    channels, height, width = features.shape
    count = height * width
    pooled = np.array([np.mean(np.maximum(f, pooling.eps).astype(float) ** p) ** (1 / p) for f in features])
    z = weight.astype(float) @ pooled + bias
    for row in range(height):
        for column in range(width):
            share = np.zeros(channels)
            for k in range(channels):
                value = max(float(features[k, row, column]), pooling.eps)
                share[k] = value**p / (count * pooled[k] ** (p - 1))
            for number, centroid in enumerate(centroids):
                expected = (centroid @ (weight @ share) + centroid @ bias / count) / np.linalg.norm(z)
                assert maps[number, row, column] == pytest.approx(expected, abs=1e-9)


def test_a_cell_with_everything_in_it_gets_everything_but_the_bias() -> None:
    features = np.zeros((2, 2, 2), np.float32)
    features[:, 0, 1] = [3.0, 4.0]
    maps, vector = split_similarity(
        features,
        np.array([[0.6, 0.8]], np.float32),
        weight=np.eye(2, dtype=np.float32),
        bias=np.zeros(2, np.float32),
        pooling=Pooling(p=1.0),
    )
    assert vector == pytest.approx([0.6, 0.8], abs=1e-5)
    assert maps[0] == pytest.approx(np.array([[0.0, 1.0], [0.0, 0.0]]), abs=1e-5)
