from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from PIL import Image

from landmarq.photos.decode import open_photo
from landmarq.photos.exif import CameraData, orientation, read_camera_data
from landmarq.types import Place
from toys import Painter

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def camera_data(path: Path) -> CameraData:
    return read_camera_data(opened(path), now=NOW)


def opened(path: Path) -> Image.Image:
    return open_photo(path.read_bytes(), name=path, at_least=8).image


def written(
    tmp_path: Path,
    *,
    main: dict[int, object] | None = None,
    gps: dict[int, object] | None = None,
    details: dict[int, object] | None = None,
) -> CameraData:
    exif = Image.Exif()
    exif.update(main or {})
    exif.get_ifd(0x8825).update(gps or {})
    exif.get_ifd(0x8769).update(details or {})
    Image.new("RGB", (8, 8)).save(tmp_path / "a.jpg", exif=exif)
    return camera_data(tmp_path / "a.jpg")


@pytest.mark.parametrize("place", [Place(48.8584, 2.2945), Place(-33.8568, 151.2153), Place(-22.9519, -43.2105)])
def test_time_and_place_are_read(place: Place, paint: Painter) -> None:
    data = camera_data(paint("a.jpg", "red", place=place, taken="2019:07:14 21:30:05"))
    assert data.taken == datetime(2019, 7, 14, 21, 30, 5)
    assert data.place is not None
    assert (data.place.lat, data.place.lon) == pytest.approx((place.lat, place.lon), abs=1e-5)
    assert data.notes == ()


def test_a_zone_is_kept_where_the_camera_wrote_one(tmp_path: Path) -> None:
    data = written(tmp_path, details={0x9003: "2019:07:14 21:30:05", 0x9011: "-05:30"})
    assert data.taken == datetime(2019, 7, 14, 21, 30, 5, tzinfo=timezone(timedelta(hours=-5, minutes=-30)))


def test_other_times_serve_where_the_original_is_missing(tmp_path: Path) -> None:
    assert written(tmp_path, main={0x0132: "2001:02:03 04:05:06"}).taken == datetime(2001, 2, 3, 4, 5, 6)


@pytest.mark.parametrize("text", ["2031:01:01 00:00:00", "1801:01:01 00:00:00", "2019:13:41 99:00:00", "yesterday"])
def test_nonsense_times_are_ignored_with_a_reason(text: str, tmp_path: Path) -> None:
    data = written(tmp_path, details={0x9003: text})
    assert data.taken is None
    assert "capture time ignored" in data.notes[0]


@pytest.mark.parametrize("text", ["0000:00:00 00:00:00", "    :  :     :  :  "])
def test_a_time_that_was_never_set_is_absent(text: str, tmp_path: Path) -> None:
    assert written(tmp_path, details={0x9003: text}).taken is None


@pytest.mark.parametrize(
    "gps",
    [
        {1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)},
        {1: "N", 2: (95.0, 0.0, 0.0), 3: "E", 4: (10.0, 0.0, 0.0)},
        {1: "N", 2: (48.0, 51.0, 30.0)},
    ],
)
def test_nonsense_places_are_ignored_with_a_reason(gps: dict[int, object], tmp_path: Path) -> None:
    data = written(tmp_path, gps=gps)
    assert data.place is None
    assert "GPS ignored" in data.notes[0]


def test_broken_exif_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    Image.new("RGB", (8, 8)).save(path, exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    assert camera_data(path).taken is None
    assert orientation(opened(path)) == 1
