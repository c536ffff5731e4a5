"""What a person does on the pages: corrections, teaching, scanning, exports."""

from __future__ import annotations

import csv
import dataclasses
import io
import os
import re
import time
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as XML

import pytest
from fastapi.testclient import TestClient

from landmarq.albums import Library
from landmarq.pack import Thresholds
from landmarq.photos.pictures import decode_jpeg
from landmarq.recognize import Recognizer
from landmarq.server.service import Parts
from server_toys import EVIL, Serve, ServeParts, pictured_pack
from toys import Painter, ToyNetwork


def albums(client: TestClient) -> dict[str, list[str]]:
    value = client.get("/v1/albums").json()
    landmarks = [landmark for city in value["cities"] for landmark in city["landmarks"]]
    return {each["name"]: [photo["name"] for photo in each["photos"]] for each in landmarks}


def album_ids(client: TestClient) -> dict[str, str]:
    value = client.get("/v1/albums").json()
    landmarks = [landmark for city in value["cities"] for landmark in city["landmarks"]]
    return {photo["name"]: photo["id"] for landmark in landmarks for photo in landmark["photos"]}


def yellow_ids(client: TestClient) -> list[str]:
    """Ids of the yellow houses, which are in no album: from the page that one teaches on."""
    found = re.findall(r'value="([0-9a-f]{64})"[^>]*aria-label="yellow', client.get("/teach").text)
    assert len(found) == 4
    return found


def test_not_this_and_undo_take_effect_at_once(client: TestClient, ids: dict[str, str]) -> None:
    tower = ids["tower 3.jpg"]
    done = client.post("/v1/corrections/not-this", json={"photos": [tower], "landmark": "red_tower"}).json()
    assert albums(client)["Red Tower"] == ["tower 1.jpg", "tower 2.jpg"]
    assert client.get(f"/v1/photos/{tower}").json()["corrected"] == {"red_tower": False}
    client.post("/v1/corrections/undo", json=done)
    assert len(albums(client)["Red Tower"]) == 3


def test_it_is_moves_a_photo(client: TestClient, ids: dict[str, str]) -> None:
    body = {"photos": [ids["dome.jpg"]], "landmark": "blue_bridge", "instead_of": "green_dome"}
    assert client.post("/v1/corrections/it-is", json=body).status_code == 200
    assert albums(client)["Blue Bridge"] == ["dome.jpg", EVIL]
    assert "Green Dome" not in albums(client)
    assert "Blue Bridge, not Green Dome" in client.get("/library").text


