"""Trees, hedges, flowers. Foliage is many small leaf cards whose normals are those of the crown."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from demo.world.materials import blossom, leaves, paint, soil
from demo.world.mesh import Floats, Mesh, unit
from demo.world.model import Model, group, solid
from demo.world.parts import ball, tube

GREENS = (("#2f4d1f", "#6d8f3d"), ("#3a5a2a", "#86a04c"), ("#27452a", "#55803f"), ("#56661f", "#a09a3c"))
BARK = "#5a4736"
Tree = Callable[[float, np.random.Generator], Model]  # (height in metres, rng)


def leaf_cards(centre: Floats, radii: Floats, *, count: int, size_m: float, rng: np.random.Generator) -> Mesh:
    """Return square leaves strewn over an ellipsoid.

    Args:
        centre: (3,) metres.
        radii: (3,) half axes, metres.
        count: number of leaves.
        size_m: side of a leaf card.
        rng: where they hang.
    """
    direction = unit(rng.standard_normal((count, 3)))
    middle = centre + direction * radii * rng.uniform(0.72, 1.05, (count, 1))
    right = unit(np.cross(direction, rng.standard_normal((count, 3))))
    up = unit(np.cross(direction, right) + 0.6 * rng.standard_normal((count, 3)))
    half = size_m * rng.uniform(0.35, 0.75, (count, 1))
    points = np.stack([middle + half * (a * right + b * up) for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))], axis=1)
    normals = unit(direction / radii + 0.25 * rng.standard_normal((count, 3)) / radii.mean())
    corner = size_m * np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
    uv = rng.uniform(0, 10, (count, 1, 2)) + corner
    quad = np.array([[0, 1, 2], [0, 2, 3]])
    triangles = (quad[None] + 4 * np.arange(count)[:, None, None]).reshape(-1, 3)
    return Mesh(points.reshape(-1, 3), np.repeat(normals, 4, axis=0), uv.reshape(-1, 2), triangles)


def broadleaf(height_m: float, rng: np.random.Generator) -> Model:
    """Return a tree with a round crown."""
    foliage = leaves(GREENS[int(rng.integers(len(GREENS)))])
    lean = rng.normal(0, 0.03 * height_m, 2)
    trunk = tube(
        [(0, 0, 0), (*(lean / 2), 0.3 * height_m), (*lean, 0.6 * height_m)], [0.035 * height_m, 0.026 * height_m, 0.01]
    )
    meshes = []
    for _ in range(6):
        around, out = rng.uniform(0, 2 * np.pi), rng.uniform(0.05, 0.2) * height_m
        centre = np.array(
            [lean[0] + out * np.cos(around), lean[1] + out * np.sin(around), rng.uniform(0.5, 0.8) * height_m]
        )
        radii = height_m * rng.uniform(0.16, 0.24, 3) * [1, 1, 0.85]
        meshes.append(leaf_cards(centre, radii, count=220, size_m=0.06 * height_m, rng=rng))
        meshes.append(ball(float(radii[0]) * 0.72, segments=12).moved(*centre - [0, 0, radii[0] * 0.72]))
    return solid(soil(BARK), trunk) + solid(foliage, *meshes)


def conifer(height_m: float, rng: np.random.Generator) -> Model:
    """Return a fir."""
    meshes = []
    for level in np.linspace(0.14, 0.93, 9):
        wide = height_m * 0.24 * (1.03 - level)
        meshes.append(
            leaf_cards(
                np.array([0, 0, level * height_m]),
                np.array([wide, wide, 0.07 * height_m]),
                count=int(40 + 150 * (1 - level)),
                size_m=0.055 * height_m,
                rng=rng,
            )
        )
    trunk = tube([(0, 0, 0), (0, 0, 0.95 * height_m)], [0.025 * height_m, 0.003 * height_m])
    return solid(soil(BARK), trunk) + solid(leaves(("#1d3a26", "#3f6240")), *meshes)


def cypress(height_m: float, rng: np.random.Generator) -> Model:
    """Return a slender cypress."""
    middle, radii = np.array([0, 0, 0.53 * height_m]), np.array([0.1, 0.1, 0.5]) * height_m
    mesh = leaf_cards(middle, radii, count=700, size_m=0.05 * height_m, rng=rng)
    core = ball(float(radii[0]) * 0.8, height=float(radii[2]) * 1.8).moved(z=0.06 * height_m)
    return solid(leaves(("#1f3a20", "#44602f")), mesh, core)


def palm(height_m: float, rng: np.random.Generator) -> Model:
    """Return a palm: a bent trunk and a crown of drooping fronds."""
    bend = rng.normal(0, 0.06 * height_m, 2)
    top = np.array([*bend, height_m])
    trunk = tube(
        np.stack([np.zeros(3), 0.5 * top * [0.6, 0.6, 1], top]), [0.03 * height_m, 0.022 * height_m, 0.02 * height_m]
    )
    fronds = []
    for around in rng.uniform(0, 2 * np.pi, 16):
        out = np.array([np.cos(around), np.sin(around), 0])
        rise = rng.uniform(-0.05, 0.3)
        reach = 0.38 * height_m
        line = [
            top + out * reach * s + np.array([0, 0, reach * (rise * 2 * s - (0.5 + rise) * 2 * s * s)])
            for s in np.linspace(0, 1, 6)
        ]
        fronds.append(tube(line, 0.03 * height_m * np.array([0.4, 1, 1.1, 0.9, 0.6, 0.1]), sides=8).scaled(1, 1, 1))
    return solid(soil("#7a6650"), trunk) + solid(leaves(("#3d5a24", "#7d9440")), *fronds)


def bush(wide_m: float, rng: np.random.Generator, *, flower: str | None = None) -> Model:
    """Return a bush, in bloom where a flower's colour is given."""
    radii = np.array([0.5, 0.5, 0.4]) * wide_m
    material = leaves(GREENS[int(rng.integers(3))]) if flower is None else blossom(GREENS[2], flower)
    mesh = leaf_cards(np.array([0, 0, 0.36 * wide_m]), radii, count=260, size_m=0.12 * wide_m, rng=rng)
    return solid(material, mesh, ball(0.4 * wide_m, height=0.7 * wide_m))


