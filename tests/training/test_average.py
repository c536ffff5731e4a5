from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import torch

from landmarq.config import from_mapping
from landmarq.errors import ConfigError
from landmarq.training.average import START_NAME, weighted_mean
from landmarq.training.checkpoint import read_tensors
from landmarq.training.config import AverageConfig, ScheduleConfig, TrainConfig
from landmarq.training.curriculum import train
from landmarq.training.stage_folder import load_stage
from training_toys import Listener


def test_a_weighted_mean_worked_out_by_hand() -> None:
    parts = [
        ({"w": torch.tensor([1.0, 2.0])}, 0.25),
        ({"w": torch.tensor([5.0, -2.0])}, 0.75),
    ]
    means = weighted_mean(parts, names=["w"])
    assert means["w"].tolist() == [0.25 * 1 + 0.75 * 5, 0.25 * 2 + 0.75 * -2]


def test_the_run_delivers_the_mean_of_its_stages_and_its_start(
    tiny: TrainConfig, small_world: Path, tmp_path: Path
) -> None:
    config = dataclasses.replace(tiny, schedule=ScheduleConfig(epochs=1), average=AverageConfig(start=0.2, stages=2))
    delivered = train(small_world / "photos.csv", config, out=tmp_path)
    assert delivered == tmp_path / "stage-3-average"
    start = read_tensors(tmp_path / "stage-1-europe" / START_NAME)
    one, two = (read_tensors(tmp_path / f"stage-{name}" / "model.safetensors") for name in ("1-europe", "2-asia"))
    mean = read_tensors(delivered / "model.safetensors")
    moved = 0
    for name, value in mean.items():
        if name.startswith("embedder.") and value.is_floating_point():
            expected = 0.2 * start[name].double() + 0.4 * (one[name].double() + two[name].double())
            torch.testing.assert_close(value.double(), expected, rtol=1e-6, atol=1e-7)
            moved += not torch.equal(value, two[name])
        else:
            assert torch.equal(value, two[name])
    assert moved > 10
    # It reads back as a stage, the last of its run, and says what it is.
    trained = load_stage(tmp_path)
    assert trained.folder == delivered
    assert trained.record["average"] == {"start": 0.2, "stages": ["stage-1-europe", "stage-2-asia"]}


def test_another_mean_trains_nothing_again(tiny: TrainConfig, small_world: Path, tmp_path: Path) -> None:
    config = dataclasses.replace(tiny, schedule=ScheduleConfig(epochs=1))
    assert train(small_world / "photos.csv", config, out=tmp_path) == tmp_path / "stage-2-asia"
    files = [tmp_path / name / "model.safetensors" for name in ("stage-1-europe", "stage-2-asia")]
    before = [file.stat().st_mtime_ns for file in files]
    listener = Listener()
    averaged = dataclasses.replace(config, average=AverageConfig(start=0.5))
    folder = train(small_world / "photos.csv", averaged, out=tmp_path, reporter=listener)
    assert [file.stat().st_mtime_ns for file in files] == before
    assert listener.saying("done already")
    # The start is found again from the seed: half of it is in the mean.
    start, last = read_tensors(tmp_path / "stage-1-europe" / START_NAME), read_tensors(files[1])
    name = "embedder.embedding.weight"
    expected = (start[name].double() + last[name].double()) / 2
    torch.testing.assert_close(
        read_tensors(folder / "model.safetensors")[name].double(), expected, rtol=1e-6, atol=1e-7
    )


def test_the_start_that_is_kept_is_where_the_first_stage_began(
    tiny: TrainConfig, small_world: Path, tmp_path: Path
) -> None:
    still = dataclasses.replace(tiny.optimiser, backbone_rate=0, embedding_rate=0, classifier_rate=0)
    config = dataclasses.replace(
        tiny, optimiser=still, schedule=ScheduleConfig(epochs=1), average=AverageConfig(start=0.5)
    )
    train(small_world / "photos.csv", config, out=tmp_path)
    start = read_tensors(tmp_path / "stage-1-europe" / START_NAME)
    first = read_tensors(tmp_path / "stage-1-europe" / "model.safetensors")
    parameters = [name for name in start if "running" not in name and "num_batches" not in name]
    assert parameters
    assert all(torch.equal(start[name], first[name]) for name in parameters)


@pytest.mark.parametrize(
    ("average", "words"),
    [({"start": 1.0}, "average.start"), ({"stages": 0}, "average.stages"), ({"stages": 2}, "the recipe has 1")],
)
def test_what_can_not_be_averaged(average: dict[str, float], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        from_mapping(TrainConfig, {"average": average})
