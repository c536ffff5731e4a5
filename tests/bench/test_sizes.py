"""The benchmarks of galleries and libraries at sizes that a test has time for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from landmarq.bench.galleries import GalleriesConfig, measure_galleries
from landmarq.bench.libraries import LibrariesConfig, NoNetwork, measure_library
from landmarq.bench.made_photos import natural_noise


def test_a_gallery_is_built_from_stored_vectors(tmp_path: Path) -> None:
    steps = []
    table = measure_galleries(
        GalleriesConfig(landmarks=5, photos=20, largest=60),
        folder=tmp_path,
        progress=lambda done, total: steps.append((done, total)),
    )
    found, built, largest = table.rows
    assert found[1] == 100
    assert 18 <= int(str(built[1])) <= 20  # four views each; one may have a single photo, which makes no cluster
    assert int(str(largest[1])) == 5
    assert steps[-1] == (5, 5)


def test_a_library_decides_all_once_and_then_what_changed(tmp_path: Path) -> None:
    table = measure_library(LibrariesConfig(photos=300, landmarks=4), folder=tmp_path)
    decided = {str(row[0]): row[2] for row in table.rows}
    assert decided == {
        "first decisions": 300,
        "nothing changed": 0,
        "a new pack": 300,
        "the old pack again": 300,
        "albums listed, for pages and search": None,
        "albums, pages written": 0,
        "albums, unchanged": 0,
    }


def test_an_unchanged_library_never_asks_the_network() -> None:
    pixels = natural_noise(np.random.default_rng(0), 32)[None]
    with pytest.raises(RuntimeError, match="1 photos"):
        NoNetwork().embed(pixels)


@pytest.mark.parametrize("size", ["landmarks", "photos", "largest"])
def test_an_empty_gallery_is_refused(size: str) -> None:
    with pytest.raises(ValueError, match="needs landmarks"):
        GalleriesConfig(**{size: 0})
