"""Ordinary photos out of doors: streets, houses, cars, fields, the sea, friends. None shows a landmark."""

from __future__ import annotations

import numpy as np

from demo.world.atlas import City, Moment
from demo.world.camera import Camera
from demo.world.ground import hills, patch, plain
from demo.world.houses import house, lamp_post, office, street
from demo.world.materials import (
    ashlar,
    brick,
    cloth,
    grass,
    leaves,
    metal,
    paint,
    paving,
    planks,
    plaster,
    roof,
    soil,
    water,
    windows,
)
from demo.world.model import Model, Scene, group, solid
from demo.world.parts import ball, box, gable_ends, gable_roof, lathe, prism, tube
from demo.world.people import person
from demo.world.pets import dog
from demo.world.photo import Shot
from demo.world.plants import bush, grove
from demo.world.vehicles import boat, car
from demo.world.views import film, weather


def street_view(moment: Moment, rng: np.random.Generator) -> Shot:
    """Look down a street of plain houses."""
    city = moment.city
    width = float(rng.uniform(9, 14))
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
        person(rng)
        .turned(float(rng.uniform(0, 360)))
        .moved(float(rng.uniform(-36, 10)), float(rng.uniform(-1, 1) * width * 0.4))
        for _ in range(rng.integers(1, 6))
    ]
    posts = [lamp_post().moved(x, width / 2 - 0.6) for x in np.arange(-30, 100, 22.0)]
    eye = (-48 + float(rng.uniform(-4, 4)), float(rng.uniform(-0.3, 0.3) * width), 1.65)
    return _shot(
        model + group([*cars, *people, *posts]),
        eye,
        (0, float(rng.uniform(-4, 4)), float(rng.uniform(2.5, 6))),
        moment,
        rng,
        reach_m=90,
    )


