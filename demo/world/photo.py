"""Taking one photo: scene, camera, weather and film in, pixels out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from demo.world.camera import Camera
from demo.world.film import Film, develop
from demo.world.materials import WATER
from demo.world.model import Scene
from demo.world.raster import Buffers, Raster
from demo.world.shading import shade
from demo.world.weather import Weather


@dataclass(frozen=True, eq=False)
class Shot:
    """All that decides a photo's pixels."""

    scene: Scene
    camera: Camera
    weather: Weather
    film: Film


def take(shot: Shot, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return the photo, uint8 (height, width, 3) sRGB; light is computed at twice the size, against jagged edges."""
    camera = shot.camera.sharper(2)
    raster = Raster(shot.scene)
    try:
        sun_map = raster.sun_map(shot.weather.to_sun, side=min(2048, 4 * camera.height))
        buffers = raster.view(camera)
        mirror = None
        if (buffers.surface[..., 2] > WATER - 40).any():
            below = camera.mirrored()
            reflected = raster.view(below, above_water=True)
            mirror = shade(reflected, below, weather=shot.weather, sun_map=sun_map, rng=rng)[::-1]
    finally:
        raster.close()
    light = shade(buffers, camera, weather=shot.weather, sun_map=sun_map, rng=rng, mirror=mirror)
    light = _precipitation(light, buffers, shot.weather, rng)
    return develop(light, buffers.depth, film=shot.film, night=shot.weather.night, rng=rng)


def _precipitation(
    light: NDArray[np.float32], buffers: Buffers, weather: Weather, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Draw falling snow or rain before the picture."""
    high, wide = buffers.depth.shape
    flakes = int((160 * weather.snow + 220 * weather.rain) * (weather.overcast > 0.5))
    streak = 1 if weather.snow else max(high // 28, 1)
    result = light.copy()
    for x, y, size in zip(
        rng.uniform(0, wide, flakes), rng.uniform(0, high, flakes), rng.gamma(2, 1, flakes), strict=True
    ):
        radius = max(int(size * high / 500), 1) if weather.snow else 1
        rows = slice(int(y), int(y) + radius * streak)
        columns = slice(int(x), int(x) + radius)
        veil = 0.75 if weather.snow else 0.16
        result[rows, columns] = result[rows, columns] * (1 - veil) + 1.1 * weather.horizon * veil
    return result
