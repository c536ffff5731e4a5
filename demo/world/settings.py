"""A landmark in its surroundings: ground, houses, trees, people, water."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from demo.world.atlas import City, Setting, Site
from demo.world.ground import hills, patch, plain, river, round_patch
from demo.world.houses import lamp_post, skyline
from demo.world.materials import ashlar, grass, paving, planks, soil, water
from demo.world.mesh import Floats
from demo.world.model import Model, group, solid
from demo.world.parts import box
from demo.world.people import person
from demo.world.plants import bush, grove
from demo.world.vehicles import boat


@dataclass(frozen=True)
class Sightline:
    """The way from the camera to the landmark at the origin.

    Attributes:
        eye: where the camera stands, (x, y) in metres.
        clear_m: no tree stands nearer to the line than this.
    """

    eye: tuple[float, float]
    clear_m: float

    @property
    def length_m(self) -> float:
        """How far the camera is from the landmark."""
        return float(np.hypot(*self.eye))

    def misses(self, spots: Floats) -> NDArray[np.bool_]:
        """Return for spots (n, 2) whether they are out of the way."""
        ahead = -np.array(self.eye) / self.length_m
        way = spots - self.eye
        along = np.clip(way @ ahead, 0, self.length_m)
        away: Floats = np.linalg.norm(way - along[:, None] * ahead, axis=1)
        return away > self.clear_m


def surroundings(site: Site, rng: np.random.Generator, sight: Sightline) -> Model:
    """Return everything around the landmark, itself left out."""
    match site.setting:
        case Setting.SQUARE:
            return _square(site, rng, sight)
        case Setting.PARK:
            return _park(site, rng, sight)
        case Setting.RIVER:
            return _river(site, rng)
        case Setting.SEA:
            return _sea(site, rng)
        case Setting.STRAIT:
            return _strait(site, rng)


def passers_by(eye: Floats, aim: Floats, rng: np.random.Generator, *, count: int, z: float) -> Model:
    """Return people between the camera and what it looks at, most of them off to the side.

    Args:
        eye: (3,) the camera, metres.
        aim: (3,) what it looks at.
        rng: where they stand.
        count: how many.
        z: height of the ground.
    """
    way = np.subtract(aim, eye)[:2]
    reach = float(np.linalg.norm(way))
    ahead = way / reach
    aside = np.array([-ahead[1], ahead[0]])
    people = []
    for _ in range(count):
        away = rng.uniform(min(7.0, 0.3 * reach), 0.75 * reach)
        off = away * float(rng.uniform(0.06, 0.5) * rng.choice([-1, 1]))
        spot = np.asarray(eye)[:2] + ahead * away + aside * off
        people.append(person(rng).turned(rng.uniform(0, 360)).moved(float(spot[0]), float(spot[1]), z))
    return group(people)


def _ground(city: City) -> Model:
    return plain(soil("#c8ab7c") if city.arid else grass())


def _trees(city: City, rng: np.random.Generator, sight: Sightline, *, count: int, near_m: float, far_m: float) -> Model:
    angle = rng.uniform(0, 2 * np.pi, count)
    away = np.sqrt(rng.uniform(near_m**2, far_m**2, count))
    spots = np.stack([away * np.cos(angle), away * np.sin(angle)], axis=1)
    return grove(spots[sight.misses(spots)], kinds=city.trees, rng=rng)


def _hills(city: City, rng: np.random.Generator, height_m: float = 120.0) -> Model:
    return hills(rng, height_m=height_m, material=soil("#b89a70") if city.arid else None)


def _reach(site: Site) -> float:
    """Radius that is left open around a landmark, so that a camera finds room."""
    return max(1.5 * site.height_m, 0.95 * site.width_m, 32.0)


def _square(site: Site, rng: np.random.Generator, sight: Sightline) -> Model:
    open_m = max(_reach(site), sight.length_m + 8)
    stone = str(rng.choice(["#b4aa9a", "#a8a49c", "#bcae96"]))
    model = _ground(site.city) + round_patch(paving(stone), open_m + 25) + _hills(site.city, rng)
    model += skyline(site.city.style, rng, clear_m=open_m + 6, reach_m=open_m + 190, count=46)
    posts = [lamp_post().moved(0, open_m * 0.62).turned(float(a)) for a in np.arange(12) * 30 + 15]
    return model + group(posts) + _trees(site.city, rng, sight, count=9, near_m=open_m * 0.72, far_m=open_m + 15)


def _park(site: Site, rng: np.random.Generator, sight: Sightline) -> Model:
    open_m = max(_reach(site), sight.length_m + 8)
    path = soil("#c4ae88") if site.city.arid else soil("#b0a48c")
    model = (
        _ground(site.city) + patch(path, 7, 2 * open_m + 60, z=0.02) + round_patch(path, site.width_m * 0.75, z=0.03)
    )
    model += _hills(site.city, rng, 170) + skyline(
        site.city.style, rng, clear_m=open_m + 70, reach_m=open_m + 260, count=20
    )
    bushes = [
        bush(rng.uniform(1.2, 2.4), rng).moved(0, float(rng.uniform(0.6, 1) * open_m)).turned(rng.uniform(0, 360))
        for _ in range(6)
    ]
    return model + group(bushes) + _trees(site.city, rng, sight, count=24, near_m=open_m * 0.8, far_m=open_m + 60)


def _river(site: Site, rng: np.random.Generator) -> Model:
    stream = river(site.width_m + 10).turned(90)
    houses = []
    for side in (-1, 1):
        rows = skyline(site.city.style, rng, clear_m=1, reach_m=130, count=22)
        houses.append(rows.moved(side * 205.0, 60, 1.5))
    spots = np.stack([rng.choice([-1, 1], 18) * rng.uniform(68, 90, 18), rng.uniform(-130, 130, 18)], axis=1)
    trees = grove(spots, kinds=site.city.trees, rng=rng).moved(z=1.5)
    return stream + group(houses) + trees + _boats(rng, 3, 45) + hills(rng, height_m=120).moved(z=1.0)


def _sea(site: Site, rng: np.random.Generator) -> Model:
    far = hills(rng, near_m=900, height_m=210)
    open_m = 1.25 * _reach(site)
    quay = solid(planks("#8c7458"), box(60, 9, 0.9)).moved(0, -open_m - 3)
    rail = solid(
        planks("#8c7458"), *(box(0.15, 0.15, 1.0).moved(x, -open_m + 1.0, 0.9) for x in np.arange(-29, 30, 3.0))
    )
    return plain(water()) + far + quay + rail + _boats(rng, 3, 60)


def _strait(site: Site, rng: np.random.Generator) -> Model:
    shores = []
    for side in (-1, 1):
        land = solid(grass(), box(420, 900, 2.2)).moved(side * 385.0, 0, -0.6)
        edge = solid(ashlar("#8c877c", 2.0), box(3, 900, 2.6)).moved(side * 174.0, 0, -0.6)
        spots = np.stack([side * rng.uniform(182, 300, 16), rng.uniform(-220, 220, 16)], axis=1)
        town = skyline(site.city.style, rng, clear_m=1, reach_m=120, count=14).moved(side * 330.0, 40, 1.6)
        shores.append(land + edge + grove(spots, kinds=site.city.trees, rng=rng).moved(z=1.6) + town)
    return plain(water()) + group(shores) + _boats(rng, 5, 120) + hills(rng, near_m=750, height_m=230)


def _boats(rng: np.random.Generator, count: int, reach_m: float) -> Model:
    boats = []
    for _ in range(count):
        x, y = rng.uniform(-reach_m, reach_m), -rng.uniform(0.25, 1.1) * reach_m
        boats.append(boat(rng).turned(rng.uniform(0, 360)).moved(float(x), float(y)))
    return group(boats)
