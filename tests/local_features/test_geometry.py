"""RANSAC: inliers of an affine map counted, chance pairs not."""

from __future__ import annotations

import numpy as np
import pytest

from landmarq.local_features import GeometryConfig, count_inliers


def scene(inliers: int, outliers: int, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    one = random.uniform(0, 256, (inliers + outliers, 2))
    other = one @ np.array([[0.9, 0.2], [-0.1, 1.1]]) + [12, -7]
    other[inliers:] = random.uniform(0, 256, (outliers, 2))
    return one, other


def test_every_pair_of_one_map_counts() -> None:
    assert count_inliers(*scene(30, 0)) == 30


def test_outliers_do_not_count() -> None:
    assert 30 <= count_inliers(*scene(30, 40), GeometryConfig(tolerance=2)) <= 33


def test_chance_pairs_give_few() -> None:
    assert count_inliers(*scene(0, 40), GeometryConfig(tolerance=4)) < 8


def test_the_tolerance_is_in_pixels() -> None:
    one, other = scene(30, 0)
    other += np.random.default_rng(1).normal(0, 3, other.shape)
    assert count_inliers(one, other, GeometryConfig(tolerance=12)) >= 20
    assert count_inliers(one, other, GeometryConfig(tolerance=1)) < 12


@pytest.mark.parametrize("pairs", [0, 1, 2])
def test_what_any_map_explains_counts_for_nothing(pairs: int) -> None:
    assert count_inliers(*scene(pairs, 0)) == 0


def test_points_in_one_place_do_not_fail() -> None:
    assert count_inliers(np.ones((9, 2)), np.ones((9, 2))) in range(10)


def test_the_same_points_give_the_same_number() -> None:
    assert len({count_inliers(*scene(10, 60)) for _ in range(5)}) == 1
