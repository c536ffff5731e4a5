"""A pagoda, a gate in the sea, a blue-domed mosque, a step pyramid."""

from __future__ import annotations

import numpy as np

from demo.world.materials import Material, ashlar, glass, metal, paint, planks, plaster, roof
from demo.world.mesh import Mesh, flat
from demo.world.model import Model, group, solid
from demo.world.parts import arch_panel, ball, box, dome, lathe, prism, tube


def pagoda() -> Model:
    """Return a vermilion tower of five storeys under curved dark roofs, about 38 m high."""
    red, white, dark = planks("#a8382a", 0.25), plaster("#eee6d6", 60), roof("#3c4448")
    model = solid(ashlar("#8c8880"), box(18, 18, 1.2), box(15, 15, 2.0), box(4, 20, 0.6))
    z = 2.0
    for level in range(5):
        half = 5.4 - 0.55 * level
        model += _storey(half, red, white).moved(z=z)
        model += solid(dark, _curved_roof(half + 2.9 - 0.15 * level, half * 0.75, 1.9).moved(z=z + 3.4))
        model += solid(red, box(2 * half + 2.6, 2 * half + 2.6, 0.35).moved(z=z + 3.1))
        z += 5.2
    mast = [
        prism(8, 0.16, 9).moved(z=z),
        *(
            lathe([(0.2, 0), (0.75 - 0.04 * i, 0.1), (0.2, 0.2)], segments=16).moved(z=z + 1.5 + 0.75 * i)
            for i in range(8)
        ),
    ]
    return model + solid(metal("#c8a050", 140), *mast)


def _storey(half: float, red: Material, white: Material) -> Model:
    model = solid(white, box(2 * half, 2 * half, 3.4))
    for turn in (0, 90, 180, 270):
        posts = [box(0.45, 0.45, 3.4).moved(x, -half) for x in np.linspace(-half, half, 4)]
        rails = [box(2 * half, 0.35, 0.3).moved(0, -half, z) for z in (0.3, 2.6)]
        fence = [box(2 * half + 2.0, 0.12, 0.14).moved(0, -half - 1.0, z) for z in (0.1, 0.55, 0.95)]
        doors = solid(planks("#6a2c20", 0.15), box(half * 0.55, 0.3, 2.3).moved(0, -half, 0.3))
        model += (solid(red, *posts, *rails, *fence) + doors).turned(turn)
    return model


def _curved_roof(outer: float, inner: float, rise: float) -> Mesh:
    """Return a square roof whose eaves sweep up, most at the corners."""
    steps = np.linspace(-1, 1, 13)
    shares = np.linspace(0, 1, 6)
    quads = []
    for turn in range(4):
        grid = np.empty((6, 13, 3))
        for row, share in enumerate(shares):
            half = outer + (inner - outer) * share
            sweep = 0.75 * (1 - share) ** 2 * np.abs(steps) ** 3
            grid[row] = np.stack([half * steps, np.full(13, -half), rise * share**1.6 + sweep], axis=1)
        angle = np.pi / 2 * turn
        c, s = np.cos(angle), np.sin(angle)
        grid = grid @ np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]])
        quads += [[grid[i, j], grid[i, j + 1], grid[i + 1, j + 1], grid[i + 1, j]] for i in range(5) for j in range(12)]
    underside = [[(-outer, outer, 0.2), (outer, outer, 0.2), (outer, -outer, 0.2), (-outer, -outer, 0.2)]]
    return flat([*quads, *underside], one_origin=True)


def sea_gate() -> Model:
    """Return a great vermilion gate of two posts and two beams, standing in shallow water, 17 m high."""
    red, black = paint("#c23a22", 30, 70), paint("#26221f", 30)
    posts = [tube([(x, 0, -1), (x * 0.94, 0, 13.6)], [1.05, 0.85], sides=16) for x in (-7.2, 7.2)]
    struts = [
        tube([(x, y, -1), (x * 0.96, y * 0.8, 6.8)], [0.55, 0.5], sides=10) for x in (-7.2, 7.2) for y in (-4.2, 4.2)
    ]
    ties = [box(0.7, 9.6, 0.6).moved(x, 0, z) for x in (-7.0, 7.0) for z in (2.0, 5.6)]
    low = box(18.6, 0.9, 1.2).moved(z=9.6)
    plate = box(2.4, 0.7, 3.0).moved(z=10.8)
    line = [(x, 0.0, 13.4 + 1.5 * (abs(x) / 12) ** 2.4) for x in np.linspace(-12, 12, 15)]
    high = [tube(line, 0.95, sides=4), tube([(x, y, z + 0.95) for x, y, z in line], 1.25, sides=4)]
    return (
        solid(red, *posts, *struts, *ties, low, high[0])
        + solid(black, high[1], *(lathe([(1.4, 0), (1.4, 1.0)], segments=18).moved(x) for x in (-7.2, 7.2)))
        + solid(metal("#c8a040"), plate)
    )


