from __future__ import annotations

import numpy as np

from landmarq.explain import Box, heat_layer, paint_over


def _cells() -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    cells = np.zeros((4, 4))
    cells[0, 3] = 1.0
    return cells


def test_layer_is_thin_where_hot_and_dense_where_cold() -> None:
    layer = heat_layer(_cells(), width=80, height=60)
    assert layer.shape == (60, 80, 4)
    assert layer[5, 75, 3] < 0.4 * layer[55, 5, 3]


def test_photo_stays_bright_where_the_landmark_glows() -> None:
    photo = np.full((60, 80, 3), 200, np.uint8)
    painted = paint_over(photo, _cells())
    assert painted[5, 75].mean() > 150
    assert painted[55, 5].mean() < 90


def test_box_is_drawn_at_its_place() -> None:
    photo = np.zeros((60, 80, 3), np.uint8)
    plain, boxed = paint_over(photo, _cells()), paint_over(photo, _cells(), box=Box(0.5, 0.0, 1.0, 0.5))
    changed = np.argwhere((plain != boxed).any(axis=2))
    assert changed.min(axis=0).tolist() == [0, 40]
    assert changed.max(axis=0).tolist() == [29, 79]
