"""Settings and fixtures of all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from toys import Painter, ToyNetwork, paint_photo, write_tiny_model

if TYPE_CHECKING:
    from playwright.sync_api import Browser

settings.register_profile("landmarq", derandomize=True, deadline=None, max_examples=60, database=None)
settings.load_profile("landmarq")


@pytest.fixture(scope="session")
def real_photos() -> Path:
    """The folder of real photos, which is not part of the project; tests that need it are skipped without it."""
    beside = Path(__file__).parents[2] / "shared" / "photos"
    folder = Path(os.environ.get("LANDMARQ_PHOTOS", beside))
    if not (folder / "photos.csv").is_file():
        pytest.skip("needs the real photos: set LANDMARQ_PHOTOS to their folder")
    return folder


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep a test's caches out of the person's."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def toy_network() -> ToyNetwork:
    """A network whose vectors one can foresee: see ``ToyNetwork``."""
    return ToyNetwork()


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder with a real, very small network."""
    return write_tiny_model(tmp_path_factory.mktemp("model"))


@pytest.fixture
def paint(tmp_path: Path) -> Painter:
    """Write small photos of one colour each: ``paint("folder/a.jpg", "red")``."""

    def painted(name: str, colour: str, **options: Any) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return paint_photo(path, colour, **options)

    return painted


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser."""
    from playwright.sync_api import sync_playwright

    from browser_toys import ARGUMENTS, CHROMIUM

    if CHROMIUM is None:
        pytest.skip("needs the browser chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()
