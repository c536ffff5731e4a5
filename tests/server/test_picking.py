"""The page for picking references: its answers, and the page itself in a real browser."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from toys import paint_photo

pytest.importorskip("fastapi", reason="needs the extra serve")
pytest.importorskip("playwright", reason="needs playwright")

from fastapi.testclient import TestClient
from playwright.sync_api import Browser

from browser_toys import SIZES, no_sideways_scroll, watched
from landmarq.server import ServeConfig
from landmarq.server.picking import Picked, Proposal, picking_app
from server_toys import running

HOST = "http://127.0.0.1"


def proposals(folder: Path) -> list[Proposal]:
    """Two landmarks with seven photos each; the name of one tries to be HTML."""
    found = []
    for id_, name, colour in (("tower", "Tower <b>", "red"), ("dome", "Dome", "green")):
        files = tuple(paint_photo(folder / f"{id_}{at}.jpg", colour) for at in range(7))
        found.append(Proposal(id_, name, tuple(map(str, files)), files))
    return found


def saved(folder: Path) -> list[tuple[str, str]]:
    with (folder / "references.csv").open(newline="") as stream:
        return [(Path(row["path"]).name, row["landmark"]) for row in csv.DictReader(stream)]


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    picked = Picked(tmp_path / "references.csv", [])
    app = picking_app(proposals(tmp_path), picked, thumbnail=Path.read_bytes)
    return TestClient(app, base_url=HOST, headers={"Origin": HOST}, follow_redirects=False)


def test_every_pick_is_saved_at_once_and_can_be_taken_back(client: TestClient, tmp_path: Path) -> None:
    assert client.post("/landmark/0/pick/2").json() == {"picked": [2]}
    assert saved(tmp_path) == [("tower2.jpg", "tower")]
    assert client.post("/landmark/0/pick/0").json() == {"picked": [0, 2]}
    assert client.post("/landmark/0/pick/2").json() == {"picked": [0]}
    assert saved(tmp_path) == [("tower0.jpg", "tower")]


def test_one_comes_back_where_one_stopped(client: TestClient) -> None:
    assert client.get("/").headers["location"] == "/landmark/0"
    client.post("/landmark/0/pick/1")
    assert client.get("/").headers["location"] == "/landmark/1"


def test_references_that_were_there_stay(tmp_path: Path) -> None:
    shown = proposals(tmp_path)
    picked = Picked(tmp_path / "references.csv", [("/elsewhere/a.jpg", "other"), (shown[0].paths[3], "tower")])
    client = TestClient(picking_app(shown, picked, thumbnail=Path.read_bytes), base_url=HOST, headers={"Origin": HOST})
    client.post("/landmark/1/pick/0")
    assert saved(tmp_path) == [("a.jpg", "other"), ("tower3.jpg", "tower"), ("dome0.jpg", "dome")]


def test_names_are_text_and_what_is_not_there_is_not_found(client: TestClient) -> None:
    assert "Tower &lt;b&gt;" in client.get("/landmark/0").text
    assert client.get("/photo/0/0").headers["content-type"] == "image/jpeg"
    for path in ("/landmark/2", "/landmark/-1", "/photo/0/7", "/photo/0/-1"):
        assert client.get(path).status_code == 404
    assert client.post("/landmark/0/pick/9").status_code == 404


def test_a_photo_that_is_gone_is_not_found(client: TestClient, tmp_path: Path) -> None:
    (tmp_path / "tower3.jpg").unlink()
    assert client.get("/photo/0/3").status_code == 404


def test_another_site_may_not_pick(client: TestClient, tmp_path: Path) -> None:
    assert client.post("/landmark/0/pick/0", headers={"Origin": "https://evil.example"}).status_code == 403
    assert not (tmp_path / "references.csv").exists()


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The page, served."""
    picked, config = Picked(tmp_path / "references.csv", []), ServeConfig(port=0)
    app = picking_app(proposals(tmp_path), picked, thumbnail=Path.read_bytes, config=config)
    with running(app, config) as at:
        yield at


@pytest.mark.parametrize("size", list(SIZES))
def test_six_keys_pick_a_landmark_in_a_browser(browser: Browser, address: str, tmp_path: Path, size: str) -> None:
    with watched(browser, address, size) as page:
        page.goto("/")
        for key in ("1", "3", "4", "6", "7", "Enter"):
            page.keyboard.press(key)
        page.wait_for_url("**/landmark/1")
        page.locator("main button").nth(1).click()
        page.wait_for_selector('main button[aria-pressed="true"]')
        no_sideways_scroll(page)
    assert saved(tmp_path) == [(f"tower{at}.jpg", "tower") for at in (0, 2, 3, 5, 6)] + [("dome1.jpg", "dome")]
