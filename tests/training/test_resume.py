"""A run that is killed and started again ends with the very weights of one that nobody disturbed."""

from __future__ import annotations

import dataclasses
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from landmarq.artifacts import read_json
from landmarq.errors import ArtifactError
from landmarq.training.config import MachineConfig, OptimiserConfig, StageConfig, TrainConfig
from landmarq.training.curriculum import train
from training_toys import Listener, as_toml

RUN = "from landmarq.cli import main; main()"


def signal_within_an_epoch(command: list[str], stage: Path, *, epoch: int, number: signal.Signals) -> tuple[int, str]:
    """Start a training and signal it once it has a checkpoint inside ``epoch``; return its exit code and words."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        until = time.monotonic() + 120
        while time.monotonic() < until and process.poll() is None:
            try:
                position = read_json(stage / "checkpoint.json")["position"]
            except ArtifactError:
                position = {"epoch": -1, "step": 0}
            if position["epoch"] >= epoch and position["step"] > 0:
                break
            time.sleep(0.005)
        process.send_signal(number)
        _, said = process.communicate()
        return process.returncode, said


@pytest.fixture
def recipe(tiny: TrainConfig) -> TrainConfig:
    return dataclasses.replace(
        tiny,
        precision="bf16",
        ema=0.9,
        stages=(StageConfig("world", ("europe", "asia"), epochs=4),),
        machine=MachineConfig(device="cpu", workers=1, checkpoint_minutes=0),
    )


@pytest.mark.parametrize(("optimiser", "number"), [("sgd", signal.SIGTERM), ("adamw", signal.SIGKILL)])
def test_stopped_and_resumed_equals_undisturbed(
    optimiser: str, number: signal.Signals, recipe: TrainConfig, small_world: Path, tmp_path: Path, listener: Listener
) -> None:
    kind = OptimiserConfig(kind="adamw" if optimiser == "adamw" else "sgd", backbone_rate=0.003)
    config = dataclasses.replace(recipe, optimiser=kind)
    (tmp_path / "recipe.toml").write_text(as_toml(config))
    catalog, run = small_world / "photos.csv", tmp_path / "stopped"
    stage = run / "stage-1-world"
    arguments = ["train", str(catalog), "--config", str(tmp_path / "recipe.toml"), "-o", str(run)]
    code, said = signal_within_an_epoch([sys.executable, "-c", RUN, *arguments], stage, epoch=1, number=number)
    if number == signal.SIGKILL:
        assert code == -signal.SIGKILL
    else:
        assert code == 130
        assert "the same command goes on from here" in said
    assert not (stage / "model.safetensors").exists()

    # It goes on with another number of readers: that must not count.
    quick = dataclasses.replace(config, machine=MachineConfig(device="cpu", workers=0))
    train(catalog, quick, out=run, reporter=listener)
    assert listener.saying("goes on after step")
    train(catalog, quick, out=tmp_path / "undisturbed")
    undisturbed = tmp_path / "undisturbed" / "stage-1-world"
    assert (stage / "model.safetensors").read_bytes() == (undisturbed / "model.safetensors").read_bytes()
    assert read_json(stage / "stage.json")["history"] == read_json(undisturbed / "stage.json")["history"]
