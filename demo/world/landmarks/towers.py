"""A lighthouse, a twisted glass tower, a spiral minaret, a statue."""

from __future__ import annotations

import itertools

import numpy as np

from demo.world.materials import Material, ashlar, brick, curtain, glass, lamp, metal, paint, plaster, soil
from demo.world.mesh import Floats, Mesh, flat
from demo.world.model import Model, solid
from demo.world.noise import fractal, sample
from demo.world.parts import arch_panel, ball, box, dome, lathe, loft, prism, ring, tube


def lighthouse() -> Model:
    """Return a red and white banded lighthouse, 42 m high, on a rocky foot with a keeper's house."""
    red, white = paint("#c23028", 30, 60), paint("#f2efe6", 30, 60)
    model = solid(_rock(), _boulder(15, 5.0, 3), _boulder(9, 4.2, 4).moved(9, -7), _boulder(8, 3.5, 5).moved(-11, -4))
    edges = np.linspace(4, 36, 7)
    for index, (low, high) in enumerate(itertools.pairwise(edges)):
        radius = [4.4 - 1.9 * (z - 4) / 32 for z in (low, high)]
        model += solid(red if index % 2 else white, lathe([(radius[0], low), (radius[1], high)], segments=36))
    model += solid(
        paint("#2c2e30", 40),
        lathe([(2.5, 36), (3.7, 36.6), (3.7, 37), (1.9, 37.1)]),
        lathe([(2.2, 40), (2.0, 40.6), (0.3, 42.4), (0.0, 43.6)]),
    )
    rails = [lathe([(3.6, z), (3.66, z + 0.08)], segments=36) for z in (37.5, 38.0)]
    bars = [
        tube([(1.9 * np.cos(a), 1.9 * np.sin(a), 37), (1.9 * np.cos(a), 1.9 * np.sin(a), 40)], 0.08, sides=4)
        for a in np.arange(8) * np.pi / 4
    ]
    model += (
        solid(paint("#2c2e30", 40), *rails, *bars)
        + solid(glass("#a8b8a8", 0), lathe([(1.8, 37), (1.8, 40)]))
        + solid(lamp(), ball(0.9).moved(z=37.6))
    )
    slits = [box(0.7, 0.3, 1.4).moved(0, -4.2 + 0.06 * z, z) for z in (10, 17, 24, 31)]
    door = solid(paint("#3c5a6a"), arch_panel(1.5, 2.8).moved(0, -4.5, 4.4))
    house = solid(plaster("#ece6d8"), box(9, 6, 4)) + solid(
        paint("#b03a30"),
        loft(
            [
                [(-5, -3.4, 4), (5, -3.4, 4), (5, 3.4, 4), (-5, 3.4, 4)],
                [(-5, -0.1, 6.6), (5, -0.1, 6.6), (5, 0.1, 6.6), (-5, 0.1, 6.6)],
            ]
        ),
    )
    return model + solid(glass("#2c3438"), *slits) + door + house.moved(9, 4, 3.2)


def _rock() -> Material:
    return soil("#77706a", 0.4)


def _boulder(radius: float, height: float, seed: int) -> Mesh:
    tile = fractal(seed, slope=0.9)
    rows = []
    for level in np.linspace(0, 1, 9):
        angle = np.linspace(0, 2 * np.pi, 28, endpoint=False)
        rough = 0.75 + 0.5 * sample(tile, 0.5 + 0.13 * np.cos(angle), 0.5 + 0.13 * np.sin(angle) + 0.2 * level)
        r = radius * np.cos(level * np.pi / 2 * 0.96) ** 0.6 * rough
        rows.append(np.stack([r * np.cos(angle), r * np.sin(angle), np.full(28, height * level - 0.6)], axis=1))
    return loft(rows)


def helix_tower() -> Model:
    """Return a glass tower of star-shaped plan that turns by 120 degrees on its way up, 128 m high."""
    floors = 34
    rings = []
    for floor in range(floors + 1):
        share = floor / floors
        angle = np.arange(36) * 2 * np.pi / 36
        radius = (15.5 - 4.5 * share) * (1 + 0.13 * np.cos(3 * angle))
        turn = np.radians(120 * share)
        rings.append(
            np.stack(
                [radius * np.cos(angle + turn), radius * np.sin(angle + turn), np.full(36, 4 + 3.5 * floor)], axis=1
            )
        )
    skin = solid(curtain("#2e7f96", "#dfe8ea", 4.0), loft(rings))
    edges = [tube([r[i] for r in rings], 0.55, sides=6) for i in (0, 12, 24)]
    slabs = [
        loft([rings[i] * [1.03, 1.03, 1], rings[i] * [1.03, 1.03, 1] + [0, 0, 0.4]]) for i in range(0, floors + 1, 2)
    ]
    crown = prism(6, 5, 6, top=3.5).moved(z=4 + 3.5 * floors)
    foot = solid(glass("#3c5058"), prism(24, 17, 4.2)) + solid(paint("#d8dcdc"), prism(24, 20, 0.5).moved(z=4.0))
    mast = tube([(0, 0, 126), (0, 0, 146)], [0.6, 0.1])
    return skin + solid(paint("#e6eaea", 60, 70), *edges, *slabs, crown, mast) + foot


