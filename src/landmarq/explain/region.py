"""Where on a photo the landmark stands: a box around the cells that speak for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landmarq.types import Floats

GLOWING_SHARE = 0.3
"""A cell glows when it contributes at least this share of what the strongest cell does."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a photo, as shares of its width and height: 0 is left and top, 1 right and bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        """Refuse an empty box, or one beyond the photo."""
        if not (0 <= self.left < self.right <= 1 and 0 <= self.top < self.bottom <= 1):
            raise ValueError(f"no such box: {self}")


def glowing_box(cells: Floats) -> Box:
    """Return the box around the strongest cell and all glowing cells that touch it, side or corner.

    Args:
        cells: contributions, (height, width).
    """
    height, width = cells.shape
    start = np.unravel_index(int(np.argmax(cells)), cells.shape)
    region = _connected(cells >= GLOWING_SHARE * max(float(cells.max()), 0.0), (int(start[0]), int(start[1])))
    rows, columns = np.nonzero(region)
    return Box(
        left=float(columns.min() / width),
        top=float(rows.min() / height),
        right=float((columns.max() + 1) / width),
        bottom=float((rows.max() + 1) / height),
    )


def _connected(wanted: NDArray[np.bool_], start: tuple[int, int]) -> NDArray[np.bool_]:
    """Return the part of ``wanted`` that hangs together with ``start``, which always belongs to it."""
    found = np.zeros_like(wanted)
    found[start] = True
    while True:
        padded = np.pad(found, 1)
        grown = np.zeros_like(found)
        for row in range(3):
            for column in range(3):
                grown |= padded[row : row + found.shape[0], column : column + found.shape[1]]
        grown = (grown & wanted) | found
        if np.array_equal(grown, found):
            return found
        found = grown
