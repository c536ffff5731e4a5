"""Procedural textures: seamless tiles of stone, plaster, roof, glass, leaves.

Colours are sRGB; an image is uint8 (side, side, 3).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from demo.world.noise import fractal

Image = NDArray[np.uint8]
SIDE = 256


def hex_rgb(colour: str) -> NDArray[np.float32]:
    """Return ``#rrggbb`` as float32 (3,) in 0..255."""
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.float32)


def mottled(colour: str, *, contrast: float = 0.25, slope: float = 0.6, seed: int = 0) -> Image:
    """Return a plain surface with stains: plaster, sand, metal, asphalt. ``contrast`` 0 is one flat colour."""
    return _bytes(hex_rgb(colour) * (1 + contrast * _cloud(seed, slope)[..., None]))


def blend(colours: tuple[str, str], *, slope: float = 0.3, seed: int = 0) -> Image:
    """Return two colours mixed by noise: grass, leaves, gravel."""
    share = np.clip(0.5 + 0.9 * _cloud(seed, slope), 0, 1)[..., None]
    return _bytes(hex_rgb(colours[0]) * (1 - share) + hex_rgb(colours[1]) * share)


def courses(
    colour: str,
    *,
    rows: int,
    columns: int,
    joint: float = 0.06,
    joint_shade: float = 0.65,
    variation: float = 0.12,
    shift: float = 0.5,
    seed: int = 0,
) -> Image:
    """Return rows of blocks: ashlar, brick, paving, planks, roof tiles.

    Args:
        colour: the blocks' mean colour.
        rows: rows in a tile, an even number where ``shift`` is a half.
        columns: blocks a row.
        joint: a joint's width as a share of the row's height.
        joint_shade: the joint's brightness against the block's.
        variation: spread of the blocks' brightness.
        shift: by what share of a block each second row is displaced.
        seed: picks the variation.
    """
    rng = np.random.default_rng(seed)
    v, u = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    row = (v * rows).astype(int)
    along = u * columns + shift * (row % 2)
    block = along.astype(int) % columns
    tone = (1 + variation * rng.standard_normal((rows, columns)))[row, block]
    tint = (1 + 0.25 * variation * rng.standard_normal((rows, columns, 3)))[row, block]
    in_row, in_block = (v * rows) % 1, along % 1
    wide = joint * columns / rows
    is_joint = (in_row < joint) | (in_block < wide)
    bevel = np.where(in_row < joint * 2.2, 1.06, 1.0) * np.where(in_row > 1 - joint, 0.9, 1.0)
    tone = np.where(is_joint, joint_shade, tone * bevel) * (1 + 0.15 * _cloud(seed + 1, 0.5))
    return _bytes(hex_rgb(colour) * tone[..., None] * np.where(is_joint[..., None], 1.0, tint))


def stripes(colours: tuple[str, ...], *, across: bool = True) -> Image:
    """Return even stripes, one of each colour: awnings, cloth, a lighthouse's bands."""
    index = (np.arange(SIDE) * len(colours)) // SIDE
    bands = np.stack([hex_rgb(colour) for colour in colours])[index]
    grid = np.broadcast_to(bands[None] if across else bands[:, None], (SIDE, SIDE, 3))
    return _bytes(grid * (1 + 0.06 * _cloud(3, 0.4)[..., None]))


def checks(colours: tuple[str, str], *, squares: int = 8) -> Image:
    """Return a chequered cloth or floor."""
    v, u = np.mgrid[0:SIDE, 0:SIDE] * squares // SIDE
    light = ((u + v) % 2 == 0)[..., None]
    return _bytes(np.where(light, hex_rgb(colours[0]), hex_rgb(colours[1])) * (1 + 0.05 * _cloud(5, 0.4)[..., None]))


