"""Packs opened together with their model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from landmarq.errors import PackError
from landmarq.gallery import build_gallery
from landmarq.pack import Pack, PackInfo, Thresholds
from landmarq.runtime import open_network
from landmarq.workspace import open_system
from toys import LANDMARKS


def test_a_pack_whose_vectors_are_not_its_models_is_refused(tiny_model: Path, tmp_path: Path) -> None:
    network = open_network(tiny_model, precision="float32")
    longer = np.eye(network.info.dimension + 1, dtype=np.float32)[:1]
    gallery = build_gallery(["red_tower"], photos={"red_tower": longer}, references={}, background=longer[:0])
    sets = dict.fromkeys(("strict", "normal", "loose"), Thresholds(0.5, 0.5, 0.5))
    Pack(PackInfo("long", network.info.fingerprint, sets), LANDMARKS[:1], gallery).save(tmp_path)
    with pytest.raises(PackError, match="long is damaged: its vectors"):
        open_system([tmp_path], model=tiny_model)
