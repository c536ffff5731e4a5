"""DELF at inference with a network that one can foresee: attention is brightness, descriptors are colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from landmarq.rivals.delf import SCALES, Delf, DelfConfig
from landmarq.runtime.dense import DenseInfo, DenseMaps
from landmarq.types import Pixels


class Bright:
    """Looks at squares of 16 pixels."""

    info = DenseInfo("bright", "0" * 64, dimension=3, stride=16)
    precision = "float32"

    def __init__(self) -> None:
        self.sizes: list[tuple[int, int]] = []

    def maps(self, photos: Sequence[Pixels]) -> list[DenseMaps]:
        found = []
        for photo in photos:
            height, width = photo.shape[:2]
            assert height % 16 == width % 16 == 0
            self.sizes.append((width, height))
            squares = photo.reshape(height // 16, 16, width // 16, 16, 3).mean(axis=(1, 3)) + 1e-3
            found.append(DenseMaps(squares / np.linalg.norm(squares, axis=2, keepdims=True), squares.sum(axis=2)))
        return found


def delf(config: DelfConfig | None = None) -> tuple[Delf, Bright]:
    network: Any = Bright()
    return Delf(network, config), network


def test_seven_scales_from_a_quarter_to_two() -> None:
    np.testing.assert_allclose(SCALES, [0.25, 0.5**1.5, 0.5, 0.5**0.5, 1, 2**0.5, 2])
    system, network = delf()
    system.describe([np.zeros((128, 256, 3), np.uint8)])
    assert network.sizes == [(64, 32), (96, 48), (128, 64), (176, 96), (256, 128), (368, 176), (512, 256)]


def test_the_brightest_points_are_kept_where_they_are() -> None:
    photo = np.zeros((128, 128, 3), np.uint8)
    photo[96:112, 32:48] = (250, 10, 10)
    (found,) = delf(DelfConfig(points=6))[0].describe([photo])
    assert len(found) == 6
    np.testing.assert_allclose(found.points, [[40, 104]] * 6, atol=17)
    assert (found.descriptors[:, 0] > 0.9).all()


def test_large_photos_are_brought_to_the_side_and_points_count_there() -> None:
    system, network = delf(DelfConfig(side=128, scales=(1.0,)))
    (found,) = system.describe([np.full((512, 1024, 3), 9, np.uint8)])
    assert network.sizes == [(256, 128)]
    assert found.points.max(axis=0).tolist() == [248, 120]


def test_each_photo_gets_its_own_features() -> None:
    dark, red = np.full((64, 64, 3), 5, np.uint8), np.full((64, 96, 3), (200, 0, 0), np.uint8)
    both = delf()[0].describe([dark, red])
    alone = delf()[0].describe([red])
    np.testing.assert_array_equal(both[1].codes, alone[0].codes)
    assert len(both[0]) != len(both[1])


def test_settings_are_part_of_the_fingerprint() -> None:
    assert delf()[0].fingerprint != delf(DelfConfig(points=10))[0].fingerprint
    with pytest.raises(ValueError, match="DELF"):
        DelfConfig(side=4)