def blue_mosque() -> Model:
    """Return a mosque: a turquoise pointed dome, a tall tiled portal and four minarets, 48 m high."""
    sand, tile, gold = ashlar("#d8bd90", 1.0, 50), _tilework(), metal("#d8ac48", 150)
    hall = solid(sand, box(34, 30, 13), box(34.6, 30.6, 0.7).moved(z=13)) + solid(
        tile, box(34.3, 30.3, 1.4).moved(z=10.6)
    )
    portal = solid(sand, box(15, 4, 22).moved(y=-15.5)) + solid(tile, box(13.6, 4.3, 20.6).moved(y=-15.5))
    portal += solid(paint("#e8dcb8", 20, 60), arch_panel(10, 18, pointed=True).moved(0, -17.72))
    portal += solid(paint("#1d3f6a", 40, 50), arch_panel(9, 17, pointed=True).moved(0, -17.8)) + solid(
        paint("#3a2a1c"), arch_panel(4, 7, pointed=True).moved(0, -17.9)
    )
    drum = lathe([(9.5, 13), (9.5, 22), (10.0, 22.2), (10.0, 23), (9.4, 23.2)])
    windows_ = [arch_panel(1.5, 4.5, pointed=True).moved(0, -9.56, 15.5).turned(a) for a in range(0, 360, 20)]
    crown = solid(sand, drum) + solid(glass("#20304a"), *windows_) + solid(tile, lathe([(9.62, 20.4), (9.62, 21.8)]))
    crown += solid(paint("#2a9aa8", 90, 60), dome(10.4, 15, pointed=0.9).moved(z=23)) + solid(
        gold, tube([(0, 0, 40), (0, 0, 46)], [0.3, 0.05]), ball(0.8).moved(z=42)
    )
    sides = []
    for turn in (90, 180, 270):
        for x in (-10.5, -3.5, 3.5, 10.5):
            reach = 17.06 if turn != 180 else 15.06
            sides.append(solid(tile, arch_panel(4.6, 8.6, pointed=True).moved(x, -reach)).turned(turn))
            sides.append(
                solid(paint("#4a3c2c"), arch_panel(3.4, 7.4, pointed=True).moved(x, -reach - 0.06)).turned(turn)
            )
    towers = [_minaret(sand, tile).moved(x, y) for x in (-21, 21) for y in (-17, 17)]
    return hall + portal + crown + group(sides) + group(towers)


def _tilework() -> Material:
    return roof("#2f6f9a", 70)


def _minaret(sand: Material, tile: Material) -> Model:
    shaft = lathe([(2.1, 0), (1.5, 30), (2.5, 31), (2.5, 32.4), (1.2, 32.6), (1.1, 37)], segments=24)
    bands = [
        lathe([(r + 0.06, z), (r, z + 1.4)], segments=24) for r, z in ((2.0, 4), (1.86, 11), (1.72, 18), (1.58, 25))
    ]
    return (
        solid(sand, shaft)
        + solid(tile, *bands)
        + solid(paint("#2a9aa8", 90, 60), dome(1.5, 2.6, pointed=1).moved(z=37))
    )


def step_pyramid() -> Model:
    """Return a pyramid of nine steps with a stair up each side and a small temple on top, 32 m high."""
    stone, pale = ashlar("#a39a84", 0.9, 40), ashlar("#c4baa0", 0.8, 60)
    model = Model()
    for level in range(9):
        half = 28 - 2.7 * level
        model += solid(stone, prism(4, half * np.sqrt(2), 2.9, top=(half - 0.5) * np.sqrt(2)).moved(z=2.9 * level))
        model += solid(pale, box(2 * half - 0.6, 2 * half - 0.6, 0.35).moved(z=2.9 * level + 2.6))
    for turn in (0, 90, 180, 270):
        steps = [box(7, 1.0, 0.75 * (i + 1)).moved(0, -31 + 0.72 * i) for i in range(35)]
        cheeks = [tube([(x, -31.2, 0), (x, -5.6, 26.8)], 0.85, sides=4) for x in (-4.1, 4.1)]
        model += (solid(pale, *steps) + solid(stone, *cheeks)).turned(turn)
    temple = solid(pale, box(9, 9, 5.5), box(9.8, 9.8, 0.8).moved(z=5.5), box(7, 7, 1.6).moved(z=6.3))
    temple += group(solid(paint("#2c2620"), box(2.0, 0.2, 3.6).moved(0, -4.5)).turned(a) for a in (0, 90, 180, 270))
    return model + temple.moved(z=26.1)
