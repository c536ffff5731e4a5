"""A small pack, photos that it knows and does not know, and the packs' words on the command line."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from landmarq.bulk import Engine
from landmarq.gallery import build_gallery
from landmarq.pack import Pack, PackInfo, Thresholds
from landmarq.photos import PhotoView, read_photo
from landmarq.runtime import open_network
from landmarq.workspace.bulk import open_engine
from toys import LANDMARKS, paint_photo

RIGHT_ENOUGH = Thresholds(0.98, 0.9, 0.9)


@pytest.fixture(scope="session")
def pack(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack for the tiny model that knows a red, a green and a blue photo."""
    folder = tmp_path_factory.mktemp("pack")
    network = open_network(tiny_model, precision="float32")
    photos = {}
    for landmark, colour in zip(LANDMARKS, ("red", "green", "blue"), strict=True):
        path = paint_photo(folder / f"{colour}.png", colour)
        photos[landmark.id] = network.embed(read_photo(path, PhotoView(32)).pixels[None])
    gallery = build_gallery(list(photos), photos=photos, references=photos, background=np.empty((0, 8), np.float32))
    sets = dict.fromkeys(("strict", "normal", "loose"), RIGHT_ENOUGH)
    Pack(PackInfo("colours", network.info.fingerprint, sets), LANDMARKS, gallery).save(folder)
    return folder


@pytest.fixture(scope="session")
def opener(pack: Path, tiny_model: Path) -> Callable[[], Engine]:
    """What opens the tiny model and its pack in any process."""
    return partial(open_engine, (pack,), model=tiny_model, precision="float32")
