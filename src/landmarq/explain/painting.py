"""Heat maps as pictures: what speaks for the landmark stays lit, the rest of the photo goes dark."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from landmarq.explain.region import Box
from landmarq.types import Floats, Pixels

_COLD, _HOT = np.array([18.0, 16.0, 40.0]), np.array([255.0, 150.0, 40.0])
_COLD_OPACITY, _HOT_OPACITY = 0.72, 0.22
_BOX_COLOUR = np.array([255, 214, 160], np.uint8)


def heat_layer(cells: Floats, *, width: int, height: int) -> NDArray[np.uint8]:
    """Return a layer to lay over the photo, (height, width, 4) uint8 RGBA: dense where cold, thin where hot.

    Args:
        cells: contributions, (rows, columns); negative ones count as cold.
        width: of the layer, in pixels.
        height: of the layer, in pixels.
    """
    heat = _enlarged(cells, width=width, height=height)
    heat = np.clip(heat / max(float(heat.max()), 1e-12), 0, 1) ** 0.8
    colour = _COLD + heat[..., None] * (_HOT - _COLD)
    opacity = 255 * (_COLD_OPACITY + heat * (_HOT_OPACITY - _COLD_OPACITY))
    layer: NDArray[np.uint8] = np.concatenate([colour, opacity[..., None]], axis=2).round().astype(np.uint8)
    return layer


def paint_over(photo: Pixels, cells: Floats, *, box: Box | None = None) -> Pixels:
    """Return a photo (height, width, 3) uint8 with its heat map over it, and a box around what glows."""
    height, width = photo.shape[:2]
    layer = heat_layer(cells, width=width, height=height).astype(np.float32)
    opacity = layer[..., 3:] / 255
    painted: Pixels = (photo * (1 - opacity) + layer[..., :3] * opacity).round().astype(np.uint8)
    if box:
        _draw(painted, box, stroke=max(2, min(height, width) // 200))
    return painted


def _draw(pixels: Pixels, box: Box, *, stroke: int) -> None:
    height, width = pixels.shape[:2]
    left, right = round(box.left * width), round(box.right * width)
    top, bottom = round(box.top * height), round(box.bottom * height)
    pixels[top : top + stroke, left:right] = _BOX_COLOUR
    pixels[bottom - stroke : bottom, left:right] = _BOX_COLOUR
    pixels[top:bottom, left : left + stroke] = _BOX_COLOUR
    pixels[top:bottom, right - stroke : right] = _BOX_COLOUR


def _enlarged(cells: Floats, *, width: int, height: int) -> Floats:
    """Blow a map of cells up to pixels, smoothly: each pixel is a Gaussian mean of the cells around it."""
    rows, columns = cells.shape
    heat: Floats = _spread(rows, height) @ cells @ _spread(columns, width).T
    return heat


def _spread(cells: int, pixels: int) -> Floats:
    """Return weights (pixels, cells), rows summing to 1, for centres of pixels between centres of cells."""
    position = (np.arange(pixels) + 0.5) / pixels * cells - 0.5
    weights = np.exp(-0.5 * ((position[:, None] - np.arange(cells)) / 0.55) ** 2)
    normal: Floats = weights / weights.sum(axis=1, keepdims=True)
    return normal
