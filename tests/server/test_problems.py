"""Errors as problem+json: a status that fits, words that help, and nothing of the disk in them."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from landmarq.errors import CatalogError, InputError, LibraryError, PackError, StorageError
from landmarq.server.problems import Problem, answer_problems

ERRORS = {
    "input": (InputError("/home/ann/secret/a.jpg can't be read"), 422),
    "catalog": (CatalogError("~/secret/table.csv has no column"), 422),
    "windows": (InputError(r"C:\Users\ann\secret.jpg can't be read"), 422),
    "pack": (PackError("/home/ann/secret is damaged"), 422),
    "storage": (StorageError("no space left in /home/ann/secret"), 503),
    "library": (LibraryError("/home/ann/secret/library.sqlite is damaged"), 503),
    "os": (OSError(28, "No space left on device", "/home/ann/secret"), 500),
    "bug": (KeyError("/home/ann/secret"), 500),
}


@pytest.fixture
def client() -> TestClient:
    app = FastAPI()
    answer_problems(app)

    @app.get("/fail/{name}")
    def fail(name: str) -> None:
        if name == "words":
            raise InputError("2 photos: teach a landmark from 3 or a few more")
        if name == "full":
            raise Problem(429, "too many", retry_after_s=7)
        raise ERRORS[name][0]

    return TestClient(app, raise_server_exceptions=False)


@pytest.mark.parametrize("name", list(ERRORS))
def test_no_place_on_the_disk_is_in_an_error(client: TestClient, name: str) -> None:
    answer = client.get(f"/fail/{name}")
    assert answer.status_code == ERRORS[name][1]
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json()) == {"type", "title", "status", "detail"}
    for word in ("secret", "ann", "Traceback"):
        assert word not in answer.text


def test_words_that_help_come_through(client: TestClient) -> None:
    assert client.get("/fail/words").json()["detail"] == "2 photos: teach a landmark from 3 or a few more"
    full = client.get("/fail/full")
    assert (full.status_code, full.headers["retry-after"], full.json()["title"]) == (429, "7", "Too Many Requests")
    assert client.get("/nowhere").json()["status"] == 404
    assert client.post("/fail/words").json()["title"] == "Method Not Allowed"
