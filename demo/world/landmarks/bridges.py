"""A stone viaduct of nine arches and a suspension bridge. Both run along x over water at z = 0."""

from __future__ import annotations

import numpy as np

from demo.world.materials import ashlar, metal, paint, soil
from demo.world.mesh import Mesh
from demo.world.model import Model, solid
from demo.world.parts import arch_wall, box, loft, prism, tube


def nine_arches() -> Model:
    """Return an old bridge of nine stone arches with towers at its ends, 130 m long, 12 m high."""
    stone, pale = ashlar("#b79a78", 0.9, 55), ashlar("#d0b892", 0.9, 60)
    model = Model()
    for index in range(9):
        x = 14 * (index - 4)
        model += solid(stone, arch_wall(width=14, height=9.6, depth=7, opening=10.6, crown=8.4).moved(x))
        if index:
            pier = loft([_boat(2.1, 6.4, -1), _boat(2.1, 6.4, 4.6), _boat(0.6, 4.4, 6.2)])
            model += solid(pale, pier.moved(x - 7)) + solid(stone, box(2.6, 8.2, 4).moved(x - 7, 0, 6))
    model += solid(
        pale,
        *(box(127, 0.6, 1.1).moved(0, y, 9.6) for y in (-3.5, 3.5)),
        *(box(127, 0.9, 0.4).moved(0, y, 9.3) for y in (-3.5, 3.5)),
    )
    model += solid(soil("#8a8478"), box(127, 6.6, 0.3).moved(z=9.5))
    for x in (-66, 66):
        tower = solid(stone, box(8, 9.5, 20)) + solid(
            pale, box(8.8, 10.3, 0.7).moved(z=13), box(8.8, 10.3, 0.7).moved(z=20)
        )
        tower += solid(paint("#8f4433"), prism(4, 6.8, 9, top=0).moved(z=20.7))
        model += (tower + solid(paint("#3a3026"), *(box(1.0, 0.3, 2.4).moved(0, y, 15.5) for y in (-4.8, 4.8)))).moved(
            x
        )
    return model


def _boat(half: float, tip: float, z: float) -> list[tuple[float, float, float]]:
    """Return the plan of a pier: pointed against the stream."""
    return [(half, -3.5, z), (half, 3.5, z), (0, tip, z), (-half, 3.5, z), (-half, -3.5, z), (0, -tip, z)]


def strait_bridge() -> Model:
    """Return a suspension bridge in orange-red: two portal towers 62 m high, 160 m apart."""
    red, grey = paint("#c8452a", 40, 80), ashlar("#9a968e", 2.0)
    deck_z, span, top_z = 16.0, 80.0, 60.0
    model = solid(red, box(420, 11, 1.6).moved(z=deck_z - 1.6)) + solid(
        soil("#55565a"), box(420, 10, 0.15).moved(z=deck_z)
    )
    truss = []
    for y in (-5.6, 5.6):
        truss.append(box(420, 0.5, 0.5).moved(0, y, deck_z - 4.6))
        for x in np.arange(-210, 210, 6.0):
            truss.append(tube([(x, y, deck_z - 4.4), (x + 3, y, deck_z - 1)], 0.2, sides=4))
            truss.append(tube([(x + 3, y, deck_z - 1), (x + 6, y, deck_z - 4.4)], 0.2, sides=4))
    for x in (-span, span):
        truss += [prism(4, 2.5, top_z + 3, top=1.7).moved(x, y) for y in (-6, 6)]
        truss += [
            box(2.2, 12, height).moved(x, 0, z) for z, height in ((deck_z - 4, 2.4), (28, 3.0), (42, 3.0), (55, 4.0))
        ]
        model += solid(grey, prism(12, 9, 5).moved(x, 0, -1.5))
    model += solid(grey, *(box(12, 16, 18).moved(x) for x in (-175, 175)))
    return model + solid(red, *truss) + solid(metal("#b8402a", 40, 60), *_cables(span, deck_z, top_z))


def _cables(span: float, deck_z: float, top_z: float) -> list[Mesh]:
    parts = []
    for y in (-6, 6):
        middle = [(x, y, deck_z + 3 + (top_z + 2 - deck_z - 3) * (x / span) ** 2) for x in np.linspace(-span, span, 41)]
        parts.append(tube(middle, 0.42, sides=6))
        for side in (-1, 1):
            outer = [
                (side * (span + 95 * s), y, top_z + 2 - (top_z - deck_z) * (1.25 * s - 0.25 * s * s))
                for s in np.linspace(0, 1, 12)
            ]
            parts.append(tube(outer, 0.42, sides=6))
            parts += [tube([(x, y, deck_z), (x, y, z)], 0.11, sides=4) for x, y, z in outer[1:-1]]
        parts += [tube([(x, y, deck_z), (x, y, z)], 0.11, sides=4) for x, y, z in middle[1:-1]]
    return parts