@pytest.mark.parametrize(
    ("address", "body", "status"),
    [
        ("not-this", {"photos": ["0" * 64], "landmark": "red_tower"}, 404),
        ("not-this", {"photos": [], "landmark": "red_tower"}, 422),
        ("not-this", {"photos": ["../../etc/passwd"], "landmark": "red_tower"}, 404),
        ("it-is", {"photos": ["x"], "landmark": "nowhere"}, 404),
        ("undo", {"action": 99}, 422),
        ("undo", {"action": 1, "more": 1}, 422),
    ],
)
def test_corrections_of_nothing_are_problems(client: TestClient, address: str, body: Any, status: int) -> None:
    answer = client.post(f"/v1/corrections/{address}", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_corrections_last_beyond_the_server_and_reach_the_pages_on_the_disk(
    serve: Serve, ids: dict[str, str], parts: Parts, client: TestClient
) -> None:
    client.post("/v1/corrections/not-this", json={"photos": [ids[EVIL]], "landmark": "blue_bridge"})
    client.__exit__(None, None, None)
    assert "Blue Bridge" not in (parts.library / "index.html").read_text()
    assert "Blue Bridge" not in albums(serve())


def other_pack(recognizer: Recognizer, *, model: str, eta: float) -> Recognizer:
    """Return the toy's recogniser with another name, model and thresholds, as an update would bring it."""
    [pack] = recognizer.packs
    sets = dict.fromkeys(("strict", "normal", "loose"), Thresholds(eta, eta, eta))
    return Recognizer([dataclasses.replace(pack, info=dataclasses.replace(pack.info, model=model, thresholds=sets))])


@pytest.mark.parametrize("model", ["toy", "a new model"])
def test_corrections_survive_a_new_pack_a_new_model_and_a_rescan(
    parts: Parts, serve_parts: ServeParts, paint: Painter, model: str
) -> None:
    before = serve_parts(parts)
    ids = album_ids(before)
    before.post("/v1/corrections/not-this", json={"photos": [ids["tower 3.jpg"]], "landmark": "red_tower"})
    body = {"photos": [ids["dome.jpg"]], "landmark": "blue_bridge", "instead_of": "green_dome"}
    undo = before.post("/v1/corrections/it-is", json=body).json()
    wanted = albums(before)
    before.__exit__(None, None, None)

    network = ToyNetwork(model)
    recognizer = other_pack(parts.recognizer, model=network.info.fingerprint, eta=0.97)
    after = serve_parts(dataclasses.replace(parts, network=network, recognizer=recognizer))
    for address in ("/", "/doubtful", "/teach", "/library"):
        assert ("9 photos were not looked at with the model" in after.get(address).text) == (model != "toy")
    paint("photos/tower 4.jpg", "#f00f0f", size=(160, 119))
    after.post("/v1/scan/start")
    wait_for(after, "done")
    assert network.embedded == (1 if model == "toy" else 10)
    assert "not looked at" not in after.get("/").text
    wanted["Red Tower"].append("tower 4.jpg")
    assert {name: sorted(photos) for name, photos in albums(after).items()} == {
        name: sorted(photos) for name, photos in wanted.items()
    }
    assert after.post("/v1/corrections/undo", json=undo).status_code == 200
    assert albums(after)["Green Dome"] == ["dome.jpg"]


def test_teach_preview_accept_forget(client: TestClient) -> None:
    photos = yellow_ids(client)
    body = {"name": "Yellow House", "photos": photos[:3], "city": "Bern"}
    seen = client.post("/v1/teach/preview", json=body).json()
    assert seen["count"] == 4
    assert sorted(each["name"] for each in seen["entering"]) == [f"yellow {n}.png" for n in range(4)]
    assert "Yellow House" not in albums(client)
    accepted = client.post("/v1/teach/accept", json={"preview": seen["preview"]})
    assert len(albums(client)["Yellow House"]) == 4
    assert client.post("/v1/teach/accept", json={"preview": seen["preview"]}).status_code == 409
    landmark = accepted.json()["landmark"]
    assert landmark in {each["id"] for each in client.get("/v1/landmarks").json()["landmarks"] if each["taught"]}
    answer = client.get("/exports/taught.zip")
    assert f"{landmark}/pack.json" in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert client.get(f"/v1/photos/{photos[3]}/explanations?landmark={landmark}").status_code == 200
    assert f"/media/{photos[0]}/thumbnail.jpg" in client.get(f"/photos/{photos[3]}").text  # its nearest references
    assert client.post("/v1/teach/forget", json={"landmark": "red_tower"}).status_code == 404
    assert client.post("/v1/teach/forget", json={"landmark": landmark}).status_code == 200
    assert "Yellow House" not in albums(client)


@pytest.mark.parametrize(
    "change",
    [{"photos": ["0" * 64] * 3}, {"name": ""}, {"lat": 10.0}, {"lat": 99.0, "lon": 0.0}, {"photos": []}],
)
def test_poor_lessons_are_problems(client: TestClient, change: dict[str, Any]) -> None:
    body = {"name": "House", "photos": yellow_ids(client)[:3], **change}
    assert client.post("/v1/teach/preview", json=body).status_code in {404, 422}


def test_teaching_from_photos_of_a_known_landmark_says_so(client: TestClient, ids: dict[str, str]) -> None:
    towers = [ids[f"tower {number}.jpg"] for number in (1, 2, 3)]
    seen = client.post("/v1/teach/preview", json={"name": "My Tower", "photos": towers}).json()
    assert seen["alike"] == "Red Tower"
    assert sorted(each["id"] for each in seen["contested"]) == sorted(towers)
    assert all(each["teaches"] and each["albums"] == ["Red Tower"] for each in seen["contested"])
    client.post("/v1/teach/accept", json={"preview": seen["preview"]})
    assert len(albums(client)["Red Tower"]) == 3  # nothing was stolen
    assert len(albums(client)["My Tower"]) == 3
    other = {"name": "House", "photos": yellow_ids(client)[:3]}
    assert client.post("/v1/teach/preview", json=other).json()["contested"] == []


def test_contested_photos_move_where_a_person_says_so_and_come_back(client: TestClient, ids: dict[str, str]) -> None:
    towers = [ids[f"tower {number}.jpg"] for number in (1, 2, 3)]
    body = {"name": "My Tower", "photos": towers}

    def accepted(*move: str) -> Any:
        seen = client.post("/v1/teach/preview", json=body).json()
        return client.post("/v1/teach/accept", json={"preview": seen["preview"], "move": move})

    before = albums(client)
    for nothing in ("0" * 64, "nonsense", ids["dome.jpg"]):
        assert accepted(towers[0], nothing).status_code in {404, 422}
        assert albums(client) == before
    landmark = accepted(towers[0]).json()["landmark"]
    assert albums(client)["Red Tower"] == ["tower 2.jpg", "tower 3.jpg"]
    assert len(albums(client)["My Tower"]) == 3
    assert "1 photo: it is My Tower, not Red Tower" in client.get("/library").text
    client.post("/v1/teach/forget", json={"landmark": landmark})
    assert albums(client) == before


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


def test_two_photos_are_too_few(client: TestClient) -> None:
    answer = client.post("/v1/teach/preview", json={"name": "House", "photos": yellow_ids(client)[:2]})
    assert answer.status_code == 422
    assert "2 photos" in answer.json()["detail"]


def wait_for(client: TestClient, state: str) -> dict[str, Any]:
    for _ in range(600):
        status: dict[str, Any] = client.get("/v1/scan").json()
        if status["state"] == state:
            return status
        time.sleep(0.05)
    raise AssertionError(status)


def test_a_scan_finds_new_photos(client: TestClient, paint: Painter) -> None:
    assert client.get("/v1/scan").json()["state"] == "idle"
    paint("photos/new tower.jpg", "#f50505", size=(99, 60))
    client.post("/v1/scan/start")
    status = wait_for(client, "done")
    assert "1 looked into" in status["message"] or "2 looked into" in status["message"]
    assert "new tower.jpg" in albums(client)["Red Tower"]


def test_a_paused_scan_goes_on(client: TestClient, paint: Painter) -> None:
    for number in range(70):
        paint(f"photos/many/{number}.png", "#f5050a", size=(50 + number, 40))
    started = client.post("/v1/scan/start").json()
    assert started["state"] == "running"
    assert client.post("/v1/scan/pause").json()["state"] in {"paused", "done"}
    client.post("/v1/scan/start")
    wait_for(client, "done")
    assert len(albums(client)["Red Tower"]) == 73


def test_a_library_without_folders_says_so(serve: Serve, parts: Parts) -> None:
    with Library(parts.library) as library:
        library.remember_roots([], [])
    client = serve()
    assert client.post("/v1/scan/start").status_code == 409
    assert "has no folders yet" in client.get("/library").text


def test_an_empty_library_says_what_to_do(parts: Parts, serve_parts: ServeParts, tmp_path: Path) -> None:
    client = serve_parts(dataclasses.replace(parts, library=tmp_path / "empty"))
    for address in ("/", "/teach", "/library"):
        text = client.get(address).text
        assert "landmarq albums YOUR-PHOTOS" in text
        assert "Scan your folders" not in text
    assert "Nothing in doubt" in client.get("/doubtful").text
    assert "There are no albums yet" in client.get("/library").text
    assert client.get("/v1/albums").json() == {"cities": [], "photos": 0, "unreadable": 0}
    assert zipfile.ZipFile(io.BytesIO(client.get("/exports/albums.zip").content)).namelist() == []


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


def test_pages_for_people_answer_problems_as_pages(client: TestClient) -> None:
    html = {"accept": "text/html"}
    answer = client.get("/landmarks/nowhere", headers=html)
    assert answer.status_code == 404
    assert "To the albums" in answer.text
    assert client.get("/photos/nonsense", headers=html).status_code == 404
