"""The model card tells of the model that ships, and of no other."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from landmarq.artifacts import file_fingerprint, fingerprint, read_json

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "benchmarks" / "model_card.py"
CARD, FIGURES = ROOT / "docs" / "model-card.md", ROOT / "docs" / "figures" / "starter.json"
AGAIN = "evaluate the shipped pack, then run benchmarks/model_card.py with its report"


def test_the_card_is_what_its_script_makes_of_the_shipped_model_and_its_figures() -> None:
    spec = importlib.util.spec_from_file_location("model_card", SCRIPT)
    assert spec
    assert spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    model, kept = read_json(ROOT / "src/landmarq/starter/model/model.json"), read_json(FIGURES)
    assert kept["model"] == model["fingerprint"], AGAIN
    assert kept["pack"] == script.pack_fingerprint(), AGAIN
    card = CARD.read_text(encoding="utf-8")
    assert card == script.written(card, model, kept), AGAIN
    assert "photos/" not in FIGURES.read_text(), "no names of photos"


@pytest.mark.parametrize(("model", "pack"), [("another", "own"), ("own", "another")])
def test_figures_of_another_model_or_pack_are_refused(model: str, pack: str, tmp_path: Path) -> None:
    copied = tmp_path / "benchmarks" / "model_card.py"
    copied.parent.mkdir()
    for script in (SCRIPT, SCRIPT.with_name("marked_pages.py")):
        (copied.parent / script.name).write_text(script.read_text())
    starter = tmp_path / "src" / "landmarq" / "starter"
    (starter / "model").mkdir(parents=True)
    (starter / "model" / "model.json").write_text('{"fingerprint": "own"}')
    for name in ("gallery.safetensors", "landmarks.csv", "pack.json"):
        (starter / name).write_text(name)
    own = fingerprint([file_fingerprint(file) for file in sorted(starter.iterdir()) if file.is_file()])
    kept = {"model": model, "pack": own if pack == "own" else pack}
    (tmp_path / "docs" / "figures").mkdir(parents=True)
    (tmp_path / "docs" / "figures" / "starter.json").write_text(json.dumps(kept))
    done = subprocess.run([sys.executable, str(copied)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "of another model or pack" in done.stderr
    assert "Traceback" not in done.stderr
