"""The borderline photos: their answers, and the page in a real browser."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from toys import paint_photo

pytest.importorskip("fastapi", reason="needs the extra serve")
pytest.importorskip("playwright", reason="needs playwright")

from fastapi import FastAPI
from fastapi.testclient import TestClient
from playwright.sync_api import Browser

from browser_toys import SIZES, no_sideways_scroll, watched
from landmarq.cleaning.answers import Answers
from landmarq.errors import CatalogError
from landmarq.server import ServeConfig
from landmarq.server.borderline import Judging, Question, Questions
from landmarq.server.picking import Picked, Proposal, picking_app
from server_toys import running

HOST = "http://127.0.0.1"
LANDMARKS = (("tower", "Tower <b>"), ("dome", "Dome"), ("bridge", "Bridge"))


def questions(folder: Path) -> Questions:
    """Four photos of the tower, perhaps; one that is asked about last is gone."""
    sure = (paint_photo(folder / "sure.jpg", "red"),)
    asked = []
    for at in range(4):
        file = paint_photo(folder / f"{at}.jpg", "orange") if at < 3 else folder / "gone.jpg"
        asked.append(Question(f"photos/{at}.jpg", "tower", file, 0.5, (2, 1), sure))
    return Questions(tuple(asked), LANDMARKS)


class Judge:
    """Hands the questions out and counts how often it was asked."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.calls, self.problem = folder, 0, ""

    def __call__(self) -> Questions:
        self.calls += 1
        if self.problem:
            raise CatalogError(self.problem)
        return questions(self.folder)


def make_app(folder: Path, judge: Judge, config: ServeConfig | None = None) -> FastAPI:
    files = (paint_photo(folder / "t.jpg", "red"), paint_photo(folder / "u.jpg", "red"))
    picked = Picked(folder / "references.csv", [])
    asks = (Judging(judge, picked.rows), Answers(folder / "answers.csv"))
    proposals = [Proposal("tower", "Tower <b>", tuple(map(str, files)), files)]
    return picking_app(proposals, picked, thumbnail=Path.read_bytes, borderline=asks, config=config)


def saved(folder: Path) -> list[tuple[str, ...]]:
    with (folder / "answers.csv").open(newline="") as stream:
        return [tuple(row.values()) for row in csv.DictReader(stream)]


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    return Judge(tmp_path)


@pytest.fixture
def client(tmp_path: Path, judge: Judge) -> TestClient:
    return TestClient(make_app(tmp_path, judge), base_url=HOST, headers={"Origin": HOST}, follow_redirects=False)


def begin(client: TestClient) -> str:
    """Wait until the questions are made, and return where the page leads."""
    for _ in range(200):
        answer = client.get("/borderline")
        if answer.status_code == 303:
            return answer.headers["location"]
        assert "http-equiv" in answer.text, answer.text
        time.sleep(0.02)
    raise AssertionError("the questions never came")


def test_answers_are_saved_at_once_and_one_comes_back_where_one_stopped(client: TestClient, tmp_path: Path) -> None:
    assert begin(client) == "/borderline/0"
    assert client.post("/borderline/0/shows/0").json() == {"answer": "tower", "answered": 1}
    assert client.post("/borderline/1/shows/-1").json() == {"answer": "", "answered": 2}
    assert client.post("/borderline/2/shows/2").json() == {"answer": "bridge", "answered": 3}
    rows = [("photos/0.jpg", "tower", "tower"), ("photos/1.jpg", "tower", ""), ("photos/2.jpg", "tower", "bridge")]
    assert saved(tmp_path) == rows
    assert begin(client) == "/borderline/3"
    assert client.post("/borderline/1/shows/-1").json() == {"answer": None, "answered": 2}
    assert saved(tmp_path) == [rows[0], rows[2]]
    assert begin(client) == "/borderline/1"


def test_changed_references_judge_anew_and_the_same_do_not(client: TestClient, judge: Judge) -> None:
    begin(client)
    begin(client)
    assert judge.calls == 1
    client.post("/landmark/0/pick/0")
    begin(client)
    assert judge.calls == 2


def test_what_keeps_it_from_judging_is_told(client: TestClient, judge: Judge) -> None:
    judge.problem = "pick references first"
    for _ in range(200):
        text = client.get("/borderline").text
        if "http-equiv" not in text:
            break
        time.sleep(0.02)
    assert "pick references first" in text


def test_names_are_text_and_what_is_not_there_is_not_found(client: TestClient) -> None:
    assert client.get("/borderline/0").headers["location"] == "/borderline"
    begin(client)
    assert "Is this Tower &lt;b&gt;?" in client.get("/borderline/0").text
    assert "That was the last" in client.get("/borderline/4").text
    assert client.get("/borderline/0/photo/1").headers["content-type"] == "image/jpeg"
    for path in ("/borderline/5", "/borderline/-1", "/borderline/0/photo/2", "/borderline/3/photo/0"):
        assert client.get(path).status_code == 404
    for path in ("/borderline/0/shows/3", "/borderline/0/shows/-2", "/borderline/9/shows/0"):
        assert client.post(path).status_code == 404


def test_another_site_may_not_answer(client: TestClient, tmp_path: Path) -> None:
    begin(client)
    assert client.post("/borderline/0/shows/0", headers={"Origin": "https://evil.example"}).status_code == 403
    assert not (tmp_path / "answers.csv").exists()


@pytest.fixture
def address(tmp_path: Path, judge: Judge) -> Iterator[str]:
    """The page, served."""
    config = ServeConfig(port=0)
    with running(make_app(tmp_path, judge, config), config) as at:
        yield at


@pytest.mark.parametrize("size", list(SIZES))
def test_one_key_answers_a_photo_in_a_browser(browser: Browser, address: str, tmp_path: Path, size: str) -> None:
    with watched(browser, address, size) as page:
        page.goto("/")
        # From the references to the photos after them, by keys alone.
        for key in ("1", "2", "Enter"):
            page.keyboard.press(key)
        page.wait_for_url("**/borderline/0")
        no_sideways_scroll(page)
        assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")
        page.keyboard.press("k")
        page.wait_for_url("**/borderline/1")
        page.keyboard.press("1")
        page.wait_for_url("**/borderline/2")
        page.get_by_role("button", name="Drop").click()
        page.wait_for_url("**/borderline/3")
    with watched(browser, address, size) as page:
        page.goto("/borderline")  # closed and opened again: it goes on where it was
        page.wait_for_url("**/borderline/3")
        page.select_option("#another", label="Dome")
        page.wait_for_url("**/borderline/4")
    shows = [row[-1] for row in saved(tmp_path)]
    assert shows == ["tower", "bridge", "", "dome"]
