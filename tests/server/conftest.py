"""A library of painted photos, and servers of it: in this process, and as a real one."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="needs the extra: pip install 'landmarq[serve]'")

from fastapi.testclient import TestClient

from landmarq.albums import Library, make_albums
from landmarq.photos import PhotoReader, ReadLimits
from landmarq.server.app import create_app
from landmarq.server.config import ServeConfig
from landmarq.server.service import Parts
from server_toys import EVIL, Serve, ServeParts, serving, toy_explainer, toy_recognizer
from toys import LANDMARKS, Painter, ToyNetwork


@pytest.fixture(scope="session")
def reader() -> Iterator[PhotoReader]:
    with PhotoReader(ReadLimits(workers=1, timeout_s=20)) as opened:
        yield opened


@pytest.fixture
def photos(paint: Painter, tmp_path: Path) -> Path:
    """Two towers of one moment and one of another day, a dome, a yellow house four times, and an evil name."""
    paint("photos/tower 1.jpg", "#f00505", size=(160, 120), taken="2019:07:14 10:00:00")
    paint("photos/tower 2.jpg", "#f00a0a", size=(160, 120), taken="2019:07:14 10:00:04")
    paint("photos/tower 3.jpg", "#f01010", size=(160, 120), taken="2021:05:01 09:00:00")
    paint("photos/dome.jpg", "#008000", size=(120, 160), taken="2020:01:01 08:00:00", place=LANDMARKS[1].place)
    for number in range(4):
        paint(f"photos/yellow {number}.png", f"#f0f0{4 * number:02x}", size=(64, 48 + number))
    paint(f"photos/{EVIL}", "#0000f0")
    (tmp_path / "photos" / "broken.jpg").write_bytes(b"no photo")
    return tmp_path / "photos"


@pytest.fixture
def library(photos: Path, tmp_path: Path, reader: PhotoReader) -> Path:
    with Library(tmp_path / "library") as opened:
        make_albums(opened, [photos], network=ToyNetwork(), recognizer=toy_recognizer(), reader=reader)
    return tmp_path / "library"


@pytest.fixture
def parts(library: Path, reader: PhotoReader) -> Parts:
    return Parts(library, ToyNetwork(), toy_recognizer(), reader, toy_explainer)


@pytest.fixture
def serve_parts() -> Iterator[ServeParts]:
    """Start an app in this process: ``serve_parts(parts, max_queue=2)``; it ends with the test."""
    with contextlib.ExitStack() as opened:

        def started(parts: Parts, **options: object) -> TestClient:
            config = ServeConfig(**options)  # type: ignore[arg-type]  # a test's own options
            app = create_app(parts, config)
            client = TestClient(app, base_url="http://localhost:8090", raise_server_exceptions=False)
            return opened.enter_context(client)

        yield started


@pytest.fixture
def serve(parts: Parts, serve_parts: ServeParts) -> Serve:
    """Start the app of the library of painted photos: ``serve(max_queue=2)``."""
    return functools.partial(serve_parts, parts)


@pytest.fixture
def client(serve: Serve) -> TestClient:
    opened: TestClient = serve()
    return opened


@pytest.fixture
def ids(client: TestClient) -> dict[str, str]:
    """Ids of the library's photos by file name: those in albums."""
    value = client.get("/v1/albums").json()
    landmarks = [landmark for city in value["cities"] for landmark in city["landmarks"]]
    return {photo["name"]: photo["id"] for landmark in landmarks for photo in landmark["photos"]}


@pytest.fixture
def address(parts: Parts) -> Iterator[str]:
    """A server in a thread, on a port of its own."""
    with serving(parts) as opened:
        yield opened
