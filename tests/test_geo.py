from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmarq.geo import METRES_PER_DEGREE, PlaceGrid, distance_m
from landmarq.types import Place

PLACES = st.builds(Place, st.floats(-90, 90), st.floats(-180, 180))


def test_distances_known_from_a_map() -> None:
    eiffel, louvre = Place(48.8584, 2.2945), Place(48.8606, 2.3376)
    assert distance_m(eiffel, louvre) == pytest.approx(3164, abs=15)
    assert distance_m(Place(0, 179.999), Place(0, -179.999)) == pytest.approx(0.002 * METRES_PER_DEGREE, rel=1e-6)


@given(one=PLACES, other=PLACES)
def test_distance_is_symmetric_and_at_most_half_way_round(one: Place, other: Place) -> None:
    there = distance_m(one, other)
    assert there == pytest.approx(distance_m(other, one))
    assert 0 <= there <= 180 * METRES_PER_DEGREE * (1 + 1e-9)


@given(center=PLACES, places=st.lists(PLACES, max_size=30), side_m=st.floats(10, 200_000))
def test_the_grid_finds_what_a_look_at_every_place_finds(center: Place, places: list[Place], side_m: float) -> None:
    assert PlaceGrid(places).in_square(center, side_m=side_m).tolist() == _in_square(places, center, side_m)


@given(
    center=PLACES,
    steps=st.lists(st.tuples(st.floats(-0.02, 0.02), st.floats(-0.05, 0.05)), max_size=20),
)
def test_the_grid_finds_what_is_near(center: Place, steps: list[tuple[float, float]]) -> None:
    places = [
        Place(max(-90, min(90, center.lat + north)), (center.lon + east + 180) % 360 - 180) for north, east in steps
    ]
    assert PlaceGrid(places).in_square(center, side_m=1000).tolist() == _in_square(places, center, 1000)


def test_a_square_across_the_date_line() -> None:
    grid = PlaceGrid([Place(0, 179.999), Place(0, -179.999), Place(0, 179.9), None])
    assert grid.in_square(Place(0, 180), side_m=1000).tolist() == [0, 1]


def test_half_a_side_to_the_north_is_in_and_more_is_out() -> None:
    half = 500 / METRES_PER_DEGREE
    grid = PlaceGrid([Place(10 + half * 0.999, 20), Place(10 + half * 1.001, 20)])
    assert grid.in_square(Place(10, 20), side_m=1000).tolist() == [0]


def test_a_place_must_be_on_the_earth() -> None:
    for lat, lon in ((91, 0), (0, 181), (float("nan"), 0)):
        with pytest.raises(ValueError, match=r"place|finite"):
            Place(lat, lon)


def _in_square(places: list[Place], center: Place, side_m: float) -> list[int]:
    import math

    half_lat = side_m / 2 / METRES_PER_DEGREE
    shrink = math.cos(math.radians(abs(center.lat)))
    half_lon = min(180.0, half_lat / shrink) if shrink > 1e-9 else 180.0
    return [
        number
        for number, place in enumerate(places)
        if abs(place.lat - center.lat) <= half_lat and abs((place.lon - center.lon + 180) % 360 - 180) <= half_lon
    ]


@given(
    centers=st.lists(PLACES, max_size=12),
    steps=st.lists(st.tuples(st.floats(-0.05, 0.05), st.floats(-0.05, 0.05)), max_size=12),
    side_m=st.sampled_from([1000.0, 30_000.0]),
)
def test_many_squares_at_once_are_the_squares_one_by_one(
    centers: list[Place], steps: list[tuple[float, float]], side_m: float
) -> None:
    places = [
        Place(max(-90, min(90, center.lat + north)), (center.lon + east + 180) % 360 - 180)
        for center, (north, east) in zip(centers, steps, strict=False)
    ]
    found = {}
    for rows, numbers, inside in PlaceGrid(places).in_squares(centers, side_m=side_m):
        found.update({int(row): numbers[flags].tolist() for row, flags in zip(rows, inside, strict=True)})
    assert found == {row: _in_square(places, center, side_m) for row, center in enumerate(centers)}
