from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import torch

from landmarq.artifacts import read_json
from landmarq.catalog import read_catalog
from landmarq.training.checkpoint import read_tensors
from landmarq.training.config import HeadConfig, OptimiserConfig, ScheduleConfig, TrainConfig
from landmarq.training.curriculum import train
from landmarq.training.plan import stage_photos
from landmarq.training.progress import Silence
from landmarq.training.stage_folder import load_stage
from landmarq.training.teacher import distillation, teacher_file
from landmarq.training.validate import run_network


def test_distillation_is_one_minus_the_cosine() -> None:
    x = torch.tensor([[2.0, 0.0], [0.0, 3.0], [1.0, 1.0]])
    teacher = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    assert distillation(x, teacher).tolist() == pytest.approx([0.0, 1.0, 1 - 0.5**0.5])


@pytest.fixture
def held(tiny: TrainConfig) -> TrainConfig:
    return dataclasses.replace(
        tiny,
        network=dataclasses.replace(tiny.network, first_embedding="whitened", frozen_statistics="all"),
        head=HeadConfig(kind="openset", center_weight=0, distillation=1.0, first_rows="means"),
        schedule=ScheduleConfig(epochs=1),
    )


def test_the_teacher_is_the_network_as_the_first_stage_started(
    held: TrainConfig, small_world: Path, tmp_path: Path
) -> None:
    # With rates of zero every stage ends as the first began: the teacher's vectors must be its own, in every stage.
    still = dataclasses.replace(
        held, optimiser=OptimiserConfig(backbone_rate=0, embedding_rate=0, classifier_rate=0, weight_decay=0)
    )
    train(small_world / "photos.csv", still, out=tmp_path)
    for name, photos in (("stage-1-europe", 25), ("stage-2-asia", 41)):
        stage = load_stage(tmp_path / name)
        kept = read_tensors(teacher_file(stage.folder, str(read_json(stage.folder / "manifest.json")["fingerprint"])))
        assert kept["vectors"].shape == (photos, 16)
        torch.testing.assert_close(kept["weight"], stage.learner.embedder.state_dict()["embedding.weight"])
        torch.testing.assert_close(kept["vectors"].norm(dim=1), torch.ones(photos))
        assert stage.record["history"][0]["loss"] > 0


def test_held_vectors_stay_nearer_to_the_teacher_s(held: TrainConfig, small_world: Path, tmp_path: Path) -> None:
    distances = {}
    for weight in (1e-9, 20.0):
        head = dataclasses.replace(held.head, distillation=weight)
        config = dataclasses.replace(held, head=head, stages=(), schedule=ScheduleConfig(epochs=4))
        out = tmp_path / str(weight)
        stage = load_stage(train(small_world / "photos.csv", config, out=out))
        kept = read_tensors(teacher_file(stage.folder, str(read_json(stage.folder / "manifest.json")["fingerprint"])))
        photos = stage_photos(
            read_catalog(small_world / "photos.csv"), config, own=None, regions=None, before=(), reporter=Silence()
        )
        outputs = run_network(stage.learner, config, photos.train, device=torch.device("cpu"))
        distances[weight] = distillation(outputs.x, kept["vectors"]).mean().item()
    assert distances[20.0] < distances[1e-9]
