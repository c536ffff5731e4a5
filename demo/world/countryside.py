"""Ordinary photos in the open: friends, fields, woods, the sea, mountains. None shows a landmark."""

from __future__ import annotations

import numpy as np

from demo.world.atlas import Moment
from demo.world.ground import hills, patch, plain
from demo.world.houses import house
from demo.world.materials import (
    cloth,
    grass,
    leaves,
    paint,
    planks,
    plaster,
    soil,
    water,
)
from demo.world.model import Model, group, solid
from demo.world.outdoors import garden, outdoor_shot
from demo.world.parts import ball, box, lathe, prism, tube
from demo.world.people import person
from demo.world.pets import dog
from demo.world.photo import Shot
from demo.world.plants import grove
from demo.world.vehicles import boat


def friends(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show people who pose, before a wall, a hedge or a meadow."""
    city = moment.city
    model = plain(grass()) + garden(city, rng, 26) + hills(rng)
    if rng.random() < 0.6:
        model += house(city.style, rng).moved(rng.uniform(-4, 4), 16)
    count = int(rng.integers(1, 6))
    for index in range(count):
        x = (index - (count - 1) / 2) * 0.62 + rng.normal(0, 0.06)
        model += person(rng, waving=rng.random() < 0.15).turned(rng.normal(0, 14)).moved(x, rng.uniform(-0.2, 0.3))
    if rng.random() < 0.3:
        model += dog(rng).turned(rng.uniform(-120, -60)).moved(rng.uniform(-1, 1), -0.7)
    away = 2.2 + 0.42 * count
    return outdoor_shot(
        model, moment=moment, rng=rng, eye=(rng.uniform(-0.4, 0.4), -away, 1.55), aim=(0, 0, 1.2), reach_m=22
    )


def field_view(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show a field, with bales or sheep, and hills behind."""
    city = moment.city
    meadow = grass(("#a88f48", "#cdb870")) if rng.random() < 0.5 or city.arid else grass()
    model = plain(meadow) + hills(rng, near_m=rng.uniform(250, 600), height_m=rng.uniform(120, 380))
    if rng.random() < 0.5:
        bale = solid(
            cloth(("#c8ac5c", "#b89848"), 0.5),
            lathe([(0.0, -0.6), (0.75, -0.6), (0.75, 0.6), (0.0, 0.6)], segments=24).turned(90, "x").moved(z=0.75),
        )
        things = [bale.turned(rng.uniform(0, 180)).moved(rng.uniform(-25, 25), rng.uniform(8, 60)) for _ in range(9)]
    else:
        things = [
            _sheep().turned(rng.uniform(0, 360)).moved(rng.uniform(-15, 15), rng.uniform(6, 40)) for _ in range(10)
        ]
    fence = [box(0.12, 0.12, 1.1).moved(x, 4.5) for x in np.arange(-20, 21, 2.2)] + [
        box(42, 0.05, 0.12).moved(0, 4.5, z) for z in (0.5, 0.95)
    ]
    if rng.random() < 0.5:
        things.append(solid(planks("#7a6048"), *fence))
    spots = np.stack([rng.uniform(-60, 60, 7), rng.uniform(35, 110, 7)], axis=1)
    model += group(things) + grove(spots, kinds=city.trees, rng=rng)
    return outdoor_shot(
        model,
        moment=moment,
        rng=rng,
        eye=(0, -4, 1.65),
        aim=(rng.uniform(-3, 3), 20, rng.uniform(1, 4)),
        reach_m=60,
        vista=True,
    )


def forest_view(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show a path among trees."""
    city = moment.city
    spots = np.stack([rng.choice([-1, 1], 46) * rng.uniform(2.8, 22, 46), rng.uniform(-2, 60, 46)], axis=1)
    model = plain(grass(("#4a4a2a", "#6f6a3c"))) + patch(soil("#8a7658"), 2.6, 160, z=0.02) + hills(rng)
    model += grove(spots, kinds=city.trees, rng=rng, height_m=(6, 13))
    return outdoor_shot(
        model,
        moment=moment,
        rng=rng,
        eye=(rng.uniform(-1, 1), -8, 1.65),
        aim=(0, 12, rng.uniform(2, 3.4)),
        reach_m=45,
    )


def shore_view(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show the sea from a beach, with boats and parasols."""
    sand = solid(soil("#d8c498"), box(600, 60, 1.0)).turned(-1.2, "x").moved(0, -31, -0.5)
    model = plain(water("#2a5560")) + sand
    if rng.random() < 0.6:
        model += hills(rng, near_m=1000, height_m=190)
    model += group(
        boat(rng).turned(rng.uniform(0, 360)).moved(rng.uniform(-40, 40), rng.uniform(12, 90))
        for _ in range(rng.integers(1, 5))
    )
    for _ in range(int(rng.integers(0, 4))):
        shade = cloth(("#d04a3a", "#f4ecdc") if rng.random() < 0.5 else ("#3a78a8", "#f4ecdc"), 0.7)
        parasol = solid(shade, prism(10, 1.3, 0.5, top=0).moved(z=1.9)) + solid(
            planks("#c8b088"), tube([(0, 0, 0), (0, 0, 2.3)], 0.03)
        )
        model += parasol.moved(rng.uniform(-9, 9), rng.uniform(-16, -11), 0.1)
    model += group(
        person(rng).turned(rng.uniform(0, 360)).moved(rng.uniform(-10, 10), rng.uniform(-15, -11), 0.12)
        for _ in range(rng.integers(0, 4))
    )
    return outdoor_shot(
        model,
        moment=moment,
        rng=rng,
        eye=(rng.uniform(-4, 4), -22, 2.1),
        aim=(rng.uniform(-5, 5), 20, rng.uniform(0, 4)),
        reach_m=45,
        vista=True,
    )


def mountain_view(moment: Moment, rng: np.random.Generator) -> Shot:
    """Show mountains over a lake or a meadow."""
    high = rng.uniform(500, 1100)
    far = hills(
        rng,
        near_m=700,
        far_m=2900,
        height_m=high,
        material=soil(str(rng.choice(["#7a7468", "#6a705c", "#8a8478"])), 0.4),
    )
    near = hills(rng, near_m=160, far_m=700, height_m=50, material=leaves(("#2f4a28", "#56703c")))
    model = far + (near if rng.random() < 0.6 else Model()) + (plain(water()) if rng.random() < 0.5 else plain(grass()))
    return outdoor_shot(
        model,
        moment=moment,
        rng=rng,
        eye=(0, 0, rng.uniform(2, 12)),
        aim=(rng.uniform(-40, 40), 100, rng.uniform(8, 24)),
        reach_m=150,
        vista=True,
    )


def _sheep() -> Model:
    wool = solid(plaster("#e8e2d4"), ball(0.42, height=0.7).scaled(1.5, 1, 1).moved(z=0.35))
    dark = solid(
        paint("#2c2622"),
        ball(0.16, height=0.3).scaled(1.3, 1, 1).moved(0.72, 0, 0.62),
        *(box(0.09, 0.09, 0.45).moved(x, y) for x in (-0.35, 0.35) for y in (-0.2, 0.2)),
    )
    return wool + dark
