"""A triumphal arch, an arena, a city gate."""

from __future__ import annotations

import numpy as np

from demo.world.materials import ashlar, brick, metal, paint, plaster
from demo.world.mesh import Mesh
from demo.world.model import Model, solid
from demo.world.parts import arch_wall, ball, box, lathe, prism, tube


def triumphal_arch() -> Model:
    """Return a white arch with three passages, columns and a bronze chariot on top, 32 m high."""
    stone, trim, bronze = ashlar("#e2dccd", 1.2, 70), ashlar("#f0eadc", 2.0, 80), metal("#4f7a66", 90, 60)
    model = solid(stone, arch_wall(width=12, height=18, depth=9, opening=7, crown=13.5))
    model += solid(stone, *(arch_wall(width=8, height=18, depth=9, opening=3.6, crown=8).moved(x) for x in (-10, 10)))
    model += solid(stone, box(27, 8.4, 6.4).moved(z=19.4))
    model += solid(trim, box(29.4, 10.6, 1.4).moved(z=18), box(28, 9.4, 0.9).moved(z=25.8), box(29, 10, 1.2))
    for x in (-12.8, -7.2, 7.2, 12.8):
        for y in (-5.2, 5.2):
            model += solid(
                trim,
                _column(15.4, 0.75).moved(x, y, 1.2),
                box(2.2, 2.2, 1.6).moved(x, y),
                prism(6, 0.6, 2.4).moved(x, y, 19.4),
            )
    model += solid(stone, *(box(4.4, 9.3, 3.0).moved(x, 0, 11) for x in (-10, 10)))
    model += solid(paint("#8a8272"), *(box(9, 8.6, 3.0).moved(x, 0, 21.4) for x in (0,)))
    horses = []
    for x in (-2.7, -0.9, 0.9, 2.7):
        horses += [
            ball(0.65, height=1.3).scaled(1, 2.1, 1).moved(x, -1.6, 1.7),
            tube([(x, -2.5, 2.4), (x, -3.3, 3.8)], [0.45, 0.3]),
            ball(0.34, height=0.6).scaled(1, 2, 1).moved(x, -3.6, 3.6),
        ]
        horses += [tube([(x + dx, y, 0), (x + dx, y, 2.0)], 0.16) for dx in (-0.3, 0.3) for y in (-2.5, -0.8)]
    rider = lathe([(0.9, 1.2), (0.5, 2.8), (0.7, 4.2), (0.2, 4.8)], segments=14).moved(0, 1.6)
    horses += [
        box(3, 2.4, 1.4).moved(0, 1.5, 0.3),
        rider,
        ball(0.45).moved(0, 1.6, 4.7),
        tube([(0.5, 1.6, 4.0), (1.6, 1.2, 6.4)], 0.18),
    ]
    return model + (solid(bronze, *horses)).scaled(1.15).moved(z=26.7)


def _column(height: float, radius: float) -> Mesh:
    return lathe(
        [
            (radius * 1.25, 0),
            (radius * 1.25, 0.4),
            (radius, 0.6),
            (radius * 0.86, height - 1.2),
            (radius * 1.3, height - 0.4),
            (radius * 1.3, height),
        ],
        segments=20,
    )


def arena() -> Model:
    """Return an oval arena of three tiers of arches, one side broken down, 100 m across, 30 m high."""
    stone, dark = ashlar("#c8b08c", 1.3, 60), paint("#3c3024")
    model = Model()
    count = 40
    for index in range(count):
        angle = 360 / count * index
        broken = 20 < angle < 110
        for tier in range(2 if broken else 3):
            bay = arch_wall(width=7.3, height=8.2, depth=2.4, opening=4.4, crown=6.4)
            cornice = box(7.5, 2.9, 0.6)
            half_column = lathe([(0.5, 0), (0.42, 7.4), (0.6, 7.8)], segments=8).moved(-3.6, -1.25)
            model += _on_oval(solid(stone, bay, cornice.moved(z=7.7), half_column), angle).moved(z=8.3 * tier)
        if not broken:
            attic = solid(stone, box(7.4, 2.2, 5.2)) + solid(dark, box(1.3, 2.4, 1.6).moved(z=1.8))
            model += _on_oval(attic, angle).moved(z=24.9)
    inner = solid(
        ashlar("#a8946f", 1.0), lathe([(43, 0), (43, 15), (38, 15), (22, 3), (22, 0)], segments=48, squash=0.8)
    )
    return model + inner


def _on_oval(model: Model, degrees: float) -> Model:
    """Place a bay on an oval of half axes 48 and 38 m, facing out."""
    angle = np.radians(degrees)
    x, y = 48 * np.cos(angle), 38 * np.sin(angle)
    facing = np.degrees(np.arctan2(y / 38**2, x / 48**2))
    return model.turned(float(facing) + 90).moved(float(x), float(y))


def lion_gate() -> Model:
    """Return a city gate of glazed blue brick: two crenellated towers, a tall passage, golden beasts, 24 m high."""
    blue, gold, sand = brick("#2c5a9c", 60), paint("#d8a83c", 50, 80), plaster("#cfae7c", 50)
    model = solid(blue, arch_wall(width=13, height=17, depth=9, opening=6.4, crown=11.5))
    for x in (-10.5, 10.5):
        model += solid(blue, box(8.4, 12, 21).moved(x)) + solid(
            gold, box(8.8, 12.4, 0.5).moved(x, 0, 18.2), box(8.8, 12.4, 0.5).moved(x, 0, 2.0)
        )
        model += solid(blue, *_battlements(8.4, 12, 21, x))
    model += solid(blue, *_battlements(13, 9, 17, 0.0)) + solid(gold, box(13, 9.3, 0.5).moved(z=14.6))
    for x in (-12.4, -8.6, 8.6, 12.4):
        for z in (4.5, 9.0, 13.5):
            model += solid(gold, *_beast()).turned(180 if x > 0 else 0).scaled(0.9).moved(x, -6.1, z)
    model += solid(gold, arch_wall(width=7.6, height=12.4, depth=0.3, opening=6.4, crown=11.5).moved(y=-4.6))
    walls = [box(60, 5, 11).moved(x) for x in (-44.5, 44.5)]
    merlons = [box(1.6, 5.2, 1.6).moved(x, 0, 11) for s in (-1, 1) for x in s * np.arange(16, 74, 3.2)]
    return model + solid(sand, *walls, *merlons)


def _battlements(x: float, y: float, z: float, shift: float) -> list[Mesh]:
    across = [
        box(1.1, 1.1, 1.8).moved(shift + dx, dy, z)
        for dx in np.linspace(-x / 2 + 0.55, x / 2 - 0.55, int(x // 2.2) + 1)
        for dy in (-y / 2 + 0.55, y / 2 - 0.55)
    ]
    along = [
        box(1.1, 1.1, 1.8).moved(shift + dx, dy, z)
        for dy in np.linspace(-y / 2 + 0.55, y / 2 - 0.55, int(y // 2.2) + 1)
        for dx in (-x / 2 + 0.55, x / 2 - 0.55)
    ]
    return across + along


def _beast() -> list[Mesh]:
    """Return a striding lion in relief."""
    body = box(2.2, 0.25, 0.8).moved(z=0.9)
    legs = [box(0.28, 0.25, 1.0).moved(x) for x in (-0.9, -0.45, 0.5, 0.95)]
    head = box(0.8, 0.3, 0.85).moved(-1.25, 0, 1.2)
    tail = tube([(1.1, 0, 1.5), (1.6, 0, 1.9), (1.7, 0, 1.3)], 0.1)
    return [body, *legs, head, tail]
