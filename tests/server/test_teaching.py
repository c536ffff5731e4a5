"""Teaching on the pages: a preview, what is contested, what is forgotten."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from fastapi.testclient import TestClient

from server_toys import albums, yellow_ids


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


def test_two_photos_are_too_few(client: TestClient) -> None:
    answer = client.post("/v1/teach/preview", json={"name": "House", "photos": yellow_ids(client)[:2]})
    assert answer.status_code == 422
    assert "2 photos" in answer.json()["detail"]
