"""Places on the Earth: squares around a photo, and the landmarks within them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from landmarq.types import Floats, Ints, Place

METRES_PER_DEGREE = 6_371_008.8 * math.pi / 180
"""Of latitude, on a sphere of the Earth's mean radius; the ellipsoid differs by under 0.6 %."""

_CELL_DEGREES = 0.02
_ROWS = round(180 / _CELL_DEGREES)
_COLUMNS = round(360 / _CELL_DEGREES)


def distance_m(one: Place, other: Place) -> float:
    """Return the great-circle distance in metres (haversine formula)."""
    lat1, lat2 = math.radians(one.lat), math.radians(other.lat)
    half_lat, half_lon = (lat2 - lat1) / 2, math.radians(other.lon - one.lon) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half_lon) ** 2
    return 2 * math.asin(math.sqrt(min(1.0, chord))) * METRES_PER_DEGREE * 180 / math.pi


class PlaceGrid:
    """Places sorted into cells, so that a question costs the cells around it and not the world."""

    def __init__(self, places: Sequence[Place | None]) -> None:
        """Sort places into cells; one that is None is near nothing."""
        self._lat: Floats = np.array([place.lat if place else np.nan for place in places])
        self._lon: Floats = np.array([place.lon if place else np.nan for place in places])
        self._cells: dict[tuple[int, int], list[int]] = {}
        for number, place in enumerate(places):
            if place is not None:
                self._cells.setdefault((_row(place.lat), _column(place.lon)), []).append(number)

    def in_square(self, center: Place, *, side_m: float) -> Ints:
        """Return the numbers of the places within the square of ``side_m`` metres around ``center``, sorted, int64.

        The square's sides run north-south and east-west; it may cross the date line.
        """
        half_lat = side_m / 2 / METRES_PER_DEGREE
        shrink = math.cos(math.radians(min(90.0, abs(center.lat))))
        half_lon = min(180.0, half_lat / shrink) if shrink > 1e-9 else 180.0
        near = [number for cell in _cells_around(center, half_lat, half_lon) for number in self._cells.get(cell, ())]
        numbers = np.array(sorted(near), np.int64)
        east = (self._lon[numbers] - center.lon + 180) % 360 - 180
        inside = (np.abs(self._lat[numbers] - center.lat) <= half_lat) & (np.abs(east) <= half_lon)
        found: Ints = numbers[inside]
        return found


def _row(lat: float) -> int:
    return min(_ROWS - 1, int((lat + 90) / _CELL_DEGREES))


def _column(lon: float) -> int:
    return int((lon + 180) / _CELL_DEGREES) % _COLUMNS


def _cells_around(center: Place, half_lat: float, half_lon: float) -> Iterator[tuple[int, int]]:
    rows = range(_row(max(-90.0, center.lat - half_lat)), _row(min(90.0, center.lat + half_lat)) + 1)
    first = math.floor((center.lon - half_lon + 180) / _CELL_DEGREES)
    last = math.floor((center.lon + half_lon + 180) / _CELL_DEGREES)
    columns = sorted({column % _COLUMNS for column in range(first, min(last, first + _COLUMNS - 1) + 1)})
    for row in rows:
        for column in columns:
            yield row, column
