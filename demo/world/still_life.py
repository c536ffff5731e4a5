"""Ordinary photos of small things near by: food, flowers, toys, pets, the pavement."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from demo.world.atlas import Moment
from demo.world.camera import Camera
from demo.world.film import Film
from demo.world.ground import plain
from demo.world.indoors import books, mug
from demo.world.materials import (
    Material,
    blossom,
    chequered,
    cloth,
    grass,
    leaves,
    metal,
    paint,
    paving,
    planks,
    plaster,
)
from demo.world.mesh import Mesh
from demo.world.model import Model, Scene, group, solid
from demo.world.parts import ball, box, dome, lathe, prism, tube
from demo.world.pets import cat, dog
from demo.world.photo import Shot
from demo.world.plants import GREENS, bush, flower
from demo.world.views import film
from demo.world.weather import Weather

FRUITS = ("#c83a2a", "#e0982a", "#8fae3a", "#d8c440", "#6a2f4a", "#b8552a")


def meal(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show a plate of food from above, with cutlery and a glass."""
    model = _table_top(rng) + _plate()
    for _ in range(int(rng.integers(2, 5))):
        model += _helping(rng).moved(rng.uniform(-0.055, 0.055), rng.uniform(-0.055, 0.055), 0.014)
    steel = metal("#b8bcc0", 150)
    knife = solid(steel, box(0.014, 0.2, 0.004).moved(0.17, 0, 0.002))
    fork = solid(
        steel,
        box(0.012, 0.13, 0.004).moved(-0.17, -0.04, 0.002),
        *(box(0.003, 0.06, 0.004).moved(-0.17 + d, 0.055, 0.002) for d in (-0.009, -0.003, 0.003, 0.009)),
    )
    model += knife + fork + _drink(rng).moved(0.16, 0.2)
    return _shot(
        model,
        moment=moment,
        rng=rng,
        eye=(rng.uniform(-0.1, 0.1), -0.32, rng.uniform(0.3, 0.5)),
        aim=(0, 0.02, 0),
    )


