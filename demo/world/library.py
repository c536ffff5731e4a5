"""The plan of the sample library: which photos a person took, when and where, and what they show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from demo.world import countryside, indoors, still_life, town
from demo.world.atlas import ADIN, CITIES, CORDEL, KESTRIN, SAMARHAN, SITES, TSUMIRA, VALMERE, City, Moment, Site
from demo.world.photo import Shot
from demo.world.views import landmark_shot

Scenery = Callable[[Moment, np.random.Generator], Shot]

METRES_A_DEGREE = 111_195.0
REFERENCES = 5  # photos that a person teaches a landmark from
PER_SITE = 4  # library photos of each landmark, bursts not counted

ON_THE_WAY: tuple[Scenery, ...] = (
    town.street_view,
    town.street_view,
    town.house_view,
    countryside.friends,
    town.market_view,
    town.chapel_view,
    town.office_view,
    countryside.shore_view,
    countryside.mountain_view,
    indoors.bedroom,
    still_life.meal,
    still_life.coffee,
    still_life.by_mistake,
)
AT_HOME: tuple[Scenery, ...] = (
    town.house_view,
    town.parked_car,
    countryside.field_view,
    countryside.forest_view,
    town.water_tower_view,
    countryside.friends,
    town.street_view,
    indoors.living_room,
    indoors.desk,
    indoors.kitchen,
    still_life.meal,
    still_life.fruit_bowl,
    still_life.bottles,
    still_life.toys,
    still_life.flowers,
    still_life.vase,
    still_life.pet,
    still_life.garden_bed,
)
TRIPS = (
    (VALMERE, datetime(2019, 6, 8)),
    (KESTRIN, datetime(2021, 1, 16)),
    (TSUMIRA, datetime(2022, 4, 2)),
    (SAMARHAN, datetime(2023, 9, 30)),
    (CORDEL, datetime(2024, 2, 11)),
    (ADIN, datetime(2025, 3, 22)),
)
HOME_YEARS = (2019, 2020, 2021, 2022, 2023, 2024, 2025)


@dataclass(frozen=True)
class Photo:
    """One photo of the plan.

    Attributes:
        path: where it goes, relative to the output folder, with forward slashes.
        landmark: id of the landmark on it; empty for none.
        role: ``library`` or ``reference``.
        taken: local capture time.
        place: latitude and longitude, or None for a camera without GPS.
        orientation: EXIF orientation of the stored pixels: 1, 3, 6 or 8.
        upright: True for portrait format.
        seed: what its randomness starts from.
        burst: 0, or the count within a series shot from one spot.
        scenery: makes what an ordinary photo shows; None for a landmark's.
        city: where it is taken.
    """

    path: str
    landmark: str
    role: str
    taken: datetime
    place: tuple[float, float] | None
    orientation: int
    upright: bool
    seed: tuple[int, ...]
    burst: int
    scenery: Scenery | None
    city: City

    def shot(self, side: int) -> Shot:
        """Return what is to be drawn; ``side`` is the longer side in pixels."""
        rng = np.random.default_rng(self.seed)
        size = (side * 3 // 4, side) if self.upright else (side, side * 3 // 4)
        hour = self.taken.hour + self.taken.minute / 60
        if self.scenery is not None:
            shot = self.scenery(Moment(self.city, hour, size), rng)
        else:
            site = next(site for site in SITES if site.id == self.landmark)
            shot = landmark_shot(site, rng, size=size, hour=hour, reference=self.role == "reference")
        if not self.burst:
            return shot
        away = np.linalg.norm(np.subtract(shot.camera.aim, shot.camera.eye))
        x, y, z = np.add(
            shot.camera.aim, 0.02 * away * np.random.default_rng((*self.seed, self.burst)).standard_normal(3)
        )
        return replace(shot, camera=replace(shot.camera, aim=(float(x), float(y), float(z))))


def plan(seed: int = 2026, *, sites: tuple[Site, ...] = SITES) -> list[Photo]:
    """Return all photos of the library and the references, the references last.

    Args:
        seed: another seed, another library.
        sites: the landmarks to take photos of; trips lead to their cities only.
    """
    rng = np.random.default_rng(seed)
    cities = {site.city for site in sites}
    library = [photo for city, start in TRIPS if city in cities for photo in _trip(city, start, sites, rng)]
    library += [photo for year in HOME_YEARS for photo in _home(year, rng)]
    library = _named(_with_gps(library, rng))
    references = [photo for site in sites for photo in _references(site, rng)]
    drawn = library + _with_gps(references, rng)
    return [replace(photo, seed=(seed, *photo.seed)) for photo in drawn]


def _trip(city: City, start: datetime, sites: tuple[Site, ...], rng: np.random.Generator) -> Iterator[Photo]:
    """Yield a week's photos in a city: its landmarks, and what else one sees."""
    folder = f"photos/{start.year}/{start:%Y-%m} {city.name}"
    own = [site for site in sites if site.city is city]
    for site in own:
        burst_at = int(rng.integers(PER_SITE)) if rng.random() < 0.35 else -1
        for index in range(PER_SITE):
            taken = _moment(start, rng, landmark=True)
            first = _photo(folder, taken=taken, place=_near(site, rng, (25, 140)), rng=rng, city=city, landmark=site.id)
            yield first
            for burst in (1, 2) if index == burst_at else ():
                yield replace(first, taken=taken + timedelta(seconds=3 * burst), burst=burst)
    for scenery in ON_THE_WAY:
        by = own[int(rng.integers(len(own)))]
        place = _near(by, rng, (40, 430)) if rng.random() < 0.6 else _near_city(city, rng)
        yield _photo(folder, taken=_moment(start, rng), place=place, rng=rng, city=city, scenery=scenery)