def petals(background: tuple[str, str], flower: str, *, count: int = 60, seed: int = 0) -> Image:
    """Return leaves strewn with round blossoms."""
    rng = np.random.default_rng(seed)
    image = blend(background, slope=0.1, seed=seed).astype(np.float32)
    v, u = np.mgrid[0:SIDE, 0:SIDE]
    for x, y, radius in zip(*rng.uniform(0, SIDE, (2, count)), rng.uniform(4, 9, count), strict=True):
        away = np.hypot((u - x + SIDE / 2) % SIDE - SIDE / 2, (v - y + SIDE / 2) % SIDE - SIDE / 2)
        image[away < radius] = hex_rgb(flower) * rng.uniform(0.8, 1.1)
        image[away < radius * 0.3] = (235, 200, 90)
    return _bytes(image)


def facade(wall: Image, *, frame: str, shutter: str | None = None, tall: float = 0.5, wide: float = 0.34) -> Image:
    """Paint one window into the middle of a wall tile.

    Args:
        wall: the tile of the wall's surface.
        frame: the window frame's and sill's colour.
        shutter: colour of a shutter on either side, or None.
        tall: the window's height as a share of the tile.
        wide: its width.
    """
    image = wall.astype(np.float32).copy()
    pane, left, right, bottom, top = _window(tall, wide)
    if shutter is not None:
        width = int((right - left) * 0.48)
        slats = np.where(np.arange(top - bottom) % 8 < 2, 0.72, 1.0)[:, None, None]
        for start in (left - width - 3, right + 3):
            image[bottom:top, start : start + width] = hex_rgb(shutter) * slats
    image[bottom - 6 : top + 6, left - 6 : right + 6] = hex_rgb(frame)
    image[bottom - 12 : bottom - 6, left - 12 : right + 12] = hex_rgb(frame) * 0.9
    image[bottom - 16 : bottom - 12, left - 10 : right + 10] *= 0.62
    height = np.linspace(0.7, 1.5, top - bottom)[:, None, None]
    glass = hex_rgb("#3a4854") * height * (1 + 0.25 * _cloud(9, 1.2)[bottom:top, left:right, None])
    image[bottom:top, left:right] = np.where(pane[bottom:top, left:right, None], glass, hex_rgb(frame))
    return _bytes(image)


def facade_surface(*, tall: float = 0.5, wide: float = 0.34) -> Image:
    """Return the surface tile (see ``materials``) of a facade's window: its panes shine and are lit at night."""
    pane, *_ = _window(tall, wide)
    return np.where(pane[..., None], np.array([150, 255, 0]), 0).astype(np.uint8)


def curtain_wall(glass: str, mullion: str, *, rows: int = 4, columns: int = 4, seed: int = 0) -> Image:
    """Return a wall of glass panes in thin frames."""
    return courses(
        glass, rows=rows, columns=columns, joint=0.07, joint_shade=0.0, variation=0.14, shift=0, seed=seed
    ) + ((_grid(rows, columns)[..., None] * hex_rgb(mullion)).astype(np.uint8))


def _grid(rows: int, columns: int) -> NDArray[np.bool_]:
    v, u = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    frame: NDArray[np.bool_] = ((v * rows) % 1 < 0.07) | ((u * columns) % 1 < 0.07 * columns / rows)
    return frame


def _window(tall: float, wide: float) -> tuple[NDArray[np.bool_], int, int, int, int]:
    """Return the mask of the panes (bars left out) and left, right, bottom, top in texture rows (row 0 is low)."""
    left, right = round(SIDE * (0.5 - wide / 2)), round(SIDE * (0.5 + wide / 2))
    bottom, top = round(SIDE * (0.5 - tall / 2)), round(SIDE * (0.5 + tall / 2))
    pane = np.zeros((SIDE, SIDE), dtype=bool)
    pane[bottom:top, left:right] = True
    middle, bar = (left + right) // 2, bottom + int((top - bottom) * 0.62)
    pane[:, middle - 2 : middle + 3] = False
    pane[bar - 2 : bar + 3] = False
    return pane, left, right, bottom, top


def _cloud(seed: int, slope: float) -> NDArray[np.float32]:
    """Return noise (SIDE, SIDE), mean 0, nearly all of it in -1..1."""
    tile: NDArray[np.float32] = 2 * fractal(100 + seed, side=SIDE, slope=slope) - 1
    return tile


def _bytes(image: ArrayLike) -> Image:
    clipped: Image = np.clip(np.asarray(image), 0, 255).astype(np.uint8)
    return clipped
