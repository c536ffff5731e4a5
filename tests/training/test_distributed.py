"""Two processes that torchrun starts train as one."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from landmarq.artifacts import read_json
from landmarq.errors import ConfigError
from landmarq.training.config import ScheduleConfig, StageConfig, TrainConfig
from landmarq.training.curriculum import train
from landmarq.training.distributed import process_group
from training_toys import as_toml

SCRIPT = "from landmarq.cli import main\nmain()\n"


def test_two_gloo_processes_give_the_weights_of_one(tiny: TrainConfig, small_world: Path, tmp_path: Path) -> None:
    # With batch statistics fixed a step does not depend on how its photos are shared out; the center loss is strong
    # enough here that centers moved by one process alone would show.
    config = dataclasses.replace(
        tiny,
        network=dataclasses.replace(tiny.network, frozen_statistics="all"),
        head=dataclasses.replace(tiny.head, center_weight=0.01),
        stages=(StageConfig("world", ("europe", "asia")),),
        schedule=ScheduleConfig(epochs=2),
    )
    world = shutil.copytree(small_world, tmp_path / "world")
    (world / "photos" / "gate-2.jpg").write_bytes(b"this is no photo")
    (tmp_path / "recipe.toml").write_text(as_toml(config))
    (tmp_path / "run.py").write_text(SCRIPT)
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    arguments = ["train", str(world / "photos.csv"), "--config", str(tmp_path / "recipe.toml")]
    command = [*torchrun, str(tmp_path / "run.py"), *arguments, "-o", str(tmp_path / "two")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stderr.count("skipped: ") == 1, "whichever process reads the corrupt photo names it"
    assert done.stderr.count("world: epoch 1/2") == 1, "one process speaks"

    train(world / "photos.csv", config, out=tmp_path / "one")
    one, two = (tmp_path / name / "stage-1-world" for name in ("one", "two"))
    histories = [read_json(stage / "stage.json")["history"] for stage in (one, two)]
    assert [record["photos"] for record in histories[1]] == [40, 40], "every readable photo once an epoch"
    losses = [[record["loss"] for record in history] for history in histories]
    assert losses[1] == pytest.approx(losses[0], rel=1e-4)
    weights, others = load_file(one / "model.safetensors"), load_file(two / "model.safetensors")
    assert weights.keys() == others.keys()
    assert np.abs(weights["centers.points"]).max() > 0.1
    for name, values in weights.items():
        np.testing.assert_allclose(others[name], values, rtol=1e-3, atol=1e-4, err_msg=name)


def test_alone_there_is_nothing_to_add_up() -> None:
    with process_group("cpu") as group:
        assert (group.rank, group.world, group.leads) == (0, 1, True)
        assert group.sum(torch.tensor(2.5)).item() == 2.5
        group.wait()


def test_cuda_where_there_is_none_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    with pytest.raises(ConfigError, match="finds no CUDA device"), process_group("cuda"):
        pass
