"""Bursts by capture time; exports that other programs read and strangers' names can't harm."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as XML

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmarq.albums import (
    Album,
    AlbumPhoto,
    City,
    albums_csv,
    albums_geojson,
    albums_kml,
    albums_zip,
    bursts,
    link_albums,
)
from landmarq.embed import StoredPhoto
from landmarq.types import Landmark, Place

START = datetime(2020, 1, 1, 12)


def photo(number: int, taken: datetime | None, path: str = "") -> AlbumPhoto:
    stored = StoredPhoto(number, f"{number:064x}", 4, 3, taken, Place(1.5, 2.5), ())
    return AlbumPhoto(stored, (path or f"/photos/{number}.jpg",), (("tower", 0.5),), 0.1)


def album(*photos: AlbumPhoto, name: str = "Tower", city: str = "Rome") -> City:
    landmark = Landmark("tower", name, city, "Italy", "europe", Place(41.9, 12.5))
    return City(city, "Italy", (Album(landmark, tuple((each, 0.5) for each in photos)),))


@given(st.lists(st.integers(0, 60), max_size=12), st.integers(0, 3))
def test_bursts_are_the_gaps_of_ten_seconds(seconds: list[int], without: int) -> None:
    times: list[datetime | None] = [START + timedelta(seconds=each) for each in sorted(seconds)]
    photos = [(photo(number, taken), 0.5) for number, taken in enumerate([*times, *[None] * without])]
    groups = bursts(photos)
    assert [each for group in groups for each in group.photos] == photos
    gaps = sum(later - earlier > 10 for earlier, later in zip(sorted(seconds), sorted(seconds)[1:], strict=False))
    assert len(groups) == (gaps + 1 if seconds else 0) + without


def test_the_best_of_a_burst_is_most_similar_and_zones_do_not_matter() -> None:
    one, two, three = photo(1, START), photo(2, START.replace(tzinfo=UTC)), photo(3, START)
    [burst] = bursts([(one, 0.4), (two, 0.9), (three, None)])
    assert burst.best is two


def test_table_is_safe_in_a_spreadsheet() -> None:
    text = albums_csv([album(photo(1, START, "/photos/=cmd().jpg"), name='=HYPERLINK("x")')])
    [row] = csv.DictReader(io.StringIO(text))
    assert row["landmark"] == '\'=HYPERLINK("x")'
    assert row["name"] == "'=cmd().jpg"
    assert (row["taken"], row["lat"], row["similarity"]) == ("2020-01-01T12:00:00", "1.5", "0.5")


def test_maps_name_their_points() -> None:
    cities = [album(photo(1, START), name="Tower <& \x01 Son")]
    assert albums_geojson(cities)["features"][0]["geometry"] == {"type": "Point", "coordinates": [12.5, 41.9]}
    kml = XML.fromstring(albums_kml(cities))
    texts = [each.text for each in kml.iter() if each.text and each.text.strip()]
    assert "Tower <& \ufffd Son" in texts
    assert "12.5,41.9,0" in texts


@pytest.mark.parametrize("name", ["../../evil", "a/b\\c", "..", "CON:", " . ", "x" * 400])
def test_no_name_leads_out_of_the_zip(name: str) -> None:
    cities = [
        album(
            photo(1, START, "/p/a.jpg"),
            photo(2, START, "/q/A.jpg"),
            photo(3, START, "/r/gone.jpg"),
            name=name,
            city=name,
        )
    ]
    data = b"".join(albums_zip(cities, open_file=lambda path: None if "gone" in path else path.encode()))
    archive = zipfile.ZipFile(io.BytesIO(data))
    names = archive.namelist()
    assert len({each.casefold() for each in names}) == 2
    for each in names:
        parts = each.split("/")
        assert len(parts) == 3
        assert not {"", ".", ".."} & set(parts)
        assert all(len(part) <= 120 for part in parts)
    assert archive.read(names[1]) == b"/q/A.jpg"


def test_albums_of_one_name_lose_no_photo_in_the_zip() -> None:
    cities = [album(photo(1, START, "/p/a.jpg")), album(photo(2, START, "/q/A.JPG"), photo(3, START, "/r/noname"))]
    archive = zipfile.ZipFile(io.BytesIO(b"".join(albums_zip([*cities, *cities], open_file=str.encode))))
    files = {name: archive.read(name) for name in archive.namelist()}
    assert files == {
        "Rome/Tower/a.jpg": b"/p/a.jpg",
        "Rome/Tower/A 2.JPG": b"/q/A.JPG",
        "Rome/Tower/noname": b"/r/noname",
        "Rome/Tower/a 3.jpg": b"/p/a.jpg",
        "Rome/Tower/A 4.JPG": b"/q/A.JPG",
        "Rome/Tower/noname 2": b"/r/noname",
    }


def test_links_lead_to_the_photos(tmp_path: Path) -> None:
    original = tmp_path / "a.jpg"
    original.write_bytes(b"x")
    cities = [album(photo(1, START, str(original)))]
    try:
        assert link_albums(cities, tmp_path / "links") == 1
    except OSError:
        pytest.skip("this system makes no links here")
    assert (tmp_path / "links" / "Rome" / "Tower" / "a.jpg").read_bytes() == b"x"
    assert link_albums(cities, tmp_path / "links") == 0


def test_every_photo_has_a_link_also_where_names_are_the_same_and_new_ones_come(tmp_path: Path) -> None:
    paths = [tmp_path / folder / "a.jpg" for folder in "pqr"]
    for path in paths:
        path.parent.mkdir()
        path.write_text(path.parent.name)
    first, second, third = (photo(number, START, str(path)) for number, path in enumerate(paths))
    try:
        assert link_albums([album(second), album(third)], tmp_path / "links") == 2
    except OSError:
        pytest.skip("this system makes no links here")
    assert link_albums([album(first, second), album(third)], tmp_path / "links") == 1
    assert {each.read_text() for each in (tmp_path / "links" / "Rome" / "Tower").iterdir()} == {"p", "q", "r"}
    (tmp_path / "links" / "Rome" / "Tower" / "a 2.jpg").unlink()
    (tmp_path / "links" / "Rome" / "Tower" / "a 2.jpg").write_text("a person's own")
    assert link_albums([album(third)], tmp_path / "links") == 1  # beside what lies there
