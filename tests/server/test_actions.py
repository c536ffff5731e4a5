"""What a person does on the pages: corrections, scanning."""

from __future__ import annotations

import dataclasses
import io
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from landmarq.albums import Library
from landmarq.pack import Thresholds
from landmarq.recognize import Recognizer
from landmarq.server.service import Parts
from server_toys import EVIL, Serve, ServeParts, album_ids, albums
from toys import Painter, ToyNetwork


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


def test_pages_for_people_answer_problems_as_pages(client: TestClient) -> None:
    html = {"accept": "text/html"}
    answer = client.get("/landmarks/nowhere", headers=html)
    assert answer.status_code == 404
    assert "To the albums" in answer.text
    assert client.get("/photos/nonsense", headers=html).status_code == 404
