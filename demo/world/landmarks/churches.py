"""Two look-alike cathedrals and a church with onion domes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from demo.world.materials import Material, ashlar, brick, cloth, glass, metal, paint, plaster, roof
from demo.world.model import Model, group, solid
from demo.world.parts import (
    arch_panel,
    ball,
    box,
    disc,
    gable_ends,
    gable_roof,
    lathe,
    onion,
    prism,
    tube,
)


@dataclass(frozen=True)
class Gothic:
    """What tells one twin-towered cathedral from another.

    Attributes:
        stone: colour of the walls.
        trim: colour of cornices and tracery.
        roof: colour of the nave's roof.
        spire: the towers' tops: colour and height in metres.
        spire_sides: sides of a spire: 4 or 8.
        bays: windows along the nave.
        rose_m: radius of the rose window.
        crossing_m: height of the small spire over the crossing; 0 for none.
    """

    stone: str
    trim: str
    roof: str
    spire: tuple[str, float]
    spire_sides: int
    bays: int
    rose_m: float
    crossing_m: float


ORLAN = Gothic("#c9b087", "#e0cda4", "#5c6068", ("#cdb58c", 21.0), 8, 7, 3.4, 14.0)
KESTRIN = Gothic("#958f8a", "#b4aea8", "#5d7f72", ("#5f9482", 7.5), 4, 6, 2.4, 0.0)


def cathedral(style: Gothic) -> Model:
    """Return a cathedral: two west towers with spires, three portals, a rose window, a nave with buttresses.

    The west front faces south here, as all fronts do. About 26 m wide, 60 m long, 50 m high.
    """
    stone, trim = ashlar(style.stone, 1.1, 45), ashlar(style.trim, 1.4, 60)
    front = _front(style, stone, trim)
    towers = [_tower(style, stone, trim).moved(x) for x in (-9.2, 9.2)]
    return front + group(towers) + _nave(style, stone, trim).moved(y=4)


def _front(style: Gothic, stone: Material, trim: Material) -> Model:
    wall = solid(stone, box(11, 7, 22).moved(y=3), gable_ends(8, 11, 7).turned(90).moved(0, 3.4, 22))
    cornices = [box(11.2, 7.6, 0.6).moved(0, 3, z) for z in (9.2, 17.5, 21.8)]
    portals = group(
        _portal(trim, wide, high).moved(x, -0.6) for x, wide, high in ((0, 4.2, 7.6), (-9.2, 3.2, 5.8), (9.2, 3.2, 5.8))
    )
    statues = [prism(6, 0.35, 1.9).moved(x, -0.75, 9.9) for x in np.linspace(-4.6, 4.6, 9)]
    niches = [arch_panel(0.75, 2.5, pointed=True).moved(x, -0.52, 9.8) for x in np.linspace(-4.6, 4.6, 9)]
    model = wall + solid(trim, *cornices, *statues) + solid(paint("#57503f"), *niches) + portals
    return model + _rose(style, trim).moved(0, -0.55, 14.6)


def _portal(trim: Material, wide: float, high: float) -> Model:
    rings = [
        arch_panel(wide * k, high * (0.55 + 0.45 * k), pointed=True).moved(y=-0.5 + 0.22 * i)
        for i, k in enumerate((0.72, 0.86, 1.0))
    ]
    model = solid(trim, rings[2], box(wide + 0.4, 0.8, 0.25).moved(y=0.3))
    gable = gable_ends(1.2, wide * 1.15, wide * 0.85).turned(90).moved(0, 0.4, high * 0.93)
    model += solid(trim, gable) + solid(paint("#6b5f4a"), rings[1].moved(y=-0.1)) + solid(trim, rings[0].moved(y=-0.2))
    return model + solid(paint("#4a3120"), arch_panel(wide * 0.56, high * 0.78, pointed=True).moved(y=-0.78))


def _rose(style: Gothic, trim: Material) -> Model:
    radius = style.rose_m
    hoop = lathe([(radius, -0.15), (radius + 0.45, -0.15), (radius + 0.45, 0.3), (radius, 0.3)], segments=36).turned(
        90, "x"
    )
    spokes = [box(0.16, 0.25, radius * 2).moved(z=-radius).turned(a, "y") for a in np.arange(0, 180, 22.5)]
    petals = [
        lathe([(radius * 0.13, 0), (radius * 0.2, 0)], segments=14)
        .turned(90, "x")
        .moved(radius * 0.72 * np.cos(a), -0.12, radius * 0.72 * np.sin(a))
        for a in np.radians(np.arange(11.25, 360, 22.5))
    ]
    hub = lathe([(radius * 0.2, -0.15), (radius * 0.28, 0.1)], segments=20).turned(90, "x")
    pane = solid(glass("#33415c"), disc(radius))
    return pane + solid(trim, hoop, hub, *spokes, *petals)


def _tower(style: Gothic, stone: Material, trim: Material) -> Model:
    side = 7.6
    shaft = solid(stone, box(side, side, 33).moved(y=3))
    corners = [prism(4, 1.0, 34).moved(x, 3 + y) for x in (-3.6, 3.6) for y in (-3.6, 3.6)]
    pinnacles = [prism(4, 0.85, 4.5, top=0).moved(x, 3 + y, 34) for x in (-3.6, 3.6) for y in (-3.6, 3.6)]
    bands = [box(side + 0.5, side + 0.5, 0.6).moved(y=3, z=z) for z in (9.2, 17.5, 24.3, 32.6)]
    model = shaft + solid(stone, *corners) + solid(trim, *pinnacles, *bands)
    for turn in (0, 90, 180, 270):
        model += _tower_windows(trim).turned(turn).moved(y=3)
    colour, high = style.spire
    tip = metal(colour, 60, 40) if style.spire_sides == 4 else ashlar(colour, 0.9, 50)
    spire = prism(style.spire_sides, 4.0 if style.spire_sides == 8 else 5.0, high, top=0).moved(y=3, z=33.2)
    return model + solid(tip, spire) + _finial().moved(y=3, z=33 + high)


def _tower_windows(trim: Material) -> Model:
    dark = glass("#2a2c30", 0)
    model = Model()
    for z, high in ((18.6, 5.0), (25.4, 6.4)):
        for x in (-1.35, 1.35):
            model += solid(trim, arch_panel(2.1, high + 0.4, pointed=True).moved(x, -3.86, z - 0.2))
            model += solid(dark, arch_panel(1.5, high, pointed=True).moved(x, -3.94, z))
    model += solid(trim, arch_panel(2.2, 4.9, pointed=True).moved(0, -3.86, 11.0))
    return model + solid(dark, arch_panel(1.5, 4.4, pointed=True).moved(0, -3.94, 11.2))


def _finial() -> Model:
    return solid(metal("#d0a848", 140), box(0.14, 0.14, 2.0), box(0.9, 0.14, 0.14).moved(z=1.2), ball(0.3))


def _nave(style: Gothic, stone: Material, trim: Material) -> Model:
    long = 7.0 * style.bays
    middle = long / 2 + 2
    walls = solid(stone, box(12, long, 19).moved(y=middle), box(20, long, 9).moved(y=middle))
    tiles = roof(style.roof)
    slopes = gable_roof(long, 12, 9, eaves=0.3).turned(90).moved(0, middle, 19)
    lean = solid(tiles, slopes, gable_roof(long, 20, 4, eaves=0.3).turned(90).moved(0, middle, 9))
    model = walls + lean + solid(stone, gable_ends(long, 12, 9).turned(90).moved(0, middle, 19))
    for side in (90, -90):
        for y in np.arange(style.bays) * 7.0 + 5.5:
            bay = _bay(trim).turned(side)
            model += bay.moved(0, y, 0)
            model += solid(
                stone,
                box(1.6, 1.1, 12).moved(np.sign(side) * 10.6, y + 3.5),
                prism(4, 0.7, 3, top=0).moved(np.sign(side) * 10.6, y + 3.5, 12),
            )
            model += solid(
                stone, tube([(np.sign(side) * 10.5, y + 3.5, 11.5), (np.sign(side) * 6, y + 3.5, 16.5)], 0.4, sides=4)
            )
    apse = prism(10, 6, 19).moved(y=long + 2)
    model += solid(stone, apse) + solid(tiles, prism(10, 6.4, 8, top=0).moved(y=long + 2, z=19))
    if style.crossing_m:
        model += solid(tiles, prism(8, 1.7, style.crossing_m, top=0).moved(0, long * 0.72, 27))
    return model


def _bay(trim: Material) -> Model:
    """Return one bay's windows, in the wall of the aisle at y = -10 and of the nave at y = -6."""
    pane = glass("#37465a")
    return solid(
        trim,
        arch_panel(2.6, 6.4, pointed=True).moved(0, -10.06, 1.8),
        arch_panel(3.0, 5.2, pointed=True).moved(0, -6.06, 13.2),
    ) + solid(
        pane,
        arch_panel(2.0, 5.9, pointed=True).moved(0, -10.14, 2.0),
        arch_panel(2.4, 4.7, pointed=True).moved(0, -6.14, 13.4),
    )


