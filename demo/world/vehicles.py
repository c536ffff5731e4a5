"""Cars and boats."""

from __future__ import annotations

import numpy as np

from demo.world.materials import cloth, glass, lamp, paint, planks
from demo.world.mesh import Floats, Mesh
from demo.world.model import Model, solid
from demo.world.parts import lathe, loft, tube

CAR_COLOURS = ("#a8282a", "#2a4a7a", "#e8e8e4", "#2a2c30", "#8a9096", "#c8a038", "#3a6a58")


def car(rng: np.random.Generator) -> Model:
    """Return a car along x, nose to +x, 4.2 m long."""
    colour = paint(str(rng.choice(CAR_COLOURS)), 110)
    tall = rng.uniform(1.38, 1.65)
    hull = [
        (-2.1, 0.3, 0.75),
        (-2.05, 0.25, 1.0),
        (-0.9, 0.22, 1.05),
        (0.9, 0.22, 1.0),
        (1.75, 0.25, 0.86),
        (2.1, 0.32, 0.66),
    ]
    cabin = [
        (-1.85, 0.95, 1.02),
        (-1.3, 0.95, tall - 0.04),
        (-0.2, 0.95, tall),
        (0.35, 0.95, tall - 0.05),
        (1.05, 0.95, 1.0),
    ]
    model = solid(colour, loft([_section(x, low, high, 0.86) for x, low, high in hull]).turned(0))
    model += solid(glass("#232a30", 0), loft([_section(x, low, high, 0.74) for x, low, high in cabin]))
    roof = [_section(x, tall - 0.06, tall + 0.01, 0.7) for x in (-1.35, -0.2, 0.4)]
    model += solid(colour, loft(roof))
    for y in (-0.75, 0.75):
        for x in (-1.3, 1.3):
            tyre = (
                lathe([(0.0, -0.1), (0.33, -0.1), (0.33, 0.1), (0.0, 0.1)], segments=24)
                .turned(90, "x")
                .moved(x, y, 0.33)
            )
            rim = (
                lathe([(0.0, -0.12), (0.2, -0.12), (0.2, 0.12), (0.0, 0.12)], segments=16)
                .turned(90, "x")
                .moved(x, y, 0.33)
            )
            model += solid(paint("#1c1c1e", 10), tyre) + solid(paint("#a0a4a8", 120), rim)
        model += solid(lamp("#f8f4e0"), _slab(2.02, y * 0.85, 0.62)) + solid(
            paint("#a02020", 80), _slab(-2.06, y * 0.85, 0.72)
        )
    return model


def boat(rng: np.random.Generator) -> Model:
    """Return a small sailing or rowing boat along x, afloat at z = 0."""
    stations = np.linspace(-2.6, 2.8, 9)
    rings = []
    for x in stations:
        half = 0.95 * np.sqrt(max(1 - ((x + 0.3) / 3.15) ** 2, 0.02))
        deck = 0.6 + 0.05 * (x + 0.3) ** 2
        rings.append(
            [
                (x, -half, deck),
                (x, -half * 0.7, 0.0),
                (x, 0, -0.3),
                (x, half * 0.7, 0.0),
                (x, half, deck),
                (x, 0, deck - 0.12),
            ]
        )
    model = solid(paint(str(rng.choice(CAR_COLOURS)), 60), loft(rings)) + solid(
        planks("#a07848"), loft(np.asarray(rings[2:7])[:, [0, 4, 5]] * [1, 0.9, 1] + [0, 0, 0.02])
    )
    if rng.random() < 0.6:
        sail = cloth(("#f4f0e4", "#e8e2d2") if rng.random() < 0.6 else ("#c84a3a", "#f0e8dc"), 1.5)
        model += solid(
            planks("#8a6a44"), tube([(0.4, 0, 0.4), (0.4, 0, 7.0)], 0.06), tube([(0.4, 0, 1.3), (-2.3, 0.3, 1.3)], 0.05)
        )
        edge = [
            [(0.35, 0.0, 1.4), (0.38, 0.0, 6.9), (0.36, 0.02, 6.9)],
            [(-2.2, 0.3, 1.4), (0.2, 0.05, 6.8), (0.2, 0.06, 6.8)],
        ]
        model += solid(sail, loft(edge))
    return model


def _section(x: float, low: float, high: float, half: float) -> Floats:
    """Return one cross-section of a body along x: eight corners, rounded at the shoulders."""
    tuck = 0.12 * (high - low)
    outline = [
        (-half, low + tuck),
        (-half * 0.94, low),
        (half * 0.94, low),
        (half, low + tuck),
        (half, high - tuck * 2),
        (half * 0.9, high),
        (-half * 0.9, high),
        (-half, high - tuck * 2),
    ]
    return np.array([(x, y, z) for y, z in outline])


def _slab(x: float, y: float, z: float) -> Mesh:
    return lathe([(0.0, -0.04), (0.11, -0.04), (0.11, 0.04), (0.0, 0.04)], segments=14).turned(90, "y").moved(x, y, z)
