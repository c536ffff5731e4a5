"""Scenes first: a plain classifier on a folder of scenes, whose weights start the recogniser."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from landmarq.errors import ConfigError, InputError
from landmarq.training.config import DataConfig, HeadConfig, NetworkConfig, ScheduleConfig, TrainConfig
from landmarq.training.curriculum import read_photos, train
from landmarq.training.export import export
from landmarq.training.network import build_embedder
from landmarq.training.scenes import scenes_catalog
from landmarq.training.stage_folder import load_stage
from landmarq.training.start import load_start_weights
from landmarq.training.validate import Outputs, scene_figures
from training_toys import paint


@pytest.fixture
def scenes(tiny: TrainConfig) -> TrainConfig:
    return dataclasses.replace(
        tiny,
        head=HeadConfig(kind="scenes", center_weight=0),
        data=DataConfig(validation_share=0.25),
        schedule=ScheduleConfig(epochs=2),
        stages=(),
    )


@pytest.fixture
def scene_folder(tmp_path: Path) -> Path:
    random = np.random.default_rng(3)
    for kind, name in enumerate(("attic", "beach", "canyon")):
        for number in range(8):
            paint(tmp_path / "scenes" / name / f"{number}.jpg", kind=kind, random=random)
    return tmp_path / "scenes"


def test_scenes_then_landmarks(
    scenes: TrainConfig, tiny: TrainConfig, scene_folder: Path, small_world: Path, tmp_path: Path
) -> None:
    run = tmp_path / "scenes-run"
    stage = load_stage(train(scene_folder, scenes, out=run))
    assert stage.classes.landmarks == ("attic", "beach", "canyon")
    assert not stage.classes.non_landmark
    figures = stage.record["history"][-1]["figures"]
    assert set(figures) == {"top1_error", "top5_error"}
    assert figures["top5_error"] == 0, "there are but three scenes"
    assert stage.learner.centers is None

    network = dataclasses.replace(tiny.network, weights=str(run))
    config = dataclasses.replace(tiny, network=network, schedule=ScheduleConfig(epochs=1))
    # Rates of zero and fixed statistics leave the backbone as it came.
    still = dataclasses.replace(
        config,
        network=dataclasses.replace(network, frozen_statistics="backbone"),
        optimiser=dataclasses.replace(config.optimiser, backbone_rate=0, weight_decay=0),
    )
    recogniser = load_stage(train(small_world / "photos.csv", still, out=tmp_path / "recogniser"))
    for name, value in stage.learner.embedder.backbone.state_dict().items():
        assert torch.equal(recogniser.learner.embedder.backbone.state_dict()[name], value), name


def test_top_1_and_top_5_error_of_a_hand_case() -> None:
    scores = torch.tensor([[6.0, 5, 4, 3, 2, 1], [1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1]])
    outputs = Outputs(torch.zeros(4, 2), scores, torch.tensor([0, 0, 1, 4]))
    # Ranks of the true scenes: 1, 6, 5, 5.
    assert scene_figures(outputs) == {"top1_error": 0.75, "top5_error": 0.25}


def test_a_folder_with_train_and_val_gives_roles(scene_folder: Path, tmp_path: Path) -> None:
    for split in ("train", "val"):
        paint(tmp_path / "places" / split / "attic" / "1.jpg", kind=0, random=np.random.default_rng(0))
    rows = {(row.path, row.landmark, row.role) for row in scenes_catalog(tmp_path / "places").rows}
    assert rows == {("train/attic/1.jpg", "attic", "train"), ("val/attic/1.jpg", "attic", "val")}
    assert {row.role for row in read_photos(scene_folder, unpacked=tmp_path / "none").rows} == {""}
    read = read_photos(tmp_path / "places", unpacked=tmp_path / "none")
    assert read == scenes_catalog(tmp_path / "places")


def test_weights_of_another_backbone_are_one_line(
    scenes: TrainConfig, tiny: TrainConfig, scene_folder: Path, tmp_path: Path
) -> None:
    run = tmp_path / "scenes-run"
    train(scene_folder, scenes, out=run)
    other = NetworkConfig(backbone="test_efficientnet", weights="none", dimension=16)
    with pytest.raises(InputError, match="does not fit this backbone"):
        load_start_weights(build_embedder(other), run)
    missing = dataclasses.replace(tiny, stages=(), network=dataclasses.replace(tiny.network, weights="/no/such"))
    with pytest.raises(InputError, match="no such weights: /no/such"):
        train(scene_folder, missing, out=tmp_path / "run")


def test_a_scene_classifier_is_no_model_to_export(scenes: TrainConfig, scene_folder: Path, tmp_path: Path) -> None:
    train(scene_folder, dataclasses.replace(scenes, schedule=ScheduleConfig(epochs=1)), out=tmp_path / "run")
    with pytest.raises(ConfigError, match="no embedding to export"):
        export(tmp_path / "run", out=tmp_path / "model")
    assert not (tmp_path / "model").exists()
