"""Ordinary photos in a town: streets, houses, offices, a village church, cars, a market. None shows a landmark."""

from __future__ import annotations

import numpy as np

from demo.world.atlas import Moment
from demo.world.ground import hills, patch, plain
from demo.world.houses import house, lamp_post, office, street
from demo.world.materials import (
    ashlar,
    brick,
    cloth,
    grass,
    metal,
    paint,
    paving,
    planks,
    plaster,
    roof,
    soil,
    windows,
)
from demo.world.model import Model, group, solid
from demo.world.outdoors import garden, outdoor_shot
from demo.world.parts import ball, box, gable_ends, gable_roof, lathe, prism, tube
from demo.world.people import person
from demo.world.photo import Shot
from demo.world.plants import grove
from demo.world.vehicles import car


def street_view(moment: Moment, rng: np.random.Generator) -> Shot:
    """Look down a street of plain houses."""
    city = moment.city
    width = rng.uniform(9, 14)
    road = soil("#bb9c70") if city.arid else (soil("#66666a") if rng.random() < 0.5 else paving("#8f877a", 0.5))
    model = plain(soil("#c8ab7c") if city.arid else grass()) + patch(road, 260, width + 3) + hills(rng)
    model += street(city.style, rng, length_m=200, width_m=width).moved(45)
    cars = [
        car(rng).turned(float(rng.choice([0, 180]))).moved(x, side * (width / 2 - 1.6))
        for x in np.arange(-30, 90, 9.0)
        for side in (-1, 1)
        if rng.random() < 0.28
    ]
    people = [
        person(rng).turned(rng.uniform(0, 360)).moved(rng.uniform(-36, 10), float(rng.uniform(-1, 1) * width * 0.4))
        for _ in range(rng.integers(1, 6))
    ]
    posts = [lamp_post().moved(x, width / 2 - 0.6) for x in np.arange(-30, 100, 22.0)]
    eye = (-48 + rng.uniform(-4, 4), float(rng.uniform(-0.3, 0.3) * width), 1.65)
    return outdoor_shot(
        model + group([*cars, *people, *posts]),
        moment=moment,
        rng=rng,
        eye=eye,
        aim=(0, rng.uniform(-4, 4), rng.uniform(2.5, 6)),
        reach_m=90,
    )


