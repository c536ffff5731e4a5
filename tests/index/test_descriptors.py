"""The index of descriptors against exact search."""

from __future__ import annotations

import numpy as np
import pytest

from landmarq.errors import InputError
from landmarq.index.descriptors import DescriptorIndex, DescriptorIndexConfig
from landmarq.local_features import encoded
from toys import unit_vectors

RNG = np.random.default_rng(0)
CENTRES = unit_vectors(RNG, 40, 16)


def around(n: int) -> np.ndarray:
    """Vectors in clusters, as descriptors lie."""
    vectors = CENTRES[RNG.integers(0, 40, n)] + RNG.normal(0, 0.15, (n, 16))
    unit: np.ndarray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


CODES = encoded(np.zeros((4000, 2)), around(4000)).codes
QUERIES = around(200).astype(np.float32)


def test_with_all_lists_probed_it_is_exact() -> None:
    index = DescriptorIndex(CODES, config=DescriptorIndexConfig(points_a_list=200, probes=1000))
    distances, rows = index.nearest(QUERIES, k=3)
    exact = ((QUERIES[:, None] - CODES[None] / 127) ** 2).sum(axis=2)
    np.testing.assert_allclose(distances, np.sort(exact, axis=1)[:, :3], atol=1e-4)
    np.testing.assert_allclose(np.take_along_axis(exact, rows, 1), distances, atol=1e-4)


def test_few_probes_find_nearly_all() -> None:
    exact = ((QUERIES[:, None] - CODES[None] / 127) ** 2).sum(axis=2).min(axis=1)
    found, _ = DescriptorIndex(CODES, config=DescriptorIndexConfig(points_a_list=200, probes=8)).nearest(QUERIES, k=1)
    assert np.isclose(found[:, 0], exact, atol=1e-4).mean() >= 0.95


def test_a_small_database_gives_what_it_has() -> None:
    distances, rows = DescriptorIndex(CODES[:2]).nearest(QUERIES[:1], k=5)
    assert sorted(rows[0].tolist()) == [-1, -1, -1, 0, 1]
    assert np.isinf(distances[0, 2:]).all()


def test_bytes_grow_with_the_descriptors() -> None:
    assert DescriptorIndex(CODES).n_bytes - DescriptorIndex(CODES[:3000]).n_bytes >= 1000 * 16


def test_an_empty_database_is_said() -> None:
    with pytest.raises(InputError, match="no local features"):
        DescriptorIndex(np.empty((0, 16), np.int8))