def _home(year: int, rng: np.random.Generator) -> Iterator[Photo]:
    """Yield a year's photos from home, a village some kilometres from Kestrin."""
    for index in rng.permutation(len(AT_HOME))[:12]:
        taken = _moment(datetime(year, 1, 1), rng, days=360)
        lat, lon = KESTRIN.lat + 0.09, KESTRIN.lon + 0.11
        place = (round(lat + rng.normal(0, 0.004), 6), round(lon + rng.normal(0, 0.006), 6))
        city = KESTRIN if rng.random() < 0.7 else CITIES[int(rng.integers(3))]
        yield _photo(f"photos/{year}/Home", taken=taken, place=place, rng=rng, city=city, scenery=AT_HOME[index])


def _references(site: Site, rng: np.random.Generator) -> Iterator[Photo]:
    """Yield the photos that a person would teach the landmark from."""
    for index in range(REFERENCES):
        taken = datetime(2018, 5, 1) + timedelta(days=int(rng.integers(60)), hours=rng.uniform(9, 16.5))
        photo = _photo("", taken=taken, place=_near(site, rng, (25, 140)), rng=rng, city=site.city, landmark=site.id)
        yield replace(photo, path=f"references/{site.id}/IMG_{index + 1:04}.jpg", role="reference")


def _photo(
    folder: str,
    *,
    taken: datetime,
    place: tuple[float, float],
    rng: np.random.Generator,
    city: City,
    landmark: str = "",
    scenery: Scenery | None = None,
) -> Photo:
    upright = bool(rng.random() < 0.22)
    turned = int(rng.choice([1, 6, 8], p=[0.4, 0.45, 0.15])) if upright else int(rng.choice([1, 3], p=[0.98, 0.02]))
    seed = (int(rng.integers(2**31)),)
    return Photo(folder, landmark, "library", taken, place, turned, upright, seed, 0, scenery, city)


def _moment(start: datetime, rng: np.random.Generator, *, landmark: bool = False, days: int = 6) -> datetime:
    """Draw a capture time: mostly by day, now and then at dawn, dusk or night."""
    hour = rng.uniform(8.5, 16.8)
    if rng.random() < 0.24:
        hour = float(
            rng.choice([rng.uniform(6.3, 8), rng.uniform(16.8, 17.8), rng.uniform(18.1, 18.6 if landmark else 18.4)])
        )
    return start + timedelta(days=int(rng.integers(days)), seconds=int(hour * 3600))


def _near(site: Site, rng: np.random.Generator, metres: tuple[float, float]) -> tuple[float, float]:
    """Draw a place at a distance from a landmark, on any side."""
    lat, lon = position(site)
    return _shifted(lat, lon, metres=rng.uniform(*metres), bearing_deg=rng.uniform(0, 360))


def _near_city(city: City, rng: np.random.Generator) -> tuple[float, float]:
    """Draw a place out of town, kilometres from the landmarks."""
    return _shifted(city.lat, city.lon, metres=rng.uniform(8000, 15000), bearing_deg=rng.uniform(0, 360))


def position(site: Site) -> tuple[float, float]:
    """Return a landmark's latitude and longitude in degrees."""
    north, east = site.offset_m
    return _shifted(
        site.city.lat,
        site.city.lon,
        metres=float(np.hypot(north, east)),
        bearing_deg=float(np.degrees(np.arctan2(east, north))),
    )


def _shifted(lat: float, lon: float, *, metres: float, bearing_deg: float) -> tuple[float, float]:
    bearing = np.radians(bearing_deg)
    north, east = metres * np.cos(bearing), metres * np.sin(bearing)
    new_lon = lon + east / (METRES_A_DEGREE * np.cos(np.radians(lat)))
    return round(float(lat + north / METRES_A_DEGREE), 6), round(float(new_lon), 6)


def _with_gps(photos: list[Photo], rng: np.random.Generator) -> list[Photo]:
    """Take the place off every second photo, among landmarks and others alike; a burst is of one camera."""
    kept: set[tuple[int, ...]] = set()
    for shown in (True, False):
        seeds = [photo.seed for photo in photos if bool(photo.landmark) == shown and not photo.burst]
        kept |= {seeds[i] for i in rng.permutation(len(seeds))[::2]}
    return [photo if photo.seed in kept else replace(photo, place=None) for photo in photos]


def _named(photos: list[Photo]) -> list[Photo]:
    """Sort by time and name the files as a phone (with GPS) and a camera (without) count them."""
    numbers = {"IMG_": 1204, "DSC_": 318}
    named = []
    for photo in sorted(photos, key=lambda photo: photo.taken):
        prefix = "IMG_" if photo.place else "DSC_"
        numbers[prefix] += 1 + photo.seed[0] % 7
        named.append(replace(photo, path=f"{photo.path}/{prefix}{numbers[prefix]:04}.jpg"))
    return named