def flower(height_m: float, colour: str, rng: np.random.Generator) -> Model:
    """Return one flower: a stalk, leaves, petals around a yellow heart."""
    stalk = tube([(0, 0, 0), (*rng.normal(0, 0.04 * height_m, 2), 0.5 * height_m), (0, 0, height_m)], 0.015 * height_m)
    count = int(rng.integers(7, 13))
    petal = ball(0.16 * height_m, height=0.05 * height_m, segments=12).scaled(1, 0.45, 1).moved(x=0.19 * height_m)
    petals = [petal.turned(-20, "y").turned(360 / count * i) for i in range(count)]
    leaf = (
        ball(0.2 * height_m, height=0.03 * height_m, segments=10)
        .scaled(1, 0.35, 1)
        .moved(x=0.16 * height_m)
        .turned(-35, "y")
    )
    green = solid(leaves(GREENS[1]), stalk, *(leaf.turned(a).moved(z=0.3 * height_m) for a in rng.uniform(0, 360, 3)))
    head = solid(paint(colour, 25), *petals) + solid(
        paint("#d8a020", 10), ball(0.09 * height_m, height=0.09 * height_m)
    )
    tilt = rng.uniform(20, 70)
    return green + head.turned(tilt, "x").turned(rng.uniform(-40, 40)).moved(z=height_m)


def grove(
    spots: Floats, *, kinds: tuple[Tree, ...], rng: np.random.Generator, height_m: tuple[float, float] = (6, 12)
) -> Model:
    """Return trees of the given kinds at spots (n, 2)."""
    trees = []
    for x, y in spots:
        make = kinds[int(rng.integers(len(kinds)))]
        trees.append(make(rng.uniform(*height_m), rng).turned(rng.uniform(0, 360)).moved(x, y))
    return group(trees)