def fruit_bowl(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show a bowl of fruit."""
    bowl = lathe(
        [(0.05, 0), (0.06, 0.01), (0.13, 0.05), (0.16, 0.09), (0.155, 0.092), (0.12, 0.055), (0.0, 0.02)], segments=40
    )
    model = _table_top(rng) + solid(paint(str(rng.choice(["#e8e0d0", "#4a6a88", "#a85a3a"])), 110), bowl)
    for _ in range(11):
        angle, away = rng.uniform(0, 2 * np.pi), rng.uniform(0, 0.095)
        skin = paint(str(rng.choice(FRUITS)), 90)
        model += solid(skin, _fruit(rng)).moved(
            float(away * np.cos(angle)), float(away * np.sin(angle)), 0.04 + 0.35 * (0.1 - float(away))
        )
    model += group(
        solid(paint(str(rng.choice(FRUITS)), 90), _fruit(rng)).moved(float(x), rng.uniform(-0.15, 0.05))
        for x in (-0.25, 0.27)
    )
    return _shot(model, moment=moment, rng=rng, eye=(rng.uniform(-0.2, 0.2), -0.55, 0.32), aim=(0, 0, 0.06))


def coffee(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show cups and a cake on a cafe table."""
    model = (
        _table_top(rng) + mug(rng).moved(-0.1, 0) + mug(rng).turned(200).moved(0.16, 0.14) + _plate().moved(0.1, -0.06)
    )
    layers = [("#6a4028", 0.0), ("#e8d8b8", 0.025), ("#6a4028", 0.035), ("#c84a5a", 0.06)]
    slice_ = group(solid(paint(colour, 20), prism(3, 0.06, 0.024)).moved(z=z) for colour, z in layers)
    model += slice_.turned(rng.uniform(0, 360)).moved(0.1, -0.06, 0.014) + solid(
        paint("#b82838", 90), ball(0.011, segments=12).moved(0.1, -0.06, 0.098)
    )
    model += books(rng, 1).turned(90, "y").moved(-0.3, 0.2, 0.03) + _drink(rng).moved(-0.02, 0.25)
    return _shot(model, moment=moment, rng=rng, eye=(rng.uniform(-0.15, 0.15), -0.45, 0.3), aim=(0.02, 0.03, 0.04))


def bottles(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show bottles and jars on a shelf."""
    model = solid(planks("#7a5a40", 0.1), box(1.4, 0.3, 0.03).moved(z=-0.03)) + solid(
        plaster(str(rng.choice(["#c8beac", "#8a9a94", "#b89a80"]))), box(2, 0.05, 1.2).moved(0, 0.17, -0.4)
    )
    for x in np.arange(-0.5, 0.51, 0.125):
        tint = paint(str(rng.choice(["#2f5a3a", "#6a3a20", "#8aa0a8", "#c8a040", "#d8d4c8", "#7a2a34"])), 140)
        radius, high = rng.uniform(0.03, 0.045), rng.uniform(0.16, 0.3)
        shape = [
            (0.0, 0),
            (radius, 0),
            (radius, high * 0.6),
            (radius * 0.35, high * 0.78),
            (radius * 0.33, high),
            (0.0, high),
        ]
        model += solid(tint, lathe(shape, segments=24)).moved(float(x), rng.uniform(-0.06, 0.06)) + solid(
            paint("#efe6d0", 8), lathe([(radius * 1.02, high * 0.18), (radius * 1.02, high * 0.42)], segments=24)
        ).moved(float(x))
    return _shot(model, moment=moment, rng=rng, eye=(rng.uniform(-0.2, 0.2), -0.75, 0.2), aim=(0, 0, 0.13))


def toys(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show building blocks and a ball on a carpet: a small tower is no landmark."""
    model = plain(cloth(("#a86a5a", "#c8b098", "#6a7a88"), 0.6), reach_m=6)
    for _ in range(16):
        colour = paint(str(rng.choice(["#d03a30", "#2f6ab0", "#e8c030", "#3a9a50", "#e8782a"])), 60)
        block = [
            box(0.06, 0.06, 0.06),
            lathe([(0.03, 0), (0.03, 0.06), (0.0, 0.06)], segments=20),
            prism(4, 0.042, 0.05, top=0),
            box(0.12, 0.03, 0.03),
        ][int(rng.integers(4))]
        model += solid(colour, block.turned(rng.uniform(0, 90))).moved(
            rng.uniform(-0.28, 0.28), rng.uniform(-0.12, 0.3)
        )
    model += group(
        solid(paint(str(c), 60), box(0.06, 0.06, 0.06)).turned(rng.uniform(0, 40)).moved(0.05, 0.1, 0.06 * i)
        for i, c in enumerate(("#d03a30", "#e8c030", "#2f6ab0", "#3a9a50"))
    )
    model += solid(cloth(("#d03a30", "#f0ece0", "#2f6ab0"), 0.25), ball(0.09)).moved(-0.22, 0.16)
    return _shot(model, moment=moment, rng=rng, eye=(rng.uniform(-0.2, 0.2), -0.6, 0.34), aim=(0, 0.05, 0.05))


def flowers(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show flowers from near by."""
    colour = str(rng.choice(["#c8304a", "#e8e4f0", "#d878a8", "#8a5ac0", "#e8a020", "#e85a30"]))
    model = plain(grass(("#2f4a20", "#5a7a38")), reach_m=40)
    for _ in range(15):
        model += flower(rng.uniform(0.24, 0.42), colour, rng).moved(rng.uniform(-0.35, 0.35), rng.uniform(-0.1, 0.8))
    model += group(
        bush(rng.uniform(0.5, 0.9), rng).moved(float(x), rng.uniform(1.0, 1.6)) for x in np.arange(-1.4, 1.5, 0.5)
    )
    return _shot(model, moment=moment, rng=rng, eye=(rng.uniform(-0.1, 0.1), -0.5, 0.48), aim=(0, 0.2, 0.3), fog_m=50)


def vase(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show a vase of flowers on a table."""
    model = _table_top(rng) + solid(
        paint(str(rng.choice(["#4a6a88", "#e8e0d0", "#8a3a30"])), 120),
        lathe([(0.0, 0), (0.05, 0), (0.07, 0.07), (0.035, 0.16), (0.05, 0.2), (0.04, 0.2)], segments=32),
    )
    for _ in range(9):
        colour = str(rng.choice(["#c8304a", "#e8e4f0", "#e8a020", "#d878a8"]))
        model += (
            flower(rng.uniform(0.2, 0.28), colour, rng)
            .turned(rng.uniform(-28, 28), "x")
            .turned(rng.uniform(0, 360))
            .moved(z=0.15)
        )
    model += solid(
        leaves(GREENS[0]),
        *(
            ball(0.05, height=0.012).scaled(1, 0.5, 1).turned(-30, "y").turned(a).moved(z=0.22)
            for a in range(0, 360, 40)
        ),
    )
    return _shot(model, moment=moment, rng=rng, eye=(rng.uniform(-0.2, 0.2), -0.75, 0.4), aim=(0, 0, 0.2))


def pet(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show a cat or a dog."""
    ground = grass() if rng.random() < 0.5 else planks("#9a7450", 0.12)
    model = plain(ground, reach_m=60) + group(
        bush(rng.uniform(0.7, 1.2), rng).moved(float(x), rng.uniform(2, 3)) for x in np.arange(-2.4, 2.5, 0.9)
    )
    animal = cat(rng).scaled(1.4) if rng.random() < 0.5 else dog(rng)
    model += animal.turned(rng.uniform(-130, -30)) + solid(paint("#d03a30", 60), ball(0.05)).moved(0.4, -0.2)
    return _shot(model, moment=moment, rng=rng, eye=(rng.uniform(-0.3, 0.3), -1.4, 0.75), aim=(0, 0, 0.34), fog_m=300)


def by_mistake(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show the pavement and shoes, blurred: the shutter was pressed by mistake."""
    stone: Material = [paving("#8f8a80", 0.4), planks("#8a6a48"), grass(), chequered(("#b8b0a4", "#6a625a"), 1.4)][
        int(rng.integers(4))
    ]
    model = plain(stone, reach_m=40)
    for x in (-0.12, 0.14):
        shoe = ball(0.055, height=0.1).scaled(1, 2.4, 1)
        model += solid(paint("#3a2c24", 50), shoe.moved(x, -0.1)) + solid(
            paint("#3a4a68"), tube([(x, -0.22, 0.08), (x, -0.4, 0.6)], 0.07)
        )
    shot = _shot(
        model,
        moment=moment,
        rng=rng,
        eye=(0.0, -0.5, 1.2),
        aim=(rng.uniform(-0.3, 0.3), rng.uniform(0.1, 0.5), 0),
    )
    return replace(shot, film=replace(shot.film, blur_px=rng.uniform(1, 3.5), focus_m=None))


def garden_bed(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show bushes in bloom and a watering can."""
    model = plain(grass(), reach_m=60)
    for _ in range(9):
        tint = str(rng.choice(["#c8304a", "#e8e4f0", "#e8a020", "#8a5ac0"]))
        model += bush(rng.uniform(0.5, 1.1), rng, flower=tint).moved(rng.uniform(-1.6, 1.6), rng.uniform(0.2, 2.2))
    can = lathe([(0.0, 0), (0.12, 0), (0.11, 0.24), (0.09, 0.24)], segments=24)
    model += solid(metal("#5a7a6a", 80), can, tube([(0.1, 0, 0.05), (0.34, 0, 0.3)], 0.02)).moved(-0.4, -0.3)
    model += solid(blossom(GREENS[0], "#e8e4f0"), dome(0.3, 0.25)).moved(0.5, -0.2)
    return _shot(model, moment=moment, rng=rng, eye=(rng.uniform(-0.4, 0.4), -2.0, 1.3), aim=(0, 0.4, 0.3), fog_m=200)


def _table_top(rng: np.random.Generator) -> Model:
    covers = [
        planks("#8a6040", 0.1),
        planks("#b89468", 0.08),
        chequered(("#c83a34", "#f0ece0"), 0.5),
        plaster("#e4dccc"),
        cloth(("#4a6a88", "#e8e4d8"), 0.2),
        paint("#3a3c3e", 80),
    ]
    top = solid(covers[int(rng.integers(len(covers)))], box(2.4, 1.8, 0.04).moved(z=-0.04))
    wall = solid(
        plaster(str(rng.choice(["#b8a890", "#8a949a", "#a87a60", "#6a7a6a"]))), box(8, 0.1, 4).moved(0, 2.2, -1.5)
    )
    return top + wall


def _plate() -> Model:
    return solid(
        paint("#eeeae0", 120),
        lathe(
            [(0.0, 0), (0.07, 0.0), (0.09, 0.008), (0.13, 0.018), (0.13, 0.021), (0.088, 0.012), (0.0, 0.008)],
            segments=48,
        ),
    )


def _helping(rng: np.random.Generator) -> Model:
    """Return a heap of something: peas, slices, dumplings, a fillet."""
    kind = int(rng.integers(4))
    if kind == 0:
        peas = [
            ball(0.006, segments=8).moved(float(x), float(y), rng.uniform(0, 0.01))
            for x, y in rng.normal(0, 0.018, (50, 2))
        ]
        return solid(paint("#6a9a3a", 70), *peas)
    if kind == 1:
        slices = [
            lathe([(0.0, 0), (0.026, 0), (0.026, 0.005), (0.0, 0.005)], segments=20)
            .turned(12, "x")
            .moved(0.012 * i, 0.006 * i, 0.003 * i)
            for i in range(5)
        ]
        return solid(paint(str(rng.choice(["#d0402c", "#e8c860", "#e89040"])), 60), *slices)
    if kind == 2:
        lumps = [ball(0.02, height=0.03).moved(float(x), float(y)) for x, y in rng.normal(0, 0.028, (6, 2))]
        return solid(paint(str(rng.choice(["#e8d0a0", "#c89058"])), 40), *lumps)
    return solid(
        plaster(str(rng.choice(["#9a5a34", "#c88a50"]))),
        ball(0.06, height=0.03).scaled(1, 0.6, 1).turned(rng.uniform(0, 180)),
    )


def _drink(rng: np.random.Generator) -> Model:
    tint = paint(str(rng.choice(["#7a2030", "#d8a840", "#a8c0c8", "#c86a2a"])), 140)
    return solid(tint, lathe([(0.0, 0), (0.03, 0), (0.036, 0.1), (0.0, 0.1)], segments=28)) + solid(
        paint("#b8c8cc", 160), lathe([(0.036, 0.1), (0.038, 0.13)], segments=28)
    )


def _fruit(rng: np.random.Generator) -> Mesh:
    return ball(rng.uniform(0.032, 0.042), height=rng.uniform(0.06, 0.085), segments=20)


def _shot(
    model: Model,
    *,
    moment: Moment,
    rng: np.random.Generator,
    eye: tuple[float, float, float],
    aim: tuple[float, float, float],
    fog_m: float = 6000.0,
) -> Shot:
    camera = Camera(eye, aim, rng.uniform(38, 50), *moment.size, roll_deg=rng.normal(0, 2), near_m=0.03)
    away = float(np.linalg.norm(np.subtract(eye, aim)))
    light = Weather(
        rng.uniform(25, 60),
        rng.uniform(100, 260),
        overcast=rng.uniform(0, 0.9),
        fog_m=max(fog_m, 50.0),
    )
    own: Film = replace(film(rng), focus_m=away, aperture=rng.uniform(3, 9) * moment.size[1] / 480)
    return Shot(Scene(model, reach_m=max(2.2 * away, 0.8)), camera, light, own)
