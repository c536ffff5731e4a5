"""What can go wrong in a run: one clear line each, and the run's work kept."""

from __future__ import annotations

import csv
import dataclasses
import errno
import math
import os
import re
import shutil
from pathlib import Path
from typing import Literal

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from landmarq.artifacts import read_json
from landmarq.errors import ConfigError, InputError, StorageError
from landmarq.training.config import MachineConfig, OptimiserConfig, ScheduleConfig, StageConfig, TrainConfig
from landmarq.training.curriculum import train
from landmarq.training.progress import Silence
from training_toys import Listener

WORLD = (StageConfig("world", ("europe", "asia")),)


@pytest.fixture
def short(tiny: TrainConfig) -> TrainConfig:
    return dataclasses.replace(tiny, stages=WORLD, schedule=ScheduleConfig(epochs=2))


def test_a_training_learns_says_what_it_does_and_leaves_scalars(
    tiny: TrainConfig, small_world: Path, tmp_path: Path, listener: Listener
) -> None:
    config = dataclasses.replace(tiny, stages=WORLD, schedule=ScheduleConfig(epochs=8, drops=(0.8,)))
    stage = train(small_world / "photos.csv", config, out=tmp_path, reporter=listener)
    history = read_json(stage / "stage.json")["history"]
    assert [record["photos"] for record in history] == [41] * 8, "every photo once an epoch"
    said = "world: stage 1 of 1; 32 photos of 4 landmarks and 9 others train, 17 validate; epochs 8, 32 px"
    assert listener.lines[0] == said
    assert len(listener.lines) == 1 + 8
    assert re.fullmatch(r"world: epoch 8/8  loss [\d.]+  41 photos  top1 [\d.]+ .*  in 0:00:\d\d", listener.lines[-1])
    assert history[-1]["loss"] < history[0]["loss"]
    assert history[-1]["figures"]["top1"] >= 0.75
    assert not list(stage.glob("checkpoint*"))

    board = EventAccumulator(str(tmp_path / "tensorboard" / "stage-1-world")).Reload()
    scalars = {"train/loss", "train/gradient_norm", "train/photos_per_s", "validation/top1"}
    assert {*scalars, "rate/backbone", "rate/embedding", "rate/classifier"} <= set(board.Tags()["scalars"])
    assert len(board.Scalars("train/loss")) == 8 * 4
    assert len(board.Scalars("validation/top1")) == 8


def test_not_a_number_stops_with_step_rates_and_batch(short: TrainConfig, small_world: Path, tmp_path: Path) -> None:
    wild = OptimiserConfig(backbone_rate=1e30, embedding_rate=1e30, classifier_rate=1e30)
    config = dataclasses.replace(short, optimiser=wild, machine=MachineConfig(workers=0, checkpoint_minutes=0))
    with pytest.raises(
        ConfigError, match=r"not a number at step 2 of epoch 1 .*backbone 1e\+30.*batch: .*jpg"
    ) as caught:
        train(small_world / "photos.csv", config, out=tmp_path)
    assert "\n" not in str(caught.value)
    stage = tmp_path / "stage-1-world"
    listing = read_json(stage / "not-a-number.json")
    assert listing["rates"]["classifier"] == 1e30
    assert 2 <= len(listing["photos"]) <= 12
    assert all(Path(photo).exists() for photo in listing["photos"])
    assert read_json(stage / "checkpoint.json")["position"]["step"] == 1, "the work until then is kept"


def test_corrupt_validation_photos_are_named_too(
    short: TrainConfig, small_world: Path, tmp_path: Path, listener: Listener
) -> None:
    world = shutil.copytree(small_world, tmp_path / "world")
    with (world / "photos.csv").open(newline="") as stream:
        validation = [row["path"] for row in csv.DictReader(stream) if row["role"].startswith("val")]
    (world / validation[0]).write_bytes(b"this is no photo")
    train(world / "photos.csv", short, out=tmp_path / "run", reporter=listener)
    assert [Path(validation[0]).name in line for line in listener.saying("skipped")] == [True], "once, not every epoch"


def test_without_a_readable_training_photo_nothing_is_delivered(
    short: TrainConfig, small_world: Path, tmp_path: Path
) -> None:
    world = shutil.copytree(small_world, tmp_path / "world")
    for photo in (world / "photos").iterdir():
        photo.write_bytes(b"this is no photo")
    with pytest.raises(InputError, match=r"none of the \d+ training photos can be read"):
        train(world / "photos.csv", short, out=tmp_path / "run")
    assert not list((tmp_path / "run").glob("**/model.safetensors"))


