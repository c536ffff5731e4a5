"""The HTTP API: answers, problems, bounds."""

from __future__ import annotations

import dataclasses
import io
import json
import os
import re
import time
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from landmarq.explain import Explainer
from landmarq.server.service import Parts
from server_toys import EVIL, Serve, ServeParts, toy_explainer


def jpeg(colour: str, *, size: tuple[int, int] = (64, 48)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG", quality=95)
    return out.getvalue()


def upload(client: TestClient, *photos: tuple[str, bytes], **fields: str) -> Any:
    return client.post("/v1/recognize", files=[("photo", photo) for photo in photos], data=fields)


def test_several_photos_are_answered_in_their_order(client: TestClient) -> None:
    answer = upload(client, ("a.jpg", jpeg("red")), ("b.jpg", b"no photo"), ("c.jpg", jpeg("yellow")))
    assert answer.status_code == 200
    red, broken, yellow = answer.json()["photos"]
    assert (red["name"], red["landmarks"][0]["id"]) == ("a.jpg", "red_tower")
    assert set(red) == {"name", "landmarks", "score", "best", "place_used", "reason"}
    assert broken == {"name": "b.jpg", "error": "damaged: not a picture"}
    assert yellow["landmarks"] == []
    assert yellow["score"] < 0
    assert "nothing is near enough" in yellow["reason"]


def test_a_place_restricts_the_candidates(client: TestClient) -> None:
    [rome] = upload(client, ("a.jpg", jpeg("red")), lat="41.9", lon="12.5").json()["photos"]
    assert rome["place_used"] is True
    assert rome["landmarks"][0]["id"] == "red_tower"
    [sea] = upload(client, ("a.jpg", jpeg("red")), lat="0", lon="0").json()["photos"]
    assert (sea["landmarks"], sea["best"], sea["score"]) == ([], None, None)


@pytest.mark.parametrize(
    "fields", [{"lat": "41.9"}, {"lat": "91", "lon": "0"}, {"lat": "nan", "lon": "0"}, {"lat": "x"}]
)
def test_a_place_that_is_none_is_refused(client: TestClient, fields: dict[str, str]) -> None:
    answer = upload(client, ("a.jpg", jpeg("red")), **fields)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert "lat and lon" in answer.json()["detail"]


def test_uploads_without_a_photo_are_problems(client: TestClient) -> None:
    assert client.post("/v1/recognize", data={"photo": "text"}).status_code == 422
    assert client.post("/v1/recognize", content=b"{}").status_code == 422
    headers = {"content-type": "multipart/form-data; boundary=x"}
    assert client.post("/v1/recognize", content=b"--x\r\nrubbish", headers=headers).status_code in {400, 422}
    assert client.post("/v1/recognize", content=b"", headers={"content-type": "multipart/form-data"}).status_code == 422


def test_bounds_on_photos_and_bytes(serve: Serve) -> None:
    client = serve(max_photos=2, max_body_mb=1)
    assert upload(client, *[("a.jpg", jpeg("red"))] * 3).status_code == 400
    answer = upload(client, ("a.jpg", bytes(2**20 + 1)))
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")

    def endless() -> Any:
        for _ in range(40):
            yield bytes(2**16)

    headers = {"content-type": "multipart/form-data; boundary=x"}
    assert client.post("/v1/recognize", content=endless(), headers=headers).status_code in {400, 413}


def test_a_full_queue_sends_away_with_a_time_to_come_back(serve: Serve) -> None:
    client = serve(max_queue=2)
    with client.app.state.service.batcher.places(1):  # as when another request's photo is being worked on
        answer = upload(client, *[("a.jpg", jpeg("red"))] * 2)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1
    assert upload(client, *[("a.jpg", jpeg("red"))] * 2).status_code == 200
    assert upload(client, *[("a.jpg", jpeg("red"))] * 3).status_code == 400  # would never have room
    assert "landmarq_refused_total 1.0" in client.get("/metrics").text


def test_too_many_uploads_at_once_are_sent_away(serve: Serve) -> None:
    client = serve(max_uploads=1)
    uploads = client.app.state.service.uploads
    with uploads._place():  # as when another request's photos are arriving
        assert upload(client, ("a.jpg", jpeg("red"))).status_code == 429
    assert upload(client, ("a.jpg", jpeg("red"))).status_code == 200
    assert "landmarq_refused_total 1.0" in client.get("/metrics").text


def test_what_requests_hold_is_bounded(serve: Serve) -> None:
    client = serve(max_held_mb=1)
    assert upload(client, ("a.jpg", bytes(2**20))).status_code == 413  # would never have room
    uploads = client.app.state.service.uploads
    with uploads._holding(2**19):  # as when another request is being worked on
        assert upload(client, ("a.jpg", bytes(700_000))).status_code == 429
    for _ in range(4):  # what was answered is free again
        assert upload(client, ("a.jpg", bytes(700_000))).status_code == 200

    def without_length() -> Any:
        yield b"--x--"

    headers = {"content-type": "multipart/form-data; boundary=x"}
    with uploads._holding(1):
        refused = client.post("/v1/recognize", content=without_length(), headers=headers)
    assert refused.status_code == 429  # it may grow as large as a request may
    assert int(refused.headers["retry-after"]) >= 1


def test_huge_pictures_are_that_photos_error(client: TestClient) -> None:
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    [answer] = upload(client, ("huge.png", out.getvalue())).json()["photos"]
    assert "pixels are more than are decoded" in answer["error"]


def test_landmarks_albums_and_photos(client: TestClient, ids: dict[str, str]) -> None:
    known = client.get("/v1/landmarks").json()["landmarks"]
    assert {"red_tower", "green_dome", "blue_bridge"} == {each["id"] for each in known}
    value = client.get("/v1/albums").json()
    assert [city["city"] for city in value["cities"]] == ["Paris", "Rome", "Sydney"]
    assert (value["photos"], value["unreadable"]) == (9, 1)
    photo = client.get(f"/v1/photos/{ids['dome.jpg']}").json()
    assert photo["landmarks"][0]["id"] == "green_dome"
    assert photo["recognised"]["place_used"] is True
    assert (photo["width"], photo["height"]) == (120, 160)
    assert client.get("/v1/photos/" + "0" * 64).status_code == 404
    assert client.get("/v1/photos/nonsense").status_code == 422


def test_explanations_sum_to_the_similarity(client: TestClient, ids: dict[str, str]) -> None:
    value = client.get(f"/v1/photos/{ids['tower 1.jpg']}/explanations?landmark=red_tower").json()
    [explanation] = value["explanations"]
    assert sum(map(sum, explanation["cells"])) == pytest.approx(explanation["similarity"], abs=1e-5)
    photo = client.get(f"/v1/photos/{ids['tower 1.jpg']}").json()
    assert explanation["similarity"] == pytest.approx(photo["landmarks"][0]["similarity"], abs=1e-5)
    assert client.get(f"/v1/photos/{ids['tower 1.jpg']}/explanations?landmark=nowhere").status_code == 404


def test_the_explainer_is_opened_when_it_is_first_asked(
    parts: Parts, serve_parts: ServeParts, ids: dict[str, str], client: TestClient
) -> None:
    client.__exit__(None, None, None)  # one server at a time holds a library
    opened = []

    def open_explainer() -> Explainer:
        opened.append(toy_explainer())
        return opened[-1]

    asked = serve_parts(dataclasses.replace(parts, open_explainer=open_explainer))
    for address in ("/", "/landmarks/red_tower", f"/photos/{ids['tower 1.jpg']}", f"/v1/photos/{ids['tower 1.jpg']}"):
        assert asked.get(address).status_code == 200
    assert upload(asked, ("a.jpg", jpeg("red"))).status_code == 200
    assert opened == []
    for name in ("tower 1.jpg", "tower 2.jpg"):
        assert asked.get(f"/v1/photos/{ids[name]}/explanations?landmark=red_tower").status_code == 200
    assert len(opened) == 1


def test_health_and_metrics(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok"}
    upload(client, ("a.jpg", jpeg("red")), ("b.jpg", b"no"))
    text = client.get("/metrics").text
    assert 'landmarq_photos_total{outcome="landmark"} 1.0' in text
    assert 'landmarq_photos_total{outcome="unreadable"} 1.0' in text
    assert 'landmarq_similarity_count{accepted="true"} 1.0' in text
    assert 'landmarq_requests_total{route="/v1/recognize",status="200"} 1.0' in text
    assert client.get("/v1/photos/" + "0" * 64).status_code == 404
    assert client.get("/nowhere").status_code == 404
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
    later = client.get("/metrics").text
    assert 'landmarq_requests_total{route="/v1/photos/{id}",status="404"} 1.0' in later
    assert 'landmarq_requests_total{route="",status="404"} 1.0' in later
    assert 'landmarq_requests_total{route="",status="400"} 1.0' in later
    assert re.search(r'landmarq_info\{model="[^"]+",precision="float32",runtime="[^"]+",version="[^"]+"\} 1.0', text)
    for stage in ("receive", "decode", "queue", "network", "decide", "answer"):
        assert f'landmarq_stage_seconds_count{{stage="{stage}"}} 1.0' in text


def test_a_server_that_recognises_nothing_any_more_is_not_ready(client: TestClient) -> None:
    batcher = client.app.state.service.batcher  # type: ignore[attr-defined]  # of the app, which is one of ours
    batcher._task.get_loop().call_soon_threadsafe(batcher._task.cancel)
    while batcher.is_running:
        time.sleep(0.01)
    answer = client.get("/readyz")
    assert (answer.status_code, "start the server again" in answer.json()["detail"]) == (503, True)
    assert client.get("/healthz").status_code == 200


def test_no_path_of_the_disk_leaves(client: TestClient, ids: dict[str, str], tmp_path: Path) -> None:
    pages = ["/", "/doubtful", "/teach", "/library", "/landmarks/red_tower", f"/photos/{ids['dome.jpg']}"]
    api = [
        "/v1/albums",
        f"/v1/photos/{ids['dome.jpg']}",
        "/exports/albums.csv",
        "/exports/albums.geojson",
        "/openapi.json",
    ]
    for address in [*pages, *api, "/v1/photos/" + "0" * 64, "/nowhere"]:
        text = client.get(address).text
        assert str(tmp_path) not in text
        assert "photos/tower" not in text


def test_names_with_html_are_text(client: TestClient, ids: dict[str, str]) -> None:
    for address in ("/landmarks/blue_bridge", f"/photos/{ids[EVIL]}", "/teach"):
        text = client.get(address, headers={"accept": "text/html"}).text
        assert "<img src=x" not in text
        assert "&lt;img src=x" in text
    [answer] = upload(client, (EVIL, b"no")).json()["photos"]
    assert answer["name"] == EVIL


def test_openapi_names_problems_and_examples(client: TestClient) -> None:
    value = client.get("/openapi.json").json()
    text = json.dumps(value)
    assert "ProblemBody" in value["components"]["schemas"]
    assert "HTTPValidationError" not in text
    assert "Eiffel Tower" in text


def test_awkward_files_one_by_one(client: TestClient) -> None:
    beside = Path(__file__).parents[3] / "shared" / "photos"
    folder = Path(os.environ.get("LANDMARQ_PHOTOS", beside)).parent / "awkward"
    if not folder.is_dir():
        pytest.skip("needs the awkward files beside the real photos")
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        answer = upload(client, (path.name, path.read_bytes()))
        assert answer.status_code == 200, path
        [found] = answer.json()["photos"]
        assert found["name"] == path.name
        assert ("error" in found) != ("reason" in found)
    assert client.get("/readyz").status_code == 200
