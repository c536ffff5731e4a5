"""The curves of a run, also of one under way; and the log in the documents is what the script makes of its figures."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from landmarq.artifacts import read_json
from landmarq.config import as_mapping
from landmarq.training.config import ScheduleConfig, StageConfig, TrainConfig

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "benchmarks" / "training_curves.py"
STAGES = (StageConfig("europe", ("europe",), epochs=2), StageConfig("large", size=64, epochs=3))


def record(epoch: int, loss: float, **figures: float) -> dict[str, Any]:
    return {"epoch": epoch, "loss": loss, "photos": 40, "figures": figures}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run whose first stage is done and whose second has finished one epoch."""
    config = TrainConfig(stages=STAGES, schedule=ScheduleConfig(kind="cosine")).of_stage(STAGES[0])
    first = {"config": as_mapping(config), "history": [record(0, 4.5), record(1, 2.25, top1=0.75, sensitivity99=0.5)]}
    position = {"epoch": 1, "step": 7, "history": [record(0, 1.125, top1=0.875, sensitivity99=0.625)]}
    for name, value in (
        ("stage-1-europe/stage.json", first),
        ("stage-2-large/checkpoint.json", {"position": position}),
        ("stage-2-large.1.old/checkpoint.json", {"position": {"history": []}}),
    ):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(json.dumps(value))
    return tmp_path


def curves(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True, timeout=120, check=False
    )


def test_a_run_under_way_is_drawn_as_far_as_it_is(run: Path, tmp_path: Path) -> None:
    done = curves(str(run), "-o", str(tmp_path / "curves.png"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[2:] == [
        "| europe, 256 px | 1 of 2 | 40 | 4.500 |  |  |",
        "|  | 2 of 2 | 40 | 2.250 | 75.0 % | 50.0 % |",
        "| large, 64 px, under way | 1 of 3 | 40 | 1.125 | 87.5 % | 62.5 % |",
    ]
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_a_first_stage_under_way_has_no_recipe_yet(run: Path, tmp_path: Path) -> None:
    (run / "stage-1-europe" / "stage.json").unlink()
    done = curves(str(run), "-o", str(tmp_path / "curves.png"))
    assert done.stdout.splitlines()[2:] == ["| large, under way | 1 of ? | 40 | 1.125 | 87.5 % | 62.5 % |"]


def test_a_folder_without_an_epoch_is_one_line(tmp_path: Path) -> None:
    done = curves(str(tmp_path), "-o", str(tmp_path / "curves.png"))
    assert (done.returncode, done.stderr) == (1, f"no epoch of {tmp_path} is finished yet\n")


def test_the_log_in_the_documents_is_what_the_script_makes_of_its_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(SCRIPT.parent))
    script = importlib.import_module("training_curves")

    document = script.DOCUMENT.read_text(encoding="utf-8")
    assert document == script.written(document, read_json(script.FIGURES)["stages"])
