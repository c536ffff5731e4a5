"""Ordinary photos indoors: rooms lit through a window."""

from __future__ import annotations

import numpy as np

from demo.world.atlas import Moment
from demo.world.camera import Camera
from demo.world.materials import Material, chequered, cloth, lamp, paint, planks, plaster
from demo.world.model import Model, Scene, solid
from demo.world.parts import ball, box, disc, lathe, tube
from demo.world.people import person
from demo.world.pets import cat
from demo.world.photo import Shot
from demo.world.plants import bush
from demo.world.views import film
from demo.world.weather import Weather

WALLS = ("#d8d0c0", "#c8d0cc", "#d8c4b0", "#b8c4d0", "#e0d8a8", "#c0a8a0")
STUFFS = ("#7a4038", "#4a6478", "#8a7a5a", "#5a7048", "#b0a090", "#a06848")


def living_room(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show a sofa, a table, pictures on the wall."""
    model = _room(rng) + _sofa(rng).moved(rng.uniform(-0.6, 0.6), 2.0) + _table(rng, 1.1, 0.6, 0.42).moved(0, 0.6)
    model += solid(cloth((str(rng.choice(STUFFS)), str(rng.choice(STUFFS))), 0.5), box(2.6, 1.8, 0.02).moved(0, 0.6))
    model += _pictures(rng).moved(0, 2.44, 1.7) + _standing_lamp().moved(-1.7, 2.1)
    model += _potted(rng).moved(1.9, 2.0) if rng.random() < 0.7 else _shelf(rng).moved(2.0, 2.2)
    if rng.random() < 0.35:
        model += person(rng).turned(rng.uniform(-30, 30)).moved(rng.uniform(0.8, 1.4), 1.2)
    return _shot(model, moment=moment, rng=rng, eye=(rng.uniform(-0.9, 0.9), -2.2, 1.45), aim=(0, 1.5, 0.9))


def bedroom(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show a bed, as hotel rooms have it."""
    sheet, blanket = plaster("#ece8e0"), plaster(str(rng.choice(STUFFS)))
    bed = solid(planks("#7a5a40", 0.15), box(1.7, 2.1, 0.3), box(1.8, 0.1, 1.1).moved(y=1.05)) + solid(
        sheet, box(1.65, 2.0, 0.25).moved(z=0.3)
    )
    bed += solid(blanket, box(1.75, 1.3, 0.07).moved(0, -0.38, 0.52)) + solid(
        sheet, *(ball(0.36, height=0.22).scaled(1, 0.6, 1).moved(x, 0.75, 0.52) for x in (-0.4, 0.4))
    )
    model = _room(rng) + bed.moved(0, 1.3) + _pictures(rng).moved(0, 2.44, 1.75)
    for x in (-1.3, 1.3):
        model += _table(rng, 0.45, 0.4, 0.5).moved(x, 2.1) + _small_lamp().moved(x, 2.1, 0.52)
    return _shot(model, moment=moment, rng=rng, eye=(rng.uniform(-1.2, 1.2), -2.1, 1.5), aim=(0, 1.3, 0.7))


def desk(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show a desk with a computer, books, a cup."""
    model = _room(rng) + _table(rng, 1.6, 0.75, 0.74).moved(0, 1.9)
    screen = solid(
        paint("#1c1e20", 60),
        box(0.62, 0.04, 0.38).moved(0, 2.1, 0.9),
        box(0.06, 0.06, 0.15).moved(0, 2.1, 0.76),
        box(0.25, 0.16, 0.02).moved(0, 2.1, 0.76),
    )
    model += (
        screen
        + solid(paint("#6a8fb8", 60), box(0.58, 0.01, 0.34).moved(0, 2.075, 0.92))
        + solid(paint("#d8d8d6", 20), box(0.42, 0.14, 0.02).moved(0, 1.78, 0.76))
    )
    model += (
        books(rng, 7).moved(-0.62, 2.0, 0.76) + mug(rng).moved(0.5, 1.8, 0.76) + _small_lamp().moved(0.66, 2.1, 0.76)
    )
    if rng.random() < 0.5:
        model += cat(rng).turned(-100).moved(0.34, 1.98, 0.76)
    return _shot(model, moment=moment, rng=rng, eye=(rng.uniform(-0.6, 0.6), 0.35, 1.35), aim=(0, 2.0, 0.92), reach_m=3)


def kitchen(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show a kitchen front with pots."""
    front, top = paint(str(rng.choice(["#e4e0d6", "#7a9088", "#c8b090", "#5a6a7a"])), 30), planks("#9a7450", 0.12)
    model = _room(rng, floor=chequered(("#d8d4cc", "#5a5450"), 1.2)) + solid(
        top, box(3.4, 0.62, 0.05).moved(0, 2.15, 0.86)
    )
    for x in np.arange(-1.5, 1.6, 0.6):
        model += solid(front, box(0.57, 0.58, 0.84).moved(x, 2.16), box(0.57, 0.34, 0.62).moved(x, 2.3, 1.5)) + solid(
            paint("#8a8a88", 120),
            box(0.14, 0.03, 0.02).moved(x, 1.85, 0.72),
            box(0.14, 0.03, 0.02).moved(x, 2.11, 1.58),
        )
    for x in rng.uniform(-1.4, 1.4, 3):
        pot = lathe([(0.0, 0.0), (0.12, 0.0), (0.13, 0.16), (0.11, 0.17), (0.0, 0.19)], segments=24)
        model += solid(
            paint(str(rng.choice(["#b04030", "#8a8e92", "#d8a040", "#3a4a5a"])), 110), pot.moved(float(x), 2.1, 0.91)
        )
    model += (
        mug(rng).moved(0.3, 2.0, 0.91) + _table(rng, 1.2, 0.8, 0.74).moved(0.4, 0.4) + mug(rng).moved(0.3, 0.4, 0.76)
    )
    return _shot(model, moment=moment, rng=rng, eye=(rng.uniform(-1, 1), -1.6, 1.5), aim=(0, 1.6, 1.05))


def books(rng: np.random.Generator, count: int) -> Model:
    """Return books standing in a row along x."""
    model, x = Model(), 0.0
    for _ in range(count):
        thick, high = rng.uniform(0.018, 0.045), rng.uniform(0.17, 0.26)
        model += solid(
            paint(str(rng.choice(["#8a2f2a", "#2f4a6a", "#c8a050", "#4a6a4a", "#d8d0c0", "#2a2a2e"])), 20),
            box(thick * 0.94, 0.15, high).moved(x),
        )
        x += thick
    return model


def mug(rng: np.random.Generator) -> Model:
    """Return a cup of coffee, 9 cm high."""
    glaze = paint(str(rng.choice(["#e8e4da", "#b84a3a", "#3a5a7a", "#d8b050", "#4a6a5a"])), 100)
    body = lathe([(0.0, 0), (0.036, 0), (0.041, 0.01), (0.041, 0.09), (0.037, 0.09), (0.036, 0.075)], segments=24)
    handle = tube([(0.04, 0, 0.075), (0.066, 0, 0.07), (0.07, 0, 0.04), (0.042, 0, 0.022)], 0.006)
    return solid(glaze, body, handle) + solid(paint("#3a2416", 90), disc(0.037).turned(-90, "x").moved(z=0.078))


def _room(rng: np.random.Generator, *, floor: Material | None = None) -> Model:
    """Return a room 5 x 5 m, open to the south, with a window in its west wall."""
    wall, boards = plaster(str(rng.choice(WALLS))), planks(str(rng.choice(["#9a7450", "#7a5638", "#b08a60"])), 0.12)
    model = solid(floor or boards, box(5, 5, 0.1).moved(z=-0.1)) + solid(
        wall, box(5, 0.1, 2.6).moved(0, 2.5), box(0.1, 5, 2.6).moved(2.5)
    )
    sill = [
        box(0.1, 5, 0.9),
        box(0.1, 5, 0.4).moved(z=2.2),
        box(0.1, 1.4, 1.3).moved(0, -1.8, 0.9),
        box(0.1, 1.6, 1.3).moved(0, 1.7, 0.9),
    ]
    model += solid(wall, *(part.moved(-2.5) for part in sill)) + solid(
        plaster("#eeeae2"), box(5.2, 5, 0.1).moved(z=2.6)
    )
    bars = [box(0.08, 0.06, 1.3).moved(-2.5, y, 0.9) for y in (-1.1, -0.1, 0.87)] + [
        box(0.08, 2.0, 0.06).moved(-2.5, -0.1, z) for z in (0.9, 1.7, 2.16)
    ]
    return model + solid(paint("#f0ece4", 30), *bars, box(5, 0.03, 0.1).moved(0, 2.44))


def _sofa(rng: np.random.Generator) -> Model:
    stuff = plaster(str(rng.choice(STUFFS)))
    parts = [
        box(1.9, 0.85, 0.42),
        box(1.9, 0.25, 0.85).moved(y=0.32),
        *(box(0.22, 0.85, 0.6).moved(x) for x in (-0.95, 0.95)),
    ]
    cushions = [
        ball(0.24, height=0.42).scaled(1, 0.4, 1).moved(float(x), 0.05, 0.42) for x in rng.uniform(-0.65, 0.65, 2)
    ]
    return solid(stuff, *parts) + solid(cloth((str(rng.choice(STUFFS)), "#e8e0d0"), 0.3), *cushions)


def _table(rng: np.random.Generator, x: float, y: float, z: float) -> Model:
    wood = planks(str(rng.choice(["#8a6040", "#5a3e2a", "#c0a078"])), 0.1)
    legs = [box(0.05, 0.05, z).moved(a * (x / 2 - 0.05), b * (y / 2 - 0.05)) for a in (-1, 1) for b in (-1, 1)]
    return solid(wood, box(x, y, 0.04).moved(z=z - 0.02), *legs)


def _pictures(rng: np.random.Generator) -> Model:
    model = Model()
    for x in (-0.75, 0.05, 0.8):
        wide, high = rng.uniform(0.3, 0.6), rng.uniform(0.3, 0.6)
        model += solid(planks("#4a3828"), box(wide + 0.06, 0.03, high + 0.06).moved(x, 0, -0.03))
        model += solid(plaster(str(rng.choice(STUFFS))), box(wide, 0.045, high / 2).moved(x)) + solid(
            plaster(str(rng.choice(WALLS))), box(wide, 0.045, high / 2).moved(x, 0, high / 2)
        )
    return model


def _shelf(rng: np.random.Generator) -> Model:
    model = solid(
        planks("#7a5a40", 0.12),
        *(box(0.9, 0.3, 0.03).moved(z=z) for z in (0.1, 0.5, 0.9, 1.3, 1.7)),
        *(box(0.03, 0.3, 1.75).moved(x) for x in (-0.45, 0.45)),
    )
    for z in (0.13, 0.53, 0.93, 1.33):
        model += books(rng, int(rng.integers(12, 24))).moved(-0.42, 0, z)
    return model


def _standing_lamp() -> Model:
    return solid(
        paint("#3a3430", 60), tube([(0, 0, 0), (0, 0, 1.4)], 0.015), lathe([(0.15, 0), (0.15, 0.03), (0, 0.03)])
    ) + solid(lamp("#f0dcb0"), lathe([(0.22, 1.35), (0.14, 1.65)]))


def _small_lamp() -> Model:
    return solid(
        paint("#b08a4a", 90), lathe([(0.07, 0), (0.03, 0.04), (0.04, 0.12), (0.012, 0.2)], segments=20)
    ) + solid(lamp("#f0dcb0"), lathe([(0.12, 0.18), (0.07, 0.34)], segments=24))


def _potted(rng: np.random.Generator) -> Model:
    return bush(0.7, rng).moved(z=0.4) + solid(
        plaster("#a8583a"), lathe([(0.0, 0), (0.17, 0), (0.23, 0.42), (0.19, 0.42)], segments=24)
    )


def _shot(
    model: Model,
    *,
    moment: Moment,
    rng: np.random.Generator,
    eye: tuple[float, float, float],
    aim: tuple[float, float, float],
    reach_m: float = 5.0,
) -> Shot:
    camera = Camera(eye, aim, rng.uniform(52, 66), *moment.size, roll_deg=rng.normal(0, 1.2), near_m=0.05)
    light = Weather(rng.uniform(22, 40), rng.uniform(245, 285), overcast=rng.uniform(0, 0.5))
    return Shot(Scene(model, reach_m=reach_m), camera, light, film(rng))
