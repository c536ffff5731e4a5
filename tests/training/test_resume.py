"""A run that is killed and started again ends with the very weights of one that nobody disturbed."""

from __future__ import annotations

import dataclasses
import json
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

RUN = "from landmarq.cli.train import command; command()"


def as_toml(config: TrainConfig) -> str:
    """Write a recipe as TOML: one table a part, JSON's values being TOML's here."""
    values = dataclasses.asdict(config)
    stages = values.pop("stages")
    plain = {key: value for key, value in values.items() if not isinstance(value, dict)}
    lines = [f"{key} = {json.dumps(value)}" for key, value in plain.items()]
    for name, table in values.items():
        if isinstance(table, dict):
            lines.append(f"[{name}]")
            lines += [f"{key} = {json.dumps(value)}" for key, value in table.items() if value is not None]
    for stage in stages:
        lines.append("[[stages]]")
        lines += [f"{key} = {json.dumps(value)}" for key, value in stage.items()]
    return "\n".join(lines)


def kill_within_an_epoch(command: list[str], folder: Path, *, epoch: int) -> None:
    """Start a training and kill it, without a chance to tidy up, once it has a checkpoint inside ``epoch``."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        until = time.monotonic() + 120
        while time.monotonic() < until and process.poll() is None:
            try:
                position = read_json(folder / "checkpoint.json")["position"]
            except ArtifactError:
                position = {"epoch": -1, "step": 0}
            if position["epoch"] >= epoch and position["step"] > 0:
                break
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL


@pytest.mark.parametrize("optimiser", ["sgd", "adamw"])
def test_killed_and_resumed_equals_undisturbed(
    optimiser: str, tiny: TrainConfig, small_world: Path, tmp_path: Path
) -> None:
    kind = OptimiserConfig(kind="adamw" if optimiser == "adamw" else "sgd", backbone_rate=0.003)
    config = dataclasses.replace(
        tiny,
        precision="bf16",
        ema=0.9,
        optimiser=kind,
        stages=(StageConfig("world", ("europe", "asia"), epochs=6),),
        machine=MachineConfig(device="cpu", workers=1, checkpoint_minutes=0),
    )
    (tmp_path / "recipe.toml").write_text(as_toml(config))
    catalog, run = small_world / "photos.csv", tmp_path / "killed"
    stage = run / "stage-1-world"
    command = [sys.executable, "-c", RUN, str(catalog), "--config", str(tmp_path / "recipe.toml"), "-o", str(run)]
    kill_within_an_epoch(command, stage, epoch=2)
    assert not (stage / "model.safetensors").exists()

    # It goes on with another number of readers: those must not count.
    train(catalog, dataclasses.replace(config, machine=MachineConfig(device="cpu", workers=0)), out=run)
    train(catalog, config, out=tmp_path / "undisturbed")
    undisturbed = tmp_path / "undisturbed" / "stage-1-world"
    assert (stage / "model.safetensors").read_bytes() == (undisturbed / "model.safetensors").read_bytes()
    assert read_json(stage / "stage.json")["history"] == read_json(undisturbed / "stage.json")["history"]
