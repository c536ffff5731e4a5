from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmarq.explain import Box, glowing_box


def test_box_holds_what_hangs_together_with_the_strongest_cell() -> None:
    cells = np.zeros((4, 8))
    cells[1, 2], cells[2, 3] = 1.0, 0.5  # touch at a corner
    cells[0, 7] = 0.9  # glows, but elsewhere
    assert glowing_box(cells) == Box(left=2 / 8, top=1 / 4, right=4 / 8, bottom=3 / 4)


def test_map_that_speaks_against_everywhere_still_has_a_box() -> None:
    cells = -np.ones((3, 3))
    cells[2, 0] = -0.5
    assert glowing_box(cells) == Box(left=0, top=2 / 3, right=1 / 3, bottom=1)


@given(st.integers(0, 10_000))
def test_box_always_holds_the_strongest_cell(seed: int) -> None:
    cells = np.random.default_rng(seed).normal(size=(5, 7))
    box = glowing_box(cells)
    row, column = np.unravel_index(int(cells.argmax()), cells.shape)
    assert box.left <= column / 7 < box.right
    assert box.top <= row / 5 < box.bottom


def test_empty_box_is_refused() -> None:
    with pytest.raises(ValueError, match="no such box"):
        Box(0.5, 0.0, 0.5, 1.0)
