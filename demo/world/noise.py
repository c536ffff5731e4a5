"""Fractal noise that repeats seamlessly: clouds, stains, grass, ripples."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

Noise = NDArray[np.float32]


@functools.cache
def fractal(seed: int, *, side: int = 512, slope: float = 1.0, coarsest: float = 2.0) -> Noise:
    """Return a (side, side) float32 tile, mean 0.5, nearly all of it in 0..1, that repeats without a seam.

    White noise is filtered to a power law in the frequency domain, which is periodic by nature.

    Args:
        seed: same seed, same tile.
        side: pixels a side.
        slope: amplitude falls with frequency ** -slope; 0 is white, 2 is soft.
        coarsest: frequencies below this many waves a tile are left out.
    """
    rng = np.random.default_rng(seed)
    frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None]) * side
    shape = np.where(frequency >= coarsest, np.maximum(frequency, 1.0) ** -(1 + slope), 0.0)
    spectrum = np.fft.rfft2(rng.standard_normal((side, side))) * shape
    values = np.fft.irfft2(spectrum, s=(side, side))
    tile: Noise = (0.5 + 0.18 * values / values.std()).astype(np.float32)
    tile.flags.writeable = False  # shared by all callers
    return tile


def sample(tile: Noise, x: NDArray[np.floating], y: NDArray[np.floating]) -> Noise:
    """Return the tile's values at positions in tiles (any shape; 1.0 is one whole tile), bilinear."""
    side = len(tile)
    column = (np.asarray(x, np.float32) % np.float32(1)) * np.float32(side)
    row = (np.asarray(y, np.float32) % np.float32(1)) * np.float32(side)
    left, top = column.astype(np.int32), row.astype(np.int32)
    fx, fy = column - left, row - top
    # The modulo of a tiny negative number rounds to one whole tile.
    left, top = left % side, top % side
    right, bottom = (left + 1) % side, (top + 1) % side
    upper = tile[top, left] * (1 - fx) + tile[top, right] * fx
    lower = tile[bottom, left] * (1 - fx) + tile[bottom, right] * fx
    values: Noise = upper * (1 - fy) + lower * fy
    return values
