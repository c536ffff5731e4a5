"""Materials: what a surface looks like, and the palette that landmarks and houses are built from."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from demo.world import textures
from demo.world.textures import Image

# Kinds of surface that the shading treats in their own way (third channel of a surface tile).
PLAIN, GROUND, FOLIAGE, WATER = 0, 85, 170, 255


@dataclass(frozen=True, eq=False)
class Material:
    """How a surface looks.

    Attributes:
        albedo: uint8 (h, w, 3) sRGB tile, row 0 at the bottom.
        surface: uint8 (h, w, 3) tile of what is not colour: gloss (0 matt, 255 mirror), glow (at night:
            up to 127 the surface lit by floodlights, above it a lamp or a lit window), kind.
        tile_m: width and height of the tile in metres.
    """

    albedo: Image
    surface: Image
    tile_m: tuple[float, float]


def _even(gloss: int = 0, glow: int = 0, kind: int = PLAIN) -> Image:
    return np.full((1, 1, 3), (gloss, glow, kind), dtype=np.uint8)


@functools.cache
def paint(colour: str, gloss: int = 20, glow: int = 0) -> Material:
    """Return a smooth, nearly even colour."""
    return Material(textures.mottled(colour, contrast=0.08), _even(gloss, glow), (6, 6))


@functools.cache
def plaster(colour: str, glow: int = 0) -> Material:
    """Return a stained matt wall."""
    return Material(textures.mottled(colour, contrast=0.16, slope=0.9, seed=1), _even(6, glow), (8, 8))


@functools.cache
def ashlar(colour: str, block_m: float = 0.8, glow: int = 0) -> Material:
    """Return a wall of cut stone, its courses ``block_m`` / 1.6 high."""
    tile = textures.courses(colour, rows=8, columns=5, joint=0.07, joint_shade=0.8, variation=0.055, seed=2)
    return Material(tile, _even(10, glow), (5 * block_m, 5 * block_m))


@functools.cache
def brick(colour: str, glow: int = 0) -> Material:
    """Return a brick wall."""
    tile = textures.courses(colour, rows=16, columns=6, joint=0.12, joint_shade=1.25, variation=0.13, seed=3)
    return Material(tile, _even(6, glow), (1.6, 1.6))


@functools.cache
def roof(colour: str, gloss: int = 12) -> Material:
    """Return tiles or slates."""
    tile = textures.courses(colour, rows=8, columns=8, joint=0.16, joint_shade=0.6, variation=0.12, seed=4)
    return Material(tile, _even(gloss), (3, 3))


@functools.cache
def paving(colour: str, block_m: float = 0.9) -> Material:
    """Return flagstones."""
    tile = textures.courses(colour, rows=6, columns=6, joint=0.05, joint_shade=0.75, variation=0.07, seed=5)
    return Material(tile, _even(14, kind=GROUND), (6 * block_m, 6 * block_m))


@functools.cache
def planks(colour: str, board_m: float = 0.2, gloss: int = 30) -> Material:
    """Return boards."""
    tile = textures.courses(colour, rows=8, columns=2, joint=0.06, joint_shade=0.6, variation=0.12, seed=6)
    return Material(tile, _even(gloss), (8 * board_m * 2, 8 * board_m))


@functools.cache
def grass(colours: tuple[str, str] = ("#4c6a2c", "#7d9448")) -> Material:
    """Return a meadow or lawn."""
    return Material(textures.blend(colours, slope=0.15, seed=7), _even(0, kind=GROUND), (5, 5))


@functools.cache
def soil(colour: str, contrast: float = 0.25) -> Material:
    """Return sand, earth or asphalt."""
    return Material(textures.mottled(colour, contrast=contrast, slope=0.2, seed=8), _even(4, kind=GROUND), (7, 7))


@functools.cache
def leaves(colours: tuple[str, str]) -> Material:
    """Return foliage."""
    return Material(textures.blend(colours, slope=0.2, seed=9), _even(10, kind=FOLIAGE), (2.5, 2.5))


@functools.cache
def blossom(colours: tuple[str, str], flower: str) -> Material:
    """Return foliage strewn with flowers."""
    return Material(textures.petals(colours, flower, seed=10), _even(6, kind=FOLIAGE), (2, 2))


@functools.cache
def water(colour: str = "#2c4650") -> Material:
    """Return a river or the sea."""
    return Material(textures.mottled(colour, contrast=0.1, seed=11), _even(255, kind=WATER), (40, 40))


@functools.cache
def glass(colour: str = "#2b3740", glow: int = 200) -> Material:
    """Return window panes, lit at night."""
    return Material(textures.mottled(colour, contrast=0.3, slope=1.2, seed=12), _even(150, glow), (5, 5))


@functools.cache
def lamp(colour: str = "#fff0c8") -> Material:
    """Return what shines by itself in the dark."""
    return Material(textures.mottled(colour, contrast=0.0), _even(0, 255), (1, 1))


@functools.cache
def metal(colour: str, gloss: int = 120, glow: int = 0) -> Material:
    """Return gold, bronze, copper, steel."""
    return Material(textures.mottled(colour, contrast=0.2, slope=0.8, seed=13), _even(gloss, glow), (6, 6))


@functools.cache
def windows(
    wall: Material,
    frame: str = "#e8e4da",
    shutter: str | None = None,
    tile_m: tuple[float, float] = (3.0, 3.2),
    tall: float = 0.5,
    wide: float = 0.34,
) -> Material:
    """Return a wall with one window in each tile."""
    repeats = wall.tile_m[0] / tile_m[0]
    step = (np.arange(textures.SIDE) / max(repeats, 0.25)).astype(int) % textures.SIDE
    own = wall.albedo[np.ix_(step, step)]
    return Material(
        textures.facade(own, frame=frame, shutter=shutter, tall=tall, wide=wide),
        textures.facade_surface(tall=tall, wide=wide),
        tile_m,
    )


@functools.cache
def curtain(tint: str, mullion: str = "#c8ccd0", tile_m: float = 8.0) -> Material:
    """Return a glass front."""
    return Material(textures.curtain_wall(tint, mullion), _even(130, 90), (tile_m, tile_m))


@functools.cache
def cloth(colours: tuple[str, ...], tile_m: float = 1.0) -> Material:
    """Return striped cloth; for two colours the bands of an awning or a lighthouse."""
    return Material(textures.stripes(colours), _even(4), (tile_m, tile_m))


@functools.cache
def chequered(colours: tuple[str, str], tile_m: float = 1.0, gloss: int = 20) -> Material:
    """Return a chequered cloth or floor."""
    return Material(textures.checks(colours), _even(gloss), (tile_m, tile_m))
