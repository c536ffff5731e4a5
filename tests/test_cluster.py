from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmarq.cluster import complete_link
from toys import unit_vectors


@given(seed=st.integers(0, 10_000), n=st.integers(1, 40), diameter=st.floats(0.01, 1.9))
def test_no_cluster_is_wider_than_its_diameter(seed: int, n: int, diameter: float) -> None:
    vectors = unit_vectors(np.random.default_rng(seed), n)
    labels = complete_link(vectors, max_diameter=diameter)
    for label in np.unique(labels):
        members = vectors[labels == label]
        assert np.max(1 - members @ members.T) <= diameter + 1e-6


@given(seed=st.integers(0, 10_000), n=st.integers(2, 12), diameter=st.floats(0.05, 1.5))
def test_equals_a_naive_agglomeration(seed: int, n: int, diameter: float) -> None:
    vectors = unit_vectors(np.random.default_rng(seed), n)
    apart = 1 - vectors @ vectors.T
    clusters = [[at] for at in range(n)]
    while len(clusters) > 1:
        pairs = [
            (apart[np.ix_(a, b)].max(), i, j) for i, a in enumerate(clusters) for j, b in enumerate(clusters) if i < j
        ]
        height, i, j = min(pairs)
        if height > diameter:
            break
        clusters[i] += clusters.pop(j)
    expected = {frozenset(each) for each in clusters}
    labels = complete_link(vectors, max_diameter=diameter)
    assert {frozenset(np.flatnonzero(labels == label)) for label in np.unique(labels)} == expected


def test_labels_are_numbered_by_size() -> None:
    a, b = np.eye(2, dtype=np.float32)
    assert complete_link(np.stack([a, b, b, b, a]), max_diameter=0.5).tolist() == [1, 0, 0, 0, 1]


def test_blocks_do_not_change_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = unit_vectors(np.random.default_rng(0), 50)
    whole = complete_link(vectors, max_diameter=0.6)
    monkeypatch.setattr("landmarq.cluster._BLOCK", 7)
    assert np.array_equal(complete_link(vectors, max_diameter=0.6), whole)
