"""Painted photos, and runs of the main job on them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from albums_toys import Runs
from landmarq.photos import PhotoReader, ReadLimits
from toys import LANDMARKS, Painter


@pytest.fixture(scope="module")
def reader() -> Iterator[PhotoReader]:
    with PhotoReader(ReadLimits(workers=1)) as opened:
        yield opened


@pytest.fixture
def photos(paint: Painter, tmp_path: Path) -> Path:
    paint("photos/2019/tower.jpg", "red", taken="2019:07:14 10:00:00")
    paint("photos/2019/tower again.png", "red")
    paint("photos/dome.jpg", "green", taken="2020:01:01 08:00:00", place=LANDMARKS[1].place)
    paint("photos/nothing.jpg", "yellow")
    (tmp_path / "photos" / "broken.jpg").write_bytes(b"no photo")
    (tmp_path / "photos" / "clip.mp4").write_bytes(b"x")
    return tmp_path / "photos"


@pytest.fixture
def run(tmp_path: Path, reader: PhotoReader) -> Runs:
    return Runs(tmp_path / "out", reader)
