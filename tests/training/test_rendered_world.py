"""``landmarq train`` on the sample world that comes with the project: photos, regions, a landmark table."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from click.testing import CliRunner

from landmarq.artifacts import read_json
from landmarq.catalog import read_landmarks
from landmarq.cli.train import command
from landmarq.training.config import (
    MachineConfig,
    NetworkConfig,
    SamplingConfig,
    ScheduleConfig,
    StageConfig,
    TrainConfig,
)
from training_toys import as_toml

DEMO = Path(__file__).parents[2] / "demo"
REGIONS = ("europe", "asia", "americas_oceania", "middle_east_north_africa")


@pytest.mark.skipif(not (DEMO / "truth.csv").exists(), reason="the sample world is not in this copy")
def test_the_sample_world_trains_by_region_and_learns(tiny: TrainConfig, tmp_path: Path) -> None:
    config = dataclasses.replace(
        tiny,
        data=dataclasses.replace(tiny.data, train_roles=("reference",), validation_roles=("library",)),
        network=NetworkConfig(backbone="test_resnet", weights="none", dimension=16),
        sampling=SamplingConfig(batch=16),
        schedule=ScheduleConfig(epochs=4),
        machine=MachineConfig(device="cpu", workers=0, cache=True),
        stages=(StageConfig("europe", REGIONS[:1]), StageConfig("world", REGIONS[1:])),
    )
    (tmp_path / "recipe.toml").write_text(as_toml(config))
    words = [str(DEMO / "truth.csv"), "--config", str(tmp_path / "recipe.toml"), "-o", str(tmp_path / "run")]
    done = CliRunner().invoke(command, words, catch_exceptions=False)
    assert done.stdout.strip() == str(tmp_path / "run" / "stage-2-world")
    stages = [read_json(tmp_path / "run" / name / "stage.json") for name in ("stage-1-europe", "stage-2-world")]
    table = read_landmarks(DEMO / "landmarks.csv")
    assert [len(stage["landmarks"]) for stage in stages] == [
        sum(each.region == "europe" for each in table), len(table),
    ]  # fmt: skip
    assert [stage["photos"] for stage in stages] == [5 * len(stage["landmarks"]) for stage in stages]
    for stage in stages:
        losses = [record["loss"] for record in stage["history"]]
        assert losses[-1] < losses[0]
    assert stages[1]["history"][-1]["figures"]["top1"] > 2 / len(table), "better than chance on photos of the library"
