"""Local features of made-up photos: landmarks are textures, others are textures too."""

from __future__ import annotations

import pytest

from landmarq.local_features import LocalFeatures, root_sift
from textured import view


@pytest.fixture(scope="session")
def database() -> tuple[list[LocalFeatures], list[str]]:
    """Two views each of four landmarks named by their texture."""
    features = [root_sift(view(seed, turn=turn)) for seed in range(4) for turn in (-8, 8)]
    return features, [str(seed) for seed in range(4) for _ in range(2)]
