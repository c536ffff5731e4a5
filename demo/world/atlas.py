"""The sample world's cities and landmarks. Names are invented; the places lie in the open sea."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from demo.world.houses import COAST, DESERT, EAST, NORTH, OLD_TOWN, STEPPE, Style
from demo.world.landmarks import bridges, churches, monuments, temples, towers
from demo.world.model import Model


@dataclass(frozen=True)
class City:
    """A city.

    Attributes:
        name: as in the album.
        country: likewise.
        region: the curriculum's part of the world.
        lat: latitude of the middle of the city, degrees.
        lon: longitude, degrees.
        style: how its houses are built.
        trees: kinds that grow there, see ``plants.grove``.
        arid: True where the ground is sand.
        winter: True where snow falls.
    """

    name: str
    country: str
    region: str
    lat: float
    lon: float
    style: Style
    trees: tuple[str, ...]
    arid: bool = False
    winter: bool = False


@dataclass(frozen=True)
class Site:
    """A landmark at its place.

    Attributes:
        id: as in the landmark table.
        name: as in the album.
        category: as in the landmark table.
        city: where it stands.
        north_m: how far north of the city's middle, metres.
        east_m: how far east.
        make: makes its model.
        height_m: height of the part that a photo shows.
        width_m: its width.
        spread_deg: photos are taken from within this angle of its front, to either side.
        setting: ``square``, ``park``, ``river``, ``sea`` or ``strait``.
    """

    id: str
    name: str
    category: str
    city: City
    north_m: float
    east_m: float
    make: Callable[[], Model]
    height_m: float
    width_m: float
    spread_deg: float
    setting: str


@dataclass(frozen=True)
class Moment:
    """When and where an ordinary photo is taken, and its format.

    Attributes:
        city: the city.
        hour: local time, 0 to 24.
        size: width and height in pixels.
    """

    city: City
    hour: float
    size: tuple[int, int]


VALMERE = City("Valmere", "Arvenia", "europe", 45.2040, -6.4120, OLD_TOWN, ("broadleaf", "broadleaf", "cypress"))
KESTRIN = City("Kestrin", "Nordhavn", "europe", 56.3110, 5.1230, NORTH, ("broadleaf", "conifer"), winter=True)
TSUMIRA = City("Tsumira", "Hanami", "asia", 27.4020, 139.7210, EAST, ("broadleaf", "conifer"), winter=True)
SAMARHAN = City("Samarhan", "Turavia", "asia", 15.8080, 88.1040, STEPPE, ("cypress", "broadleaf"), arid=True)
CORDEL = City("San Cordel", "Maravel", "americas_oceania", 24.9030, -88.6060, COAST, ("palm", "broadleaf"))
ADIN = City("Qasr Adin", "Sahran", "middle_east_north_africa", 33.8070, 26.9010, DESERT, ("palm",), arid=True)

CITIES = (VALMERE, KESTRIN, TSUMIRA, SAMARHAN, CORDEL, ADIN)


def _orlan() -> Model:
    return churches.cathedral(churches.ORLAN)


def _minster() -> Model:
    return churches.cathedral(churches.KESTRIN)


SITES = (
    Site("st_orlan", "Cathedral of St Orlan", "religious", VALMERE, 120, -80, _orlan, 54, 28, 50, "square"),
    Site("nine_arches", "Nine Arches Bridge", "bridge", VALMERE, -420, 310, bridges.nine_arches, 34, 100, 50, "river"),
    Site(
        "aurel_arch", "Aurel Arch", "monument_tomb", VALMERE, 1450, 620, monuments.triumphal_arch, 33, 30, 45, "square"
    ),
    Site("kestrin_minster", "Kestrin Minster", "religious", KESTRIN, 60, 90, _minster, 50, 28, 50, "square"),
    Site("st_vasil", "St Vasil's Church", "religious", KESTRIN, 900, -700, churches.onion_church, 44, 26, 60, "square"),
    Site("holm_light", "Holm Light", "tower", KESTRIN, -2600, -1900, towers.lighthouse, 44, 26, 70, "sea"),
    Site("koan_pagoda", "Koan Pagoda", "religious", TSUMIRA, 340, 210, temples.pagoda, 38, 20, 80, "park"),
    Site("tide_gate", "Tide Gate", "religious", TSUMIRA, -2100, 1500, temples.sea_gate, 18, 26, 40, "sea"),
    Site("azure_mosque", "Azure Mosque", "religious", SAMARHAN, 0, 0, temples.blue_mosque, 47, 46, 50, "square"),
    Site("lion_gate", "Lion Gate", "palace_castle", SAMARHAN, 1300, -540, monuments.lion_gate, 25, 44, 42, "square"),
    Site(
        "strait_bridge",
        "Cordel Strait Bridge",
        "bridge",
        CORDEL,
        2400,
        -900,
        bridges.strait_bridge,
        64,
        170,
        45,
        "strait",
    ),
    Site("navigator", "The Navigator", "monument_tomb", CORDEL, 250, 820, towers.navigator, 52, 30, 70, "park"),
    Site("sun_pyramid", "Sun Pyramid", "ruin_site", CORDEL, -5200, 4100, temples.step_pyramid, 34, 60, 80, "park"),
    Site("helix_tower", "Helix Tower", "modern_building", CORDEL, -150, 60, towers.helix_tower, 140, 40, 180, "square"),
    Site("old_arena", "Old Arena", "ruin_site", ADIN, 200, -150, monuments.arena, 32, 98, 75, "park"),
    Site(
        "spiral_minaret", "Spiral Minaret", "religious", ADIN, -1600, 1250, towers.spiral_minaret, 45, 36, 180, "park"
    ),
)