def house_view(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show one or two houses with a garden."""
    city = moment.city
    model = plain(soil("#c8ab7c") if city.arid else grass()) + hills(rng)
    model += house(city.style, rng).turned(float(rng.uniform(-35, 35)))
    model += house(city.style, rng).turned(float(rng.uniform(-20, 20))).moved(float(rng.choice([-21, 20])), 7)
    model += _garden(city, rng, 14) + patch(soil("#a89a84"), 2.2, 40, z=0.02)
    if rng.random() < 0.5:
        model += car(rng).turned(float(rng.uniform(-20, 20))).moved(float(rng.uniform(-6, 6)), -9)
    eye = (float(rng.uniform(-9, 9)), -float(rng.uniform(19, 27)), 1.65)
    return _shot(model, eye, (float(rng.uniform(-2, 2)), 0, float(rng.uniform(3, 5))), moment, rng)


def office_view(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show plain modern blocks."""
    city = moment.city
    model = plain(soil("#7a7a7c")) + patch(paving("#a8a49c"), 90, 60) + hills(rng)
    for x in (-42, 0, 40):
        model += office(rng, storeys=int(rng.integers(4, 11))).moved(x, float(rng.uniform(0, 14)))
    model += group(car(rng).moved(float(x), -17) for x in np.arange(-30, 31, 6.0) if rng.random() < 0.6)
    model += grove(
        np.stack([np.arange(-40, 41, 16.0), np.full(6, -21.0)], axis=1), kinds=city.trees, rng=rng, height_m=(4, 7)
    )
    eye = (float(rng.uniform(-25, 25)), -float(rng.uniform(38, 58)), 1.65)
    return _shot(model, eye, (float(rng.uniform(-8, 8)), 0, 11), moment, rng, reach_m=80)


def chapel_view(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show a small plain village church, of which there are many."""
    city = moment.city
    wall = plaster(str(rng.choice(["#e8e0d0", "#d8ccb4", "#cfc8bc"]))) if rng.random() < 0.6 else ashlar("#b0a490", 0.7)
    tiles = roof(str(rng.choice(["#8f4b36", "#50555c"])))
    model = solid(wall, box(8, 16, 6.5), box(4.4, 4.4, 12).moved(y=-9)) + solid(
        tiles,
        gable_roof(16, 8, 4).turned(90).moved(z=6.5),
        prism(4, 3.6, float(rng.uniform(3, 7)), top=0).moved(0, -9, 12),
    )
    model += solid(wall, gable_ends(16, 8, 4).turned(90).moved(z=6.5)) + solid(
        paint("#3c3026"), box(1.6, 0.3, 2.6).moved(y=-11.2), box(0.9, 0.3, 1.6).moved(0, -11.2, 9)
    )
    model += plain(grass()) + hills(rng) + _garden(city, rng, 22) + patch(soil("#b0a488"), 2.5, 80, z=0.02)
    angle = np.radians(rng.uniform(-50, 50))
    away = float(rng.uniform(24, 36))
    eye = (away * float(np.sin(angle)), -8 - away * float(np.cos(angle)), 1.65)
    return _shot(model, eye, (0, -5, 6), moment, rng)


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
    model += plain(soil("#c8ab7c") if city.arid else grass()) + hills(rng) + _garden(city, rng, 30)
    eye = (float(rng.uniform(-14, 14)), -float(rng.uniform(32, 46)), 1.65)
    return _shot(model, eye, (0, 0, 12), moment, rng)


def parked_car(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show a car near by."""
    city = moment.city
    wall = windows(plaster(str(rng.choice(city.style.walls))), city.style.frame)
    model = (
        plain(soil("#6a6a6c"))
        + solid(wall, box(60, 4, 9.6).moved(0, 9))
        + patch(paving("#9a948a"), 60, 3, z=0.05).moved(0, 5.5)
    )
    model += car(rng).turned(float(rng.uniform(-25, 25)) + float(rng.choice([0, 180])))
    model += group(car(rng).moved(x, 2.4) for x in (-7, 6.5, 12) if rng.random() < 0.7)
    eye = (float(rng.uniform(-3.5, 3.5)), -float(rng.uniform(4.5, 7)), float(rng.uniform(1.2, 1.7)))
    return _shot(model, eye, (0, 0, 0.75), moment, rng, reach_m=25)


def field_view(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show a field, with bales or sheep, and hills behind."""
    city = moment.city
    meadow = grass(("#a88f48", "#cdb870")) if rng.random() < 0.5 or city.arid else grass()
    model = plain(meadow) + hills(rng, near_m=float(rng.uniform(250, 600)), height_m=float(rng.uniform(120, 380)))
    if rng.random() < 0.5:
        bale = solid(
            cloth(("#c8ac5c", "#b89848"), 0.5),
            lathe([(0.0, -0.6), (0.75, -0.6), (0.75, 0.6), (0.0, 0.6)], segments=24).turned(90, "x").moved(z=0.75),
        )
        things = [
            bale.turned(float(rng.uniform(0, 180))).moved(float(rng.uniform(-25, 25)), float(rng.uniform(8, 60)))
            for _ in range(9)
        ]
    else:
        things = [
            _sheep().turned(float(rng.uniform(0, 360))).moved(float(rng.uniform(-15, 15)), float(rng.uniform(6, 40)))
            for _ in range(10)
        ]
    fence = [box(0.12, 0.12, 1.1).moved(x, 4.5) for x in np.arange(-20, 21, 2.2)] + [
        box(42, 0.05, 0.12).moved(0, 4.5, z) for z in (0.5, 0.95)
    ]
    if rng.random() < 0.5:
        things.append(solid(planks("#7a6048"), *fence))
    spots = np.stack([rng.uniform(-60, 60, 7), rng.uniform(35, 110, 7)], axis=1)
    model += group(things) + grove(spots, kinds=city.trees, rng=rng)
    return _shot(
        model, (0, -4, 1.65), (float(rng.uniform(-3, 3)), 20, float(rng.uniform(1, 4))), moment, rng, reach_m=60
    )


def forest_view(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show a path among trees."""
    city = moment.city
    spots = np.stack([rng.choice([-1, 1], 46) * rng.uniform(2.8, 22, 46), rng.uniform(-2, 60, 46)], axis=1)
    model = plain(grass(("#4a4a2a", "#6f6a3c"))) + patch(soil("#8a7658"), 2.6, 160, z=0.02) + hills(rng)
    model += grove(spots, kinds=city.trees, rng=rng, height_m=(6, 13))
    return _shot(
        model, (float(rng.uniform(-1, 1)), -8, 1.65), (0, 12, float(rng.uniform(2, 3.4))), moment, rng, reach_m=45
    )


def shore_view(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show the sea from a beach, with boats and parasols."""
    sand = solid(soil("#d8c498"), box(600, 60, 1.0)).turned(-1.2, "x").moved(0, -31, -0.8)
    model = plain(water("#2a5560")) + sand
    if rng.random() < 0.6:
        model += hills(rng, near_m=1000, height_m=190)
    model += group(
        boat(rng).turned(float(rng.uniform(0, 360))).moved(float(rng.uniform(-40, 40)), float(rng.uniform(12, 90)))
        for _ in range(rng.integers(1, 5))
    )
    for _ in range(int(rng.integers(0, 4))):
        shade = cloth(("#d04a3a", "#f4ecdc") if rng.random() < 0.5 else ("#3a78a8", "#f4ecdc"), 0.7)
        parasol = solid(shade, prism(10, 1.3, 0.5, top=0).moved(z=1.9)) + solid(
            planks("#c8b088"), tube([(0, 0, 0), (0, 0, 2.3)], 0.03)
        )
        model += parasol.moved(float(rng.uniform(-9, 9)), float(rng.uniform(-12, -5)), 0.4)
    model += group(
        person(rng)
        .turned(float(rng.uniform(0, 360)))
        .moved(float(rng.uniform(-10, 10)), float(rng.uniform(-10, -3)), 0.3)
        for _ in range(rng.integers(0, 4))
    )
    return _shot(
        model,
        (float(rng.uniform(-4, 4)), -22, 2.5),
        (float(rng.uniform(-5, 5)), 20, float(rng.uniform(0, 4))),
        moment,
        rng,
        reach_m=45,
    )


def mountain_view(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show mountains over a lake or a meadow."""
    high = float(rng.uniform(500, 1100))
    far = hills(
        rng,
        near_m=700,
        far_m=2900,
        height_m=high,
        material=soil(str(rng.choice(["#7a7468", "#6a705c", "#8a8478"])), 0.4),
    )
    near = hills(rng, near_m=160, far_m=700, height_m=50, material=leaves(("#2f4a28", "#56703c")))
    model = far + (near if rng.random() < 0.6 else Model()) + (plain(water()) if rng.random() < 0.5 else plain(grass()))
    return _shot(
        model,
        (0, 0, float(rng.uniform(2, 12))),
        (float(rng.uniform(-40, 40)), 100, float(rng.uniform(8, 24))),
        moment,
        rng,
        reach_m=150,
    )


def friends(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show people who pose, before a wall, a hedge or a meadow."""
    city = moment.city
    model = plain(grass()) + _garden(city, rng, 26) + hills(rng)
    if rng.random() < 0.6:
        model += house(city.style, rng).moved(float(rng.uniform(-4, 4)), 16)
    count = int(rng.integers(1, 6))
    for index in range(count):
        x = (index - (count - 1) / 2) * 0.62 + float(rng.normal(0, 0.06))
        model += (
            person(rng, waving=rng.random() < 0.15)
            .turned(float(rng.normal(0, 14)))
            .moved(x, float(rng.uniform(-0.2, 0.3)))
        )
    if rng.random() < 0.3:
        model += dog(rng).turned(float(rng.uniform(-120, -60))).moved(float(rng.uniform(-1, 1)), -0.7)
    away = 2.2 + 0.42 * count
    return _shot(model, (float(rng.uniform(-0.4, 0.4)), -away, 1.55), (0, 0, 1.2), moment, rng, reach_m=22)


def market_view(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show market stalls with fruit under striped awnings."""
    city = moment.city
    model = plain(paving("#9a9084", 0.5)) + street(city.style, rng, length_m=70, width_m=22)
    for x in np.arange(-9, 10, 4.5):
        colours = [("#c83a34", "#f4f0e6"), ("#3a7a4a", "#f4f0e6"), ("#d8a030", "#f4f0e6"), ("#3a6a9a", "#f4f0e6")][
            int(rng.integers(4))
        ]
        model += _stall(colours, rng).moved(x, float(rng.uniform(3, 4)))
    model += group(
        person(rng).turned(float(rng.uniform(90, 270))).moved(float(rng.uniform(-7, 7)), float(rng.uniform(0, 2.0)))
        for _ in range(rng.integers(2, 7))
    )
    return _shot(
        model, (float(rng.uniform(-4, 4)), -5.5, 1.6), (float(rng.uniform(-2, 2)), 3, 1.5), moment, rng, reach_m=28
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
                x + float(rng.uniform(-0.28, 0.28)), float(rng.uniform(-0.85, -0.2)), 0.95 + 0.06 * float(rng.random())
            )
            for _ in range(26)
        ]
        heaps.append(solid(skin, *fruit))
    return (
        solid(wood, *posts, box(3.4, 1.3, 0.1).moved(0, -0.4, 0.9), box(3.4, 0.1, 0.9).moved(0, -1.0))
        + awning
        + group(heaps)
    )


def _garden(city: City, rng: np.random.Generator, reach_m: float) -> Model:
    """Return bushes and trees around, the way to the south left free."""
    bearing = np.radians(rng.uniform(-50, 230, 8))
    away = rng.uniform(0.7, 1.5, 8) * reach_m
    trees = grove(
        np.stack([away * np.cos(bearing), away * np.sin(bearing)], axis=1), kinds=city.trees, rng=rng, height_m=(4, 10)
    )
    colours = ["#c83a5a", "#e8d8e0", "#d8a030", None, None]
    bushes = [
        bush(float(rng.uniform(0.8, 1.8)), rng, flower=colours[int(rng.integers(5))]).moved(
            float(x) * reach_m * 0.5, float(y)
        )
        for x, y in zip(rng.uniform(-1, 1, 6), rng.uniform(-9, -6, 6), strict=True)
        if abs(x) > 0.25
    ]
    return trees + group(bushes)


def _sheep() -> Model:
    wool = solid(plaster("#e8e2d4"), ball(0.42, height=0.7).scaled(1.5, 1, 1).moved(z=0.35))
    dark = solid(
        paint("#2c2622"),
        ball(0.16, height=0.3).scaled(1.3, 1, 1).moved(0.72, 0, 0.62),
        *(box(0.09, 0.09, 0.45).moved(x, y) for x in (-0.35, 0.35) for y in (-0.2, 0.2)),
    )
    return wool + dark


def _shot(
    model: Model,
    eye: tuple[float, float, float],
    aim: tuple[float, float, float],
    moment: Moment,
    rng: np.random.Generator,
    *,
    reach_m: float = 40.0,
) -> Shot:
    camera = Camera(eye, aim, float(rng.uniform(46, 62)), *moment.size, roll_deg=float(rng.normal(0, 1.2)), near_m=0.3)
    return Shot(Scene(model, reach_m=reach_m), camera, weather(moment.city, rng, hour=moment.hour), film(rng))
