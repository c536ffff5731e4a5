"""The sky: a gradient, the sun's glow, clouds of noise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from demo.world.noise import fractal, sample
from demo.world.weather import Weather

Picture = NDArray[np.float32]


def sky(directions: Picture, weather: Weather) -> Picture:
    """Return linear RGB (..., 3) of the sky in unit directions (..., 3); below the horizon as at the horizon."""
    height = np.clip(directions[..., 2], 0.0, 1.0)
    blend = (1 - height[..., None]) ** 4
    colour = weather.zenith * (1 - blend) + weather.horizon * blend
    toward = np.clip(directions @ weather.to_sun, 0.0, 1.0)[..., None]
    glow = weather.sun * (1 - weather.overcast)
    colour = colour + glow * (0.06 * toward**8 + 0.25 * toward**60)
    return _clouds(colour, directions, weather)


def _clouds(colour: Picture, directions: Picture, weather: Weather) -> Picture:
    """Lay clouds on a plane overhead over the sky."""
    up = np.maximum(directions[..., 2], 0.02)
    # A plane seen at a low angle runs to infinity; the added constant bends it to a shell.
    x, y = directions[..., 0] / (up + 0.12) * 0.11, directions[..., 1] / (up + 0.12) * 0.11
    tile = fractal(31, slope=0.9)
    density = sample(tile, x + weather.drift, y + 0.37 * weather.drift)
    toward = weather.to_sun
    shifted = sample(tile, x + weather.drift + 0.02 * toward[0], y + 0.37 * weather.drift + 0.02 * toward[1])
    edge = 0.82 - 0.62 * weather.clouds
    cover = np.clip((density - edge) / 0.16, 0.0, 1.0)
    cover = (
        cover * cover * (3 - 2 * cover) * np.clip(directions[..., 2] / 0.06, 0.0, 1.0) * (1 - 0.55 * weather.overcast)
    )
    lit = np.clip(0.62 + 2.2 * (density - shifted), 0.25, 1.0)[..., None]
    ambient = 0.45 * weather.zenith + 0.55 * weather.horizon
    cloud = ambient * 0.75 + (0.28 * weather.sun + 0.3 * weather.horizon) * lit
    layer = cover[..., None] * 0.92
    mixed: Picture = (colour * (1 - layer) + cloud * layer).astype(np.float32)
    return mixed