def test_one_corrupt_photo_is_named_once_and_the_run_goes_on(
    short: TrainConfig, small_world: Path, tmp_path: Path, listener: Listener
) -> None:
    world = shutil.copytree(small_world, tmp_path / "world")
    (world / "photos" / "gate-2.jpg").write_bytes(b"this is no photo")
    (world / "photos" / "tower-5.jpg").unlink()
    stage = train(world / "photos.csv", short, out=tmp_path / "run", reporter=listener)
    skipped = listener.saying("skipped")
    assert len(skipped) == 2
    assert sorted(name for line in skipped for name in ("gate-2.jpg", "tower-5.jpg") if name in line) == [
        "gate-2.jpg",
        "tower-5.jpg",
    ]
    assert [record["photos"] for record in read_json(stage / "stage.json")["history"]] == [39, 39]


class FullAfter:
    """An ``os.fsync`` that reports a full disk from its second call on."""

    def __init__(self, calls: int) -> None:
        self.left = calls

    def __call__(self, descriptor: int) -> None:
        del descriptor
        self.left -= 1
        if self.left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_is_one_line_and_the_last_checkpoint_stays(
    short: TrainConfig, small_world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog, stage = small_world / "photos.csv", tmp_path / "full" / "stage-1-world"
    # The first epoch's checkpoint (tensors, JSON) fits; the second's does not.
    with monkeypatch.context() as patch:
        patch.setattr("landmarq.artifacts.os.fsync", FullAfter(2))
        with pytest.raises(StorageError, match=r"no space left .* then run the same command again"):
            train(catalog, short, out=tmp_path / "full")
    assert read_json(stage / "checkpoint.json")["position"]["epoch"] == 1
    assert not list(stage.glob(".*.part"))
    # With space again the same command ends as if nothing had been.
    train(catalog, short, out=tmp_path / "full")
    train(catalog, short, out=tmp_path / "fine")
    expected = tmp_path / "fine" / "stage-1-world" / "model.safetensors"
    assert (stage / "model.safetensors").read_bytes() == expected.read_bytes()


class StopsAfter(Silence):
    """Stops a run at a step of the second epoch."""

    def step(self, *, epoch: int, loss: float, photos_per_s: float) -> None:
        assert math.isfinite(loss)
        assert photos_per_s > 0
        if epoch == 1:
            raise KeyboardInterrupt


def test_a_second_run_of_a_finished_stage_does_nothing_and_another_recipe_does_not_mix(
    short: TrainConfig, small_world: Path, tmp_path: Path, listener: Listener
) -> None:
    catalog = small_world / "photos.csv"
    stage = train(catalog, short, out=tmp_path)
    before = (stage / "model.safetensors").stat().st_mtime_ns
    train(catalog, dataclasses.replace(short, machine=MachineConfig(workers=1)), out=tmp_path, reporter=listener)
    assert listener.lines == [f"world: done already, in {stage}"]
    assert (stage / "model.safetensors").stat().st_mtime_ns == before

    train(catalog, dataclasses.replace(short, seed=5), out=tmp_path, reporter=listener)
    assert listener.saying("moved to")
    aside = tmp_path / "stage-1-world.1.old"
    assert (aside / "model.safetensors").stat().st_mtime_ns == before
    assert (stage / "model.safetensors").read_bytes() != (aside / "model.safetensors").read_bytes()


def test_a_stopped_run_with_another_recipe_begins_anew_beside_the_old_work(
    short: TrainConfig, small_world: Path, tmp_path: Path
) -> None:
    catalog = small_world / "photos.csv"
    with pytest.raises(KeyboardInterrupt):
        train(catalog, short, out=tmp_path, reporter=StopsAfter())
    stage = train(catalog, dataclasses.replace(short, seed=5), out=tmp_path)
    assert read_json(tmp_path / "stage-1-world.1.old" / "checkpoint.json")["position"]["epoch"] == 1
    assert len(read_json(stage / "stage.json")["history"]) == 2


@pytest.mark.parametrize("kind", ["arcface", "cosface", "openset", "triplet", "contrastive"])
def test_every_head_trains_with_the_curriculum(
    kind: Literal["arcface", "cosface", "openset", "triplet", "contrastive"],
    tiny: TrainConfig,
    small_world: Path,
    tmp_path: Path,
) -> None:
    head = dataclasses.replace(
        tiny.head, kind=kind, center_weight=0.0, first_rows="means", sub_centers=2, non_landmark_sub_centers=2
    )
    network = dataclasses.replace(tiny.network, first_embedding="whitened", pooling_p=3.0, learn_p=True)
    sampling = dataclasses.replace(tiny.sampling, photos_per_landmark=3 if kind in ("triplet", "contrastive") else 0)
    config = dataclasses.replace(
        tiny, head=head, network=network, sampling=sampling, schedule=ScheduleConfig(kind="cosine", epochs=2)
    )
    stage = train(small_world / "photos.csv", config, out=tmp_path)
    history = read_json(stage / "stage.json")["history"]
    assert len(history) == 2
    assert all(math.isfinite(record["loss"]) and record["figures"]["top1"] >= 0.5 for record in history)
