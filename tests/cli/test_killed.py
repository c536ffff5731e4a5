"""``kill -9`` at any moment costs only time: the next run ends as an undisturbed one would."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from landmarq.gallery import build_gallery
from landmarq.pack import Pack, PackInfo, Thresholds
from landmarq.photos import PhotoView, read_photo
from landmarq.runtime import open_network
from toys import LANDMARKS

PHOTOS = 400


@pytest.fixture(scope="module")
def library(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Photos of noise, a pack of which about a third are landmarks, and the words of the command."""
    root = tmp_path_factory.mktemp("killed")
    rng = np.random.default_rng(3)
    (root / "photos").mkdir()
    for number in range(PHOTOS):
        pixels = rng.integers(0, 256, (1, 3, 3), np.uint8).repeat(48, 0).repeat(64, 1)
        Image.fromarray(pixels.reshape(48, -1, 3)).save(root / "photos" / f"{number:03}.png")
    network = open_network(tiny_model, precision="float32")
    files = sorted((root / "photos").iterdir())[:3]
    photos = {
        landmark.id: network.embed(read_photo(file, PhotoView(32)).pixels[None])
        for landmark, file in zip(LANDMARKS, files, strict=True)
    }
    gallery = build_gallery(list(photos), photos=photos, references=photos, background=np.empty((0, 8), np.float32))
    sets = dict.fromkeys(("strict", "normal", "loose"), Thresholds(0.98, 0.9, 0.9))
    Pack(PackInfo("noise", network.info.fingerprint, sets), LANDMARKS, gallery).save(root / "pack")
    return ["albums", str(root / "photos"), "--pack", str(root / "pack"), "--model", str(tiny_model)]


def start(words: list[str], out: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "landmarq", *words, "-o", str(out)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def albums_json(out: Path) -> object:
    return json.loads((out / "albums.json").read_text())


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="kill -9 is of Unix")
def test_killed_at_random_moments(library: list[str], tmp_path: Path) -> None:
    began = time.monotonic()
    assert start(library, tmp_path / "undisturbed").wait(timeout=300) == 0
    seconds = time.monotonic() - began
    expected = albums_json(tmp_path / "undisturbed")
    rng = np.random.default_rng(5)
    killed = 0
    while killed < 5:
        process = start(library, tmp_path / "killed")
        time.sleep(rng.uniform(0.1, 0.95) * seconds)
        if process.poll() is not None:  # it was quicker: what it left is no library of a killed run
            shutil.rmtree(tmp_path / "killed")
            continue
        os.killpg(process.pid, 9)
        process.wait()
        killed += 1
    assert start(library, tmp_path / "killed").wait(timeout=300) == 0
    assert albums_json(tmp_path / "killed") == expected
    assert not list((tmp_path / "killed").glob(".*.part"))
    assert {p.name for p in (tmp_path / "killed" / "thumbs").iterdir()} == {
        p.name for p in (tmp_path / "undisturbed" / "thumbs").iterdir()
    }
