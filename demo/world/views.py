"""Photos of landmarks: where the photographer stands, in what weather, and how well the photo comes out."""

from __future__ import annotations

import numpy as np

from demo.world.atlas import City, Setting, Site
from demo.world.camera import Camera
from demo.world.film import Film
from demo.world.model import Scene
from demo.world.photo import Shot
from demo.world.settings import Sightline, passers_by, surroundings
from demo.world.weather import Weather


def weather(city: City, rng: np.random.Generator, *, hour: float, fair: bool = False) -> Weather:
    """Draw a moment's weather.

    Args:
        city: what its climate allows.
        rng: decides the rest.
        hour: local time, 0 to 24; the sun rises at six and sets at eighteen.
        fair: leave out fog, rain and snow.
    """
    height = float(58 * np.sin(np.pi * (hour - 6) / 12))
    bearing, drift = rng.uniform(105, 255), rng.uniform(0, 20)
    mood = rng.random()
    if mood > 0.93 and not fair:
        return Weather(25, bearing, overcast=0.92, clouds=0.6, fog_m=rng.uniform(160, 330), drift=drift)
    if mood > 0.86 and not fair and not city.arid:
        amount = rng.uniform(0.6, 1)
        if city.winter:
            return Weather(25, bearing, overcast=0.85, snow=amount, fog_m=650, drift=drift)
        return Weather(30, bearing, overcast=0.92, rain=amount, fog_m=900, drift=drift)
    if mood > 0.7:
        overcast = rng.uniform(0.7, 0.92)
        return Weather(max(height, 12.0), bearing, overcast=overcast, clouds=0.9, fog_m=2500, drift=drift)
    haze = 2200.0 if height < 12 else 6000.0
    return Weather(height, bearing, clouds=rng.uniform(0.05, 0.75), fog_m=haze, drift=drift)


def film(rng: np.random.Generator) -> Film:
    """Draw how an amateur's photo comes out."""
    return Film(
        exposure=rng.normal(0.05, 0.22),
        warmth=float(np.clip(rng.normal(0.05, 0.35), -1, 1)),
        vignette=rng.uniform(0.05, 0.35),
        grain=rng.uniform(0.2, 0.9),
        blur_px=float(rng.choice([0.25, 0.35, 0.9], p=[0.5, 0.42, 0.08])),
    )


def landmark_shot(site: Site, rng: np.random.Generator, *, size: tuple[int, int], hour: float, reference: bool) -> Shot:
    """Return a photo of a landmark.

    Args:
        site: the landmark.
        rng: decides everything else.
        size: width and height in pixels.
        hour: local time.
        reference: True for a photo that a person would teach from: fair weather, nothing much in front.
    """
    camera = _stand(site, rng, size=size, reference=reference)
    people = int(rng.integers(0, 3) if reference else rng.choice([0, 2, 4, 9], p=[0.25, 0.3, 0.3, 0.15]))
    sight = Sightline((camera.eye[0], camera.eye[1]), clear_m=9.0 if reference else 2.5)
    model = surroundings(site, rng, sight) + site.make()
    if site.setting in (Setting.SQUARE, Setting.PARK):
        model += passers_by(np.array(camera.eye), np.array(camera.aim), rng, count=people, z=0.0)
    scene = Scene(model, reach_m=max(1.6 * site.height_m, 0.8 * site.width_m, 50.0))
    return Shot(scene, camera, weather(site.city, rng, hour=hour, fair=reference), film(rng))


def _stand(site: Site, rng: np.random.Generator, *, size: tuple[int, int], reference: bool) -> Camera:
    """Choose where to stand so that the landmark fills most of the frame."""
    width, height = size
    spread = site.spread_deg * (0.75 if reference else 1.0)
    bearing = np.radians(rng.uniform(-spread, spread))
    fov = rng.uniform(44, 60)
    tangent = np.tan(np.radians(fov / 2))
    fill = float(rng.uniform(0.75, 1.0) if reference else rng.uniform(0.6, 1.1))
    seen = 0.8 if width > height else 0.55  # in portrait format, wide things run out of the frame
    away = max(site.height_m / (2 * tangent * fill), seen * site.width_m / (2 * tangent * fill * width / height))
    low = 2.4 if site.setting in (Setting.SEA, Setting.RIVER, Setting.STRAIT) else 1.65
    eye_z = low if reference or rng.random() < 0.8 else rng.uniform(4, 18)
    eye = np.array([away * np.sin(bearing), -away * np.cos(bearing), eye_z])
    eye[:2] += site.width_m * 0.04 * rng.standard_normal(2)
    aim = np.array([0, 0, site.height_m * rng.uniform(0.4, 0.48)]) + site.width_m * 0.08 * rng.standard_normal(3) * [
        1,
        0,
        0.3,
    ]
    return Camera(
        (float(eye[0]), float(eye[1]), float(eye[2])),
        (float(aim[0]), float(aim[1]), float(aim[2])),
        fov,
        width,
        height,
        roll_deg=rng.normal(0, 0.8),
    )
