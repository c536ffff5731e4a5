"""Files that the server hands out: exports, pictures, references with their credit, and none besides."""

from __future__ import annotations

import csv
import dataclasses
import io
import os
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree as XML

import pytest
from fastapi.testclient import TestClient

from landmarq.photos.pictures import decode_jpeg
from landmarq.recognize import Recognizer
from landmarq.server.service import Parts
from server_toys import ServeParts, album_ids, pictured_pack
from toys import Painter


def test_the_nearest_references_of_a_pack_are_shown_with_their_credit(
    parts: Parts, tmp_path: Path, serve_parts: ServeParts
) -> None:
    pack = pictured_pack(tmp_path / "pack")
    client = serve_parts(dataclasses.replace(parts, recognizer=Recognizer([pack])))
    tower = album_ids(client)["tower 1.jpg"]
    page = client.get(f"/photos/{tower}").text
    # Three references of the tower: the one without a licence has no picture; of the two others the redder is first.
    shown = re.findall(r"/media/references/(\d)\.jpg\?landmark=red_tower", page)
    assert shown == ["2", "0"]
    assert "Ann &lt;b&gt;, CC BY 4.0" in page
    picture = client.get("/media/references/2.jpg?landmark=red_tower")
    assert (picture.headers["content-type"], picture.content) == ("image/jpeg", b"picture 2")
    for gone in ("1.jpg?landmark=red_tower", "2.jpg?landmark=blue_bridge", "2.jpg?landmark=nowhere"):
        assert client.get(f"/media/references/{gone}").status_code == 404
    assert client.get("/media/references/../secret.jpg?landmark=red_tower").status_code == 404


def test_exports(client: TestClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/exports/albums.csv").content.decode("utf-8-sig"))))
    assert [row["name"] for row in rows if row["id"] == "red_tower"] == ["tower 1.jpg", "tower 2.jpg", "tower 3.jpg"]
    points = client.get("/exports/albums.geojson").json()["features"]
    assert {point["properties"]["id"]: point["geometry"]["coordinates"] for point in points}["red_tower"] == [
        12.5,
        41.9,
    ]
    names = [
        each.text for each in XML.fromstring(client.get("/exports/albums.kml").content).iter() if "name" in each.tag
    ]
    assert "Red Tower" in names
    archive = zipfile.ZipFile(io.BytesIO(client.get("/exports/albums.zip").content))
    assert archive.testzip() is None
    assert "Rome/Red Tower/tower 1.jpg" in archive.namelist()
    assert all(".." not in name and "<" not in name for name in archive.namelist())
    one = zipfile.ZipFile(io.BytesIO(client.get("/exports/albums.zip?landmark=green_dome").content))
    assert one.namelist() == ["Paris/Green Dome/dome.jpg"]
    assert client.get("/exports/albums.zip?landmark=nowhere").status_code == 404


def test_pictures_are_small_upright_and_without_exif(client: TestClient, ids: dict[str, str]) -> None:
    thumbnail = client.get(f"/media/{ids['dome.jpg']}/thumbnail.jpg").content
    preview = client.get(f"/media/{ids['dome.jpg']}/preview.jpg").content
    assert decode_jpeg(preview).shape == (160, 120, 3)
    assert decode_jpeg(thumbnail).shape[0] > decode_jpeg(thumbnail).shape[1]
    assert b"Exif" not in thumbnail + preview
    layer = client.get(f"/media/{ids['dome.jpg']}/why.png?landmark=green_dome")
    assert layer.content.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "address", ["/static/../server.py", "/static/%2e%2e%2fconfig.py", "/media/../../etc/passwd/preview.jpg"]
)
def test_traversal_leads_nowhere(client: TestClient, address: str) -> None:
    assert client.get(address).status_code in {404, 422}


@pytest.mark.skipif(not hasattr(os, "symlink") or os.name == "nt", reason="needs symbolic links")
def test_a_link_out_of_the_library_is_not_followed(
    client: TestClient, ids: dict[str, str], photos: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "secret.jpg"
    (photos / "dome.jpg").rename(outside)
    (photos / "dome.jpg").symlink_to(outside)
    assert client.get(f"/media/{ids['dome.jpg']}/preview.jpg").status_code == 404
    assert (
        "Paris/Green Dome/dome.jpg"
        not in zipfile.ZipFile(io.BytesIO(client.get("/exports/albums.zip").content)).namelist()
    )


def test_a_changed_file_is_not_shown_as_the_photo(client: TestClient, ids: dict[str, str], paint: Painter) -> None:
    paint("photos/dome.jpg", "white")
    assert client.get(f"/media/{ids['dome.jpg']}/preview.jpg").status_code == 404
