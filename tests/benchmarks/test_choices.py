"""The tables of the gallery's choices: on vectors whose outcome one can foresee."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from landmarq.catalog import CatalogRow
from landmarq.embed import CatalogVectors
from toys import LANDMARKS, unit_vectors

ROOT = Path(__file__).parents[2]
PHOTOS = 20


@pytest.fixture(scope="module")
def choices() -> Any:
    """The script, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("choices", ROOT / "benchmarks" / "choices.py")
    assert spec
    assert spec.loader
    script = sys.modules["choices"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


@pytest.fixture
def world(choices: Any) -> Any:
    """Two looks of each landmark, each its own direction; photos held back that show one of them, and others."""
    rng = np.random.default_rng(0)
    looks = np.eye(16, dtype=np.float32)[:6].reshape(3, 2, 16)
    training = {each.id: np.repeat(looks[at], PHOTOS, axis=0) for at, each in enumerate(LANDMARKS)}
    strangers = unit_vectors(rng, PHOTOS, 16)
    rows = [CatalogRow(f"{at}{look}.jpg", LANDMARKS[at].id, "val") for at in range(3) for look in range(2)]
    rows += [CatalogRow(f"other{number}.jpg", "", "val_negative") for number in range(PHOTOS)]
    vectors = np.concatenate([looks.reshape(6, 16), strangers])
    judged = CatalogVectors(tuple(rows), vectors, (None,) * len(rows), ("",) * len(rows), ())
    return choices.World("model", LANDMARKS, {**training, "": unit_vectors(rng, 10, 16)}, training, judged)


def test_two_looks_are_two_centroids_until_the_diameter_holds_both(choices: Any, world: Any) -> None:
    rows = choices.galleries(world)
    shown = {(row[0], row[1]): row for row in rows}
    assert shown["0.15", "0.02"][2:4] == ["6", "100%"]
    assert shown["2", "0.02"][2:4] == ["3", "0%"]
    assert shown["0.15", "1"][2:4] == ["3", "0%"]
    assert shown["0.15", "0.02"][4:6] == ["100.0%", "100.0%"]
    assert shown["2", "0.02"][-2].startswith("+0 -")
    assert [row[-1] for row in rows].count("default") == 1


def test_the_default_background_is_the_first_row(choices: Any, world: Any) -> None:
    rows = choices.backgrounds(world)
    assert (rows[0][0], rows[0][-1]) == ("0", "default")
    assert len(rows) == 1 + len(choices.WEIGHTS) * len(choices.NEAREST)


def test_the_document_has_its_marks(choices: Any) -> None:
    page = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
    assert "cake" in choices.filled(page, "choices", "cake", by="choices.py")
