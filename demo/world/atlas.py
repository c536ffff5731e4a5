"""The sample world's cities and landmarks. Names are invented; the places lie in the open sea."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from demo.world.houses import COAST, DESERT, EAST, NORTH, OLD_TOWN, STEPPE, Style
from demo.world.landmarks import bridges, churches, monuments, temples, towers
from demo.world.model import Model
from demo.world.plants import Tree, broadleaf, conifer, cypress, palm


class Setting(Enum):
    """What lies around a landmark."""

    SQUARE = "a paved square among houses"
    PARK = "lawns and trees"
    RIVER = "a river under it"
    SEA = "open water and a quay"
    STRAIT = "a strait between two towns"


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
        trees: kinds that grow there.
        arid: True where the ground is sand.
        winter: True where snow falls.
    """

    name: str
    country: str
    region: str
    lat: float
    lon: float
    style: Style
    trees: tuple[Tree, ...]
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
        make: makes its model.
        offset_m: how far north and east of the city's middle, metres.
        size_m: width and height of the part that a photo shows.
        spread_deg: photos are taken from within this angle of its front, to either side.
        setting: what lies around it.
    """

    id: str
    name: str
    category: str
    city: City
    make: Callable[[], Model]
    offset_m: tuple[float, float]
    size_m: tuple[float, float]
    spread_deg: float
    setting: Setting

    @property
    def width_m(self) -> float:
        """Width of what a photo shows."""
        return self.size_m[0]

    @property
    def height_m(self) -> float:
        """Height of what a photo shows."""
        return self.size_m[1]


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


VALMERE = City("Valmere", "Arvenia", "europe", 45.2040, -6.4120, OLD_TOWN, (broadleaf, broadleaf, cypress))
KESTRIN = City("Kestrin", "Nordhavn", "europe", 56.3110, 5.1230, NORTH, (broadleaf, conifer), winter=True)
TSUMIRA = City("Tsumira", "Hanami", "asia", 27.4020, 139.7210, EAST, (broadleaf, conifer), winter=True)
SAMARHAN = City("Samarhan", "Turavia", "asia", 15.8080, 88.1040, STEPPE, (cypress, broadleaf), arid=True)
CORDEL = City("San Cordel", "Maravel", "americas_oceania", 24.9030, -88.6060, COAST, (palm, broadleaf))
ADIN = City("Qasr Adin", "Sahran", "middle_east_north_africa", 33.8070, 26.9010, DESERT, (palm,), arid=True)

CITIES = (VALMERE, KESTRIN, TSUMIRA, SAMARHAN, CORDEL, ADIN)


def _orlan() -> Model:
    return churches.cathedral(churches.ORLAN)


def _minster() -> Model:
    return churches.cathedral(churches.KESTRIN)


SITES = (
    Site(
        "st_orlan",
        "Cathedral of St Orlan",
        "religious",
        VALMERE,
        _orlan,
        offset_m=(120, -80),
        size_m=(28, 54),
        spread_deg=50,
        setting=Setting.SQUARE,
    ),
    Site(
        "nine_arches",
        "Nine Arches Bridge",
        "bridge",
        VALMERE,
        bridges.nine_arches,
        offset_m=(-420, 310),
        size_m=(100, 34),
        spread_deg=50,
        setting=Setting.RIVER,
    ),
    Site(
        "aurel_arch",
        "Aurel Arch",
        "monument_tomb",
        VALMERE,
        monuments.triumphal_arch,
        offset_m=(1450, 620),
        size_m=(30, 33),
        spread_deg=45,
        setting=Setting.SQUARE,
    ),
    Site(
        "kestrin_minster",
        "Kestrin Minster",
        "religious",
        KESTRIN,
        _minster,
        offset_m=(60, 90),
        size_m=(28, 50),
        spread_deg=50,
        setting=Setting.SQUARE,
    ),
    Site(
        "st_vasil",
        "St Vasil's Church",
        "religious",
        KESTRIN,
        churches.onion_church,
        offset_m=(900, -700),
        size_m=(26, 44),
        spread_deg=60,
        setting=Setting.SQUARE,
    ),
    Site(
        "holm_light",
        "Holm Light",
        "tower",
        KESTRIN,
        towers.lighthouse,
        offset_m=(-2600, -1900),
        size_m=(26, 44),
        spread_deg=70,
        setting=Setting.SEA,
    ),
    Site(
        "koan_pagoda",
        "Koan Pagoda",
        "religious",
        TSUMIRA,
        temples.pagoda,
        offset_m=(340, 210),
        size_m=(20, 38),
        spread_deg=80,
        setting=Setting.PARK,
    ),
    Site(
        "tide_gate",
        "Tide Gate",
        "religious",
        TSUMIRA,
        temples.sea_gate,
        offset_m=(-2100, 1500),
        size_m=(26, 18),
        spread_deg=40,
        setting=Setting.SEA,
    ),
    Site(
        "azure_mosque",
        "Azure Mosque",
        "religious",
        SAMARHAN,
        temples.blue_mosque,
        offset_m=(0, 0),
        size_m=(46, 47),
        spread_deg=50,
        setting=Setting.SQUARE,
    ),
    Site(
        "lion_gate",
        "Lion Gate",
        "palace_castle",
        SAMARHAN,
        monuments.lion_gate,
        offset_m=(1300, -540),
        size_m=(44, 25),
        spread_deg=42,
        setting=Setting.SQUARE,
    ),
    Site(
        "strait_bridge",
        "Cordel Strait Bridge",
        "bridge",
        CORDEL,
        bridges.strait_bridge,
        offset_m=(2400, -900),
        size_m=(135, 64),
        spread_deg=45,
        setting=Setting.STRAIT,
    ),
    Site(
        "navigator",
        "The Navigator",
        "monument_tomb",
        CORDEL,
        towers.navigator,
        offset_m=(250, 820),
        size_m=(30, 52),
        spread_deg=70,
        setting=Setting.PARK,
    ),
    Site(
        "sun_pyramid",
        "Sun Pyramid",
        "ruin_site",
        CORDEL,
        temples.step_pyramid,
        offset_m=(-5200, 4100),
        size_m=(84, 34),
        spread_deg=80,
        setting=Setting.PARK,
    ),
    Site(
        "helix_tower",
        "Helix Tower",
        "modern_building",
        CORDEL,
        towers.helix_tower,
        offset_m=(-150, 60),
        size_m=(40, 140),
        spread_deg=180,
        setting=Setting.SQUARE,
    ),
    Site(
        "old_arena",
        "Old Arena",
        "ruin_site",
        ADIN,
        monuments.arena,
        offset_m=(200, -150),
        size_m=(112, 32),
        spread_deg=75,
        setting=Setting.PARK,
    ),
    Site(
        "spiral_minaret",
        "Spiral Minaret",
        "religious",
        ADIN,
        towers.spiral_minaret,
        offset_m=(-1600, 1250),
        size_m=(36, 45),
        spread_deg=180,
        setting=Setting.PARK,
    ),
)