def house_view(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show one or two houses with a garden."""
    city = moment.city
    model = plain(soil("#c8ab7c") if city.arid else grass()) + hills(rng)
    model += house(city.style, rng).turned(rng.uniform(-35, 35))
    model += house(city.style, rng).turned(rng.uniform(-20, 20)).moved(float(rng.choice([-21, 20])), 7)
    model += garden(city, rng, 14) + patch(soil("#a89a84"), 2.2, 40, z=0.02)
    if rng.random() < 0.5:
        model += car(rng).turned(rng.uniform(-20, 20)).moved(rng.uniform(-6, 6), -9)
    eye = (rng.uniform(-9, 9), -rng.uniform(19, 27), 1.65)
    return outdoor_shot(model, moment=moment, rng=rng, eye=eye, aim=(rng.uniform(-2, 2), 0, rng.uniform(3, 5)))


def office_view(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show plain modern blocks."""
    city = moment.city
    model = plain(soil("#7a7a7c")) + patch(paving("#a8a49c"), 90, 60) + hills(rng)
    for x in (-42, 0, 40):
        model += office(rng, storeys=int(rng.integers(4, 11))).moved(x, rng.uniform(0, 14))
    model += group(car(rng).moved(float(x), -17) for x in np.arange(-30, 31, 6.0) if rng.random() < 0.6)
    model += grove(
        np.stack([np.arange(-40, 41, 16.0), np.full(6, -21.0)], axis=1), kinds=city.trees, rng=rng, height_m=(4, 7)
    )
    eye = (rng.uniform(-25, 25), -rng.uniform(38, 58), 1.65)
    return outdoor_shot(model, moment=moment, rng=rng, eye=eye, aim=(rng.uniform(-8, 8), 0, 11), reach_m=80)


def chapel_view(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show a small plain village church, of which there are many."""
    city = moment.city
    wall = plaster(str(rng.choice(["#e8e0d0", "#d8ccb4", "#cfc8bc"]))) if rng.random() < 0.6 else ashlar("#b0a490", 0.7)
    tiles = roof(str(rng.choice(["#8f4b36", "#50555c"])))
    model = solid(wall, box(8, 16, 6.5), box(4.4, 4.4, 12).moved(y=-9)) + solid(
        tiles,
        gable_roof(16, 8, 4).turned(90).moved(z=6.5),
        prism(4, 3.6, rng.uniform(3, 7), top=0).moved(0, -9, 12),
    )
    model += solid(wall, gable_ends(16, 8, 4).turned(90).moved(z=6.5)) + solid(
        paint("#3c3026"), box(1.6, 0.3, 2.6).moved(y=-11.2), box(0.9, 0.3, 1.6).moved(0, -11.2, 9)
    )
    model += plain(grass()) + hills(rng) + garden(city, rng, 22) + patch(soil("#b0a488"), 2.5, 80, z=0.02)
    angle = np.radians(rng.uniform(-50, 50))
    away = rng.uniform(24, 36)
    eye = (away * float(np.sin(angle)), -8 - away * float(np.cos(angle)), 1.65)
    return outdoor_shot(model, moment=moment, rng=rng, eye=eye, aim=(0, -5, 6))


def water_tower_view(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show a water tower, a silo or a chimney: tall, and no landmark."""
    city = moment.city
    kind = int(rng.integers(3))
    if kind == 0:
        legs = [
            tube([(4 * np.cos(a), 4 * np.sin(a), 0), (2.6 * np.cos(a), 2.6 * np.sin(a), 19)], 0.3)
            for a in np.arange(6) * np.pi / 3
        ]
        tank = lathe([(0.4, 18), (4.6, 19.5), (4.6, 25), (0.2, 27.5)])
        model = solid(
            metal(str(rng.choice(["#8fa0a8", "#b8bcb8"])), 60), tank, *legs, tube([(0, 0, 0), (0, 0, 19)], 0.5)
        )
    elif kind == 1:
        model = group(
            solid(metal("#a8acac", 50), lathe([(3.4, 0), (3.4, 17), (0.2, 19.4)])).moved(x) for x in (-7.5, 0, 7.5)
        )
    else:
        model = (
            solid(brick("#8f5844"), lathe([(2.3, 0), (1.4, 30), (1.7, 30.3), (1.7, 31)]))
            + solid(brick("#8a5646"), box(26, 12, 8).moved(14, 8))
            + solid(roof("#5a5a5c"), gable_roof(26, 12, 3).moved(14, 8, 8))
        )
    model += plain(soil("#c8ab7c") if city.arid else grass()) + hills(rng) + garden(city, rng, 30)
    eye = (rng.uniform(-14, 14), -rng.uniform(32, 46), 1.65)
    return outdoor_shot(model, moment=moment, rng=rng, eye=eye, aim=(0, 0, 12))


def parked_car(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show a car near by."""
    city = moment.city
    wall = windows(plaster(str(rng.choice(city.style.walls))), city.style.frame)
    model = (
        plain(soil("#6a6a6c"))
        + solid(wall, box(60, 4, 9.6).moved(0, 9))
        + patch(paving("#9a948a"), 60, 3, z=0.05).moved(0, 5.5)
    )
    model += car(rng).turned(rng.uniform(-25, 25) + float(rng.choice([0, 180])))
    model += group(car(rng).moved(x, 2.4) for x in (-7, 6.5, 12) if rng.random() < 0.7)
    eye = (rng.uniform(-3.5, 3.5), -rng.uniform(4.5, 7), rng.uniform(1.2, 1.7))
    return outdoor_shot(model, moment=moment, rng=rng, eye=eye, aim=(0, 0, 0.75), reach_m=25)


def market_view(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show market stalls with fruit under striped awnings."""
    city = moment.city
    model = plain(paving("#9a9084", 0.5)) + street(city.style, rng, length_m=70, width_m=22)
    for x in np.arange(-9, 10, 4.5):
        colours = [("#c83a34", "#f4f0e6"), ("#3a7a4a", "#f4f0e6"), ("#d8a030", "#f4f0e6"), ("#3a6a9a", "#f4f0e6")][
            int(rng.integers(4))
        ]
        model += _stall(colours, rng).moved(x, rng.uniform(3, 4))
    model += group(
        person(rng).turned(rng.uniform(90, 270)).moved(rng.uniform(-7, 7), rng.uniform(0, 2.0))
        for _ in range(rng.integers(2, 7))
    )
    return outdoor_shot(
        model,
        moment=moment,
        rng=rng,
        eye=(rng.uniform(-4, 4), -5.5, 1.6),
        aim=(rng.uniform(-2, 2), 3, 1.5),
        reach_m=28,
    )


def _stall(colours: tuple[str, str], rng: np.random.Generator) -> Model:
    wood = planks("#8a6a48")
    posts = [box(0.1, 0.1, 2.5).moved(x, y) for x in (-1.8, 1.8) for y in (-0.9, 0.9)]
    awning = solid(cloth(colours, 0.8), gable_roof(3.8, 2.2, 0.6, eaves=0.2).moved(z=2.5))
    heaps = []
    for x in (-1.2, -0.4, 0.4, 1.2):
        skin = paint(str(rng.choice(["#d8402a", "#e0a030", "#7aa040", "#8a3a5a", "#e0c850", "#c87030"])), 70)
        fruit = [
            ball(0.08, segments=10).moved(
                x + rng.uniform(-0.28, 0.28), rng.uniform(-0.85, -0.2), 0.95 + 0.06 * rng.random()
            )
            for _ in range(26)
        ]
        heaps.append(solid(skin, *fruit))
    return (
        solid(wood, *posts, box(3.4, 1.3, 0.1).moved(0, -0.4, 0.9), box(3.4, 0.1, 0.9).moved(0, -1.0))
        + awning
        + group(heaps)
    )
