"""What lies underfoot and at the horizon."""

from __future__ import annotations

import itertools

import numpy as np

from demo.world.materials import Material, grass, soil, water
from demo.world.mesh import flat, surface
from demo.world.model import Model, solid
from demo.world.noise import fractal, sample
from demo.world.parts import ring


def plain(material: Material, *, reach_m: float = 3000.0, z: float = 0.0) -> Model:
    """Return a level ground, divided so that textures stay precise near the middle."""
    edges = reach_m * np.array([-1, -0.3, -0.1, -0.03, 0.03, 0.1, 0.3, 1])
    quads = [
        [(a, c, z), (b, c, z), (b, d, z), (a, d, z)]
        for a, b in itertools.pairwise(edges)
        for c, d in itertools.pairwise(edges)
    ]
    return solid(material, flat(quads, one_origin=True))


def patch(material: Material, x: float, y: float, *, z: float = 0.03) -> Model:
    """Return a rectangle of other ground, x by y metres, centred on the origin."""
    a, b = x / 2, y / 2
    return solid(material, flat([[(-a, -b, z), (a, -b, z), (a, b, z), (-a, b, z)]], one_origin=True))


def round_patch(material: Material, radius_m: float, *, z: float = 0.03) -> Model:
    """Return a disc of other ground."""
    edge = ring(radius_m, z, sides=48)
    middle = np.broadcast_to([0.0, 0.0, z], edge.shape)
    return solid(material, flat(np.stack([edge, np.roll(edge, -1, axis=0), middle], axis=1), one_origin=True))


def hills(
    rng: np.random.Generator,
    *,
    near_m: float = 700.0,
    far_m: float = 2600.0,
    height_m: float = 140.0,
    material: Material | None = None,
) -> Model:
    """Return a ring of hills around the scene."""
    angle, away = np.linspace(2 * np.pi, 0, 181), np.linspace(0, 1, 24)
    radius = near_m + (far_m - near_m) * away
    x, y = radius[:, None] * np.cos(angle), radius[:, None] * np.sin(angle)
    shift = rng.uniform(0, 1, 2)
    rough = sample(fractal(21, slope=1.1), x / 5200 + shift[0], y / 5200 + shift[1])
    rise = np.clip(away * 2.5, 0, 1)[:, None] * np.maximum(rough - 0.38, 0) / 0.4
    z = height_m * rise**1.3 - 1.0
    grid = np.stack([x, y, z], axis=-1)
    uv = np.stack([x, y], axis=-1) / 30
    return solid(material or grass(("#3f5a30", "#70804a")), surface(grid, uv=uv))


def river(width_m: float, *, bank: Material | None = None) -> Model:
    """Return a river along x at z = 0 between banks 1.5 m high; the land begins behind them."""
    half, long = width_m / 2, 3000.0
    shore = bank or soil("#7a7460")
    slopes = []
    for side in (-1, 1):
        y = side * half
        slope = [(-long, y, -0.2), (long, y, -0.2), (long, y + side * 5, 1.5), (-long, y + side * 5, 1.5)]
        slopes.append(slope if side > 0 else slope[::-1])
    land = []
    for side in (-1, 1):
        y, far = side * (half + 5), side * long
        quad = [(-long, y, 1.5), (long, y, 1.5), (long, far, 1.5), (-long, far, 1.5)]
        land.append(quad if side > 0 else quad[::-1])
    return (
        plain(water(), reach_m=long)
        + solid(shore, flat(slopes, one_origin=True))
        + solid(grass(), flat(land, one_origin=True))
    )