def onion_church() -> Model:
    """Return a church of white and brick walls under five many-coloured onion domes, about 45 m high."""
    wall, trim = brick("#a8503e", 50), plaster("#f0e8da", 60)
    body = solid(wall, box(20, 20, 13)) + solid(trim, *(box(20.6, 20.6, 0.5).moved(z=z) for z in (0, 6.5, 13)))
    for turn in (0, 90, 180, 270):
        for x in (-6.5, 0, 6.5):
            body += solid(
                trim, arch_panel(4.6, 5.2).moved(x, -10.06, 7.2), arch_panel(5.6, 3.4).moved(x, -10.2, 12.6)
            ).turned(turn)
            body += solid(
                glass("#2c3848"), arch_panel(1.6, 3.6).moved(x, -10.14, 7.8), arch_panel(1.8, 3.8).moved(x, -10.14, 1.4)
            ).turned(turn)
            body += solid(wall, arch_panel(4.2, 2.7).moved(x, -10.3, 12.9)).turned(turn)
    crowns = (
        (0.0, 0.0, 4.0, 15.0, metal("#d6a53c", 150, 60)),
        (-7.0, -7.0, 2.7, 7.0, cloth(("#2f6fa8", "#f0f0e8"), 1.2)),
        (7.0, -7.0, 2.7, 9.0, cloth(("#3f8a4a", "#e8c850"), 1.2)),
        (7.0, 7.0, 2.7, 7.0, cloth(("#b03038", "#f0e8d8"), 1.2)),
        (-7.0, 7.0, 2.7, 9.0, cloth(("#3f8a8a", "#d8a040"), 1.2)),
    )
    for x, y, radius, drum, skin in crowns:
        column = lathe(
            [
                (radius, 0),
                (radius, drum),
                (radius * 1.12, drum + 0.2),
                (radius * 1.12, drum + 0.7),
                (radius * 0.9, drum + 0.9),
            ],
            segments=24,
        )
        model = solid(trim if drum < 8 else wall, column)
        slits = [arch_panel(0.8, drum * 0.6).moved(0, -radius - 0.03, drum * 0.25).turned(a) for a in range(0, 360, 45)]
        model += solid(glass("#2c3848"), *slits) + solid(skin, onion(radius * 1.35, radius * 3.0).moved(z=drum + 0.8))
        body += (model + _finial().moved(z=drum + 0.6 + radius * 3.0)).moved(x, y, 13)
    porch = solid(wall, box(8, 5, 5).moved(y=-12.4)) + solid(
        roof("#3f7a52"), prism(4, 6.4, 5, top=0).moved(y=-12.4, z=5)
    )
    door = solid(trim, arch_panel(3.4, 4.2).moved(0, -14.95, 0)) + solid(
        paint("#4a2c1c"), arch_panel(2.4, 3.5).moved(0, -15.02, 0)
    )
    return body + porch + door
