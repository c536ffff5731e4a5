"""What ordinary photos out of doors share: a garden around, and how they are taken."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from demo.world.atlas import City, Moment
from demo.world.camera import Camera
from demo.world.model import Model, Scene, group
from demo.world.photo import Shot
from demo.world.plants import bush, grove
from demo.world.views import film, weather


def garden(city: City, rng: np.random.Generator, reach_m: float) -> Model:
    """Return bushes and trees around, the way to the south left free."""
    bearing = np.radians(rng.uniform(-50, 230, 8))
    away = rng.uniform(0.7, 1.5, 8) * reach_m
    trees = grove(
        np.stack([away * np.cos(bearing), away * np.sin(bearing)], axis=1), kinds=city.trees, rng=rng, height_m=(4, 10)
    )
    colours = ["#c83a5a", "#e8d8e0", "#d8a030", None, None]
    bushes = [
        bush(rng.uniform(0.8, 1.8), rng, flower=colours[int(rng.integers(5))]).moved(float(x) * reach_m * 0.5, float(y))
        for x, y in zip(rng.uniform(-1, 1, 6), rng.uniform(-9, -6, 6), strict=True)
        if abs(x) > 0.25
    ]
    return trees + group(bushes)


def outdoor_shot(
    model: Model,
    *,
    moment: Moment,
    rng: np.random.Generator,
    eye: tuple[float, float, float],
    aim: tuple[float, float, float],
    reach_m: float = 40.0,
    vista: bool = False,
) -> Shot:
    """Take an ordinary photo of the model from ``eye`` toward ``aim`` (metres), in the moment's weather.

    Nobody photographs a ``vista`` in thick fog.
    """
    camera = Camera(eye, aim, rng.uniform(46, 62), *moment.size, roll_deg=rng.normal(0, 1.2), near_m=0.3)
    light = weather(moment.city, rng, hour=moment.hour)
    if vista:
        light = replace(light, fog_m=max(light.fog_m, 1500.0))
    return Shot(Scene(model, reach_m=reach_m), camera, light, film(rng))
