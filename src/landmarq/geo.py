"""Places on the Earth: squares around a photo, and the landmarks within them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from landmarq.types import Flags, Floats, Ints, Place

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
        there = np.flatnonzero(~np.isnan(self._lat))
        for number, row, column in zip(there, _rows(self._lat[there]), _columns(self._lon[there]), strict=True):
            self._cells.setdefault((int(row), int(column)), []).append(int(number))

    def in_square(self, center: Place, *, side_m: float) -> Ints:
        """Return the numbers of the places within the square of ``side_m`` metres around ``center``, sorted, int64.

        The square's sides run north-south and east-west; it may cross the date line.
        """
        ((_, numbers, inside),) = self.in_squares([center], side_m=side_m)
        found: Ints = numbers[inside[0]]
        return found

    def in_squares(self, centers: Sequence[Place], *, side_m: float) -> Iterator[tuple[Ints, Ints, Flags]]:
        """Yield, for all centers of one cell at a time, which places lie within the square around each.

        Yields:
            The centers' numbers (n,), the numbers of the places around their cell (m,), sorted, and which of these
            lie in the square of which center, (n, m).
        """
        lat, lon = (np.array([getattr(center, name) for center in centers]) for name in ("lat", "lon"))
        cell = _rows(lat) * _COLUMNS + _columns(lon)
        order = np.argsort(cell, kind="stable")
        for members in np.split(order, np.flatnonzero(np.diff(cell[order])) + 1):
            if len(members):
                numbers, inside = self._around(lat[members], lon[members], side_m / 2 / METRES_PER_DEGREE)
                yield members.astype(np.int64), numbers, inside

    def _around(self, lat: Floats, lon: Floats, half_lat: float) -> tuple[Ints, Flags]:
        """Return the places around centers of one cell, and which lie in which square."""
        shrink = np.cos(np.radians(np.abs(lat)))
        half_lon = np.where(shrink > 1e-9, np.minimum(180.0, half_lat / np.maximum(shrink, 1e-9)), 180.0)
        near = [number for cell in _cells_around(lat, lon, half_lat, half_lon) for number in self._cells.get(cell, ())]
        numbers = np.array(sorted(near), np.int64)
        east = (self._lon[numbers] - lon[:, None] + 180) % 360 - 180
        inside = (np.abs(self._lat[numbers] - lat[:, None]) <= half_lat) & (np.abs(east) <= half_lon[:, None])
        return numbers, inside


def _rows(lat: Floats) -> Ints:
    rows: Ints = np.minimum(_ROWS - 1, ((lat + 90) / _CELL_DEGREES).astype(np.int64))
    return rows


def _columns(lon: Floats) -> Ints:
    columns: Ints = ((lon + 180) / _CELL_DEGREES).astype(np.int64) % _COLUMNS
    return columns


def _cells_around(lat: Floats, lon: Floats, half_lat: float, half_lon: Floats) -> Iterator[tuple[int, int]]:
    """Yield the cells that the squares around some centers touch."""
    south, north = _rows(np.array([max(-90.0, lat.min() - half_lat), min(90.0, lat.max() + half_lat)]))
    first = math.floor((float((lon - half_lon).min()) + 180) / _CELL_DEGREES)
    last = math.floor((float((lon + half_lon).max()) + 180) / _CELL_DEGREES)
    columns = sorted({column % _COLUMNS for column in range(first, min(last, first + _COLUMNS - 1) + 1)})
    for row in range(int(south), int(north) + 1):
        for column in columns:
            yield row, column
