"""What docs/scale.md says a billion photos cost follows from measured figures and from the shipped pack."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from landmarq.artifacts import read_json
from landmarq.gallery import Gallery, open_gallery

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "benchmarks" / "scale_costs.py"
AGAIN = "run benchmarks/scale_costs.py"

MACHINE = {"processor": "slow", "cores": 2, "instructions": (), "system": "Linux", "versions": {}, "date": "2026-01-02"}
MADE = {
    "machine": MACHINE,
    "precision": "bf16",
    "photos": 10,
    "megapixels": 12,
    "file_bytes": 3e6,
    "multiply_adds": 4e9,
    "decode_ms": 20.0,
    "network_ms": 9.0,
    "rest_ms": 2.0,
    "photos_a_second": 40.0,
    "start_s": 7.0,
    "result_bytes": 2000.0,
    "vectors_a_second": 5000.0,
    "vector_bytes": 4500.0,
    "plan_us": 15.0,
    "plan_bytes": 50.0,
    "report_us": 0.6,
}
PUBLISHED = {
    "side": 128,
    "check": {"backbone": "tiny", "side": 256, "small": 1000.0, "large": 250.0, "card": "slow"},
    "cards": [{"card": "slow", "densenet169": 4000.0, "wide_resnet50_2": 2000.0}],
}


@pytest.fixture(scope="module")
def script() -> Any:
    spec = importlib.util.spec_from_file_location("scale_costs", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_document_is_what_the_script_makes_of_the_figures_and_the_shipped_pack(script: Any) -> None:
    text = script.DOCUMENT.read_text(encoding="utf-8")
    path = script.PACK / "gallery.safetensors"
    figures, published = read_json(script.FIGURES), read_json(script.CARDS)
    found = script.written(text, figures, published, open_gallery(path), size=path.stat().st_size)
    assert text == found, AGAIN


def test_costs_by_hand(script: Any) -> None:
    costs = script.Costs(MADE)
    assert (costs.floor, costs.whole) == (20 + 2 * 9 + 2, 2 * 1000 / 40)
    assert "The run is at 80 % of its floor" in script.measured(costs)
    table = script.derived(costs)
    assert "| 13,900 core-hours | 500 cores busy; 714 at 70 % load |" in table  # 10^9 x 50 / 3.6e6; 10,000 x 50 / 1000
    assert "| 14 hours |" in table
    assert "| 3.0 PB | 30 GB/s (240 Gbit/s) |" in table
    assert "| photos x 0.60 us | 10 minutes |" in table
    assert "| 2.0 TB in 1.95 million files | 1.7 TB a day |" in table
    assert "at most 57 core-hours" in script.gldv2(costs)
    assert "filled in 14 minutes" in script.gldv2(costs)
    assert "made in 1.0 minutes" in script.gldv2(costs)  # 4.13 million x 15 us
    assert "207 MB" in script.gldv2(costs)
    assert "50 GB" in script.gldv2(costs)


def test_gpu_hours_by_hand(script: Any) -> None:
    text = script.gpu(script.Costs(MADE), PUBLISHED)
    # A quarter of 4,000 is 1,000 a second: 10^6 s; 10,000 a second take ten, at 70 % load 14.3; 22 core-ms a photo.
    assert "| slow | 4,000 | 1,000 | 278 GPU-hours | 14.3 | 22 | 556 GPU-hours |" in text
    assert "has 25.0 % of its rate at 128 px (slow), where the pixels say 25.0 %" in text
    assert "6,110 core-hours at its floor" in text


def test_the_index_grows_with_landmarks(script: Any) -> None:
    vectors = np.tile(np.eye(512, dtype=np.float32)[:1], (8, 1))
    gallery = Gallery(vectors[:6], np.array([0, 0, 0, 1, 1, 1]), vectors[:4], np.array([0, 0, 1, 1]), vectors[:1])
    text = script.index(gallery, 10_000)
    assert (
        "With its 3.0 centroids and 2 references a landmark, 11,000 landmarks take 113 MB and a million 10.2 GB" in text
    )


def test_a_document_without_marks_is_told(script: Any) -> None:
    gallery = open_gallery(script.PACK / "gallery.safetensors")
    with pytest.raises(SystemExit, match="no marks for measured"):
        script.written("nothing", MADE, PUBLISHED, gallery, size=1)
