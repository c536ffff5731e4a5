"""One-to-one matching against a naive loop."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from landmarq.local_features import LocalFeatures, encoded, match_one_to_one
from toys import unit_vectors


def features(n: int, seed: int) -> LocalFeatures:
    random = np.random.default_rng(seed)
    return encoded(random.uniform(0, 99, (n, 2)), unit_vectors(random, n, 8))


def naive(one: LocalFeatures, other: LocalFeatures, ratio: float) -> list[tuple[int, int]]:
    """Euclidean distances, loops, no tricks."""

    def nearest(row: np.ndarray, among: np.ndarray) -> list[tuple[float, int]]:
        return sorted((float(np.sqrt(((row - each) ** 2).sum())), number) for number, each in enumerate(among))

    a, b = (each.descriptors / np.linalg.norm(each.descriptors, axis=1, keepdims=True) for each in (one, other))
    pairs = []
    for row in range(len(a)):
        (first, column), (second, _) = nearest(a[row], b)[:2]
        if nearest(b[column], a)[0][1] == row and first <= ratio * second:
            pairs.append((row, column))
    return pairs


@given(st.integers(1, 30), st.integers(2, 30), st.integers(0, 99))
def test_pairs_are_those_of_a_naive_loop(n: int, m: int, seed: int) -> None:
    one, other = features(n, seed), features(m, seed + 1)
    found = set(zip(*(each.tolist() for each in match_one_to_one(one, other)), strict=True))
    # Codes of one byte turn near ties either way.
    loose, strict = set(naive(one, other, 0.93)), set(naive(one, other, 0.87))
    mutual = set(naive(one, other, 1.0))
    assert len(strict - found) <= 1 + len(mutual) // 6
    assert len(found - loose) <= 1 + len(mutual) // 6


def test_no_point_stands_in_two_pairs() -> None:
    rows, columns = match_one_to_one(features(40, 1), features(30, 2), ratio=1.0)
    assert len(rows) > 5
    assert len(set(rows.tolist())) == len(rows) == len(set(columns.tolist()))


def test_a_photo_matches_itself_point_by_point() -> None:
    own = features(25, 3)
    rows, columns = match_one_to_one(own, own)
    assert rows.tolist() == columns.tolist() == list(range(25))


def test_photos_without_points_share_none() -> None:
    nothing = encoded(np.empty((0, 2)), np.empty((0, 8)))
    assert len(match_one_to_one(nothing, features(5, 0))[0]) == 0
    assert len(match_one_to_one(features(5, 0), nothing)[0]) == 0