def spiral_minaret() -> Model:
    """Return a brick cone wound about by a ramp that narrows to the top, 44 m high, on a square base."""
    clay, pale = brick("#b98d5c", 55), plaster("#cfa878", 60)
    turns, steps = 5, 300
    share = np.linspace(0, 1, steps)
    angle = -2 * np.pi * turns * share - np.pi / 2
    model = solid(clay, box(34, 34, 3), box(30, 30, 3).moved(z=3)) + solid(pale, box(8, 10, 4.4).moved(y=-20))
    radius = 14.5 - 10.5 * share
    z = 6 + 33 * share
    ramp = []
    for i in range(steps - 1):
        c0, s0, c1, s1 = np.cos(angle[i]), np.sin(angle[i]), np.cos(angle[i + 1]), np.sin(angle[i + 1])
        low = max(z[i] - 33 / turns - 0.4, 5.5)
        a, b = (radius[i] * c0, radius[i] * s0), (radius[i + 1] * c1, radius[i + 1] * s1)
        ramp.append([(*b, low), (*a, low), (*a, z[i]), (*b, z[i + 1])])
        ramp.append([(*a, z[i]), (0.3 * a[0], 0.3 * a[1], z[i]), (0.3 * b[0], 0.3 * b[1], z[i + 1]), (*b, z[i + 1])])
    model += solid(clay, flat(ramp))
    rail = tube(np.stack([radius * np.cos(angle), radius * np.sin(angle), z + 0.25], axis=1), 0.4, sides=6)
    head = lathe([(3.9, 39), (3.7, 42.6), (4.1, 42.8), (4.1, 43.6), (3.2, 43.8)], segments=24)
    doors = [arch_panel(1.3, 2.6, pointed=True).moved(0, -3.95, 39.4).turned(a) for a in range(0, 360, 45)]
    return model + solid(pale, rail, head, dome(3.2, 2.2).moved(z=43.6)) + solid(paint("#3c2c20"), *doors)


def navigator() -> Model:
    """Return a green copper statue of a robed seafarer raising a star, on a tall granite pedestal, 50 m high."""
    copper, stone = metal("#5f9f86", 50, 70), ashlar("#a9a298", 1.2, 50)
    base = solid(stone, prism(8, 17, 3), prism(8, 14.5, 2.2).moved(z=3), prism(4, 9.4, 16, top=7.6).moved(z=5.2))
    base += solid(stone, box(12.4, 12.4, 1.2).moved(z=20.6), box(14, 14, 1.2).moved(z=5.2))
    base += solid(paint("#5a564f"), *(arch_panel(3.6, 7.5).moved(0, -6.75, 8).turned(a) for a in (0, 90, 180, 270)))
    folds = []
    for z, radius, wave in (
        (0, 4.2, 0.16),
        (4, 3.7, 0.14),
        (8, 3.1, 0.1),
        (11, 2.5, 0.06),
        (13.5, 2.9, 0.03),
        (16, 3.0, 0.02),
        (17.4, 1.6, 0.0),
        (18, 0.9, 0.0),
    ):
        angle = np.arange(48) * 2 * np.pi / 48
        r = radius * (1 + wave * np.cos(9 * angle + 0.35 * z))
        folds.append(np.stack([r * np.cos(angle), 0.78 * r * np.sin(angle), np.full(48, float(z))], axis=1))
    head = [
        ball(1.35, height=3.6).moved(0, -0.1, 18.2),
        ball(0.24, height=0.7).moved(0, -1.45, 19.6),
        ball(1.75, height=2.6).moved(0, 0.5, 19.4),
    ]
    brim = lathe([(0, 21.0), (2.5, 20.7), (2.4, 21.0), (1.4, 21.5), (1.1, 22.6), (0, 22.8)], segments=24)
    raised = tube([(2.5, 0, 16.6), (4.3, -0.5, 19.5), (4.6, -0.9, 24.5)], [1.0, 0.8, 0.6], sides=12)
    lowered = tube([(-2.5, 0, 16.6), (-3.9, -0.9, 13.2), (-1.8, -3.0, 11.6)], [1.0, 0.85, 0.6], sides=12)
    book = box(2.6, 0.7, 3.4).turned(-20, "x").moved(-1.6, -3.4, 10.2)
    cloak = loft([_half_ring(5.2, 0.0), _half_ring(4.3, 6.0), _half_ring(3.5, 12.0), _half_ring(3.2, 16.6)], lid=False)
    star = [prism(4, 0.5, 2.6, top=0).turned(a, "y") for a in range(0, 360, 45)]
    figure = solid(copper, loft(folds), *head, brim, raised, lowered, book, cloak)
    figure += solid(metal("#e0b850", 160, 120), ball(0.9).moved(z=-0.9), *star).moved(4.6, -0.9, 26.4)
    return base + figure.scaled(1.08).moved(z=21.6)


def _half_ring(radius: float, z: float) -> Floats:
    full = ring(radius, z, sides=40)
    full[:, 1] = np.where(full[:, 1] < 0, full[:, 1] * 0.1 + 0.4, full[:, 1] * 0.9)
    return full
