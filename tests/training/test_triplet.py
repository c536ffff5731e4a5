"""The shipped recipe ``triplet``, with either of Zhao's networks by name: from training to a k-NN recogniser."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import torch

from landmarq.catalog import read_catalog
from landmarq.embed import VectorStore, catalog_vectors
from landmarq.evaluation.retrieval import LabelledVectors, RetrievalConfig, evaluate_retrieval
from landmarq.runtime import read_model
from landmarq.training.config import MachineConfig, ScheduleConfig, TrainConfig, read_config
from landmarq.training.curriculum import train
from landmarq.training.export import export
from landmarq.training.learner import build_learner
from landmarq.training.stage_folder import load_stage
from landmarq.training.start import first_learner, stage_seed
from landmarq.workspace import embed


def recipe(backbone: str) -> TrainConfig:
    """Return the shipped recipe at 80 px with few photos, from random weights: their statistics must be gathered."""
    shipped = read_config(Path("triplet"))
    return dataclasses.replace(
        shipped,
        precision="float32",
        network=dataclasses.replace(
            shipped.network, backbone=backbone, weights="none", dimension=32, frozen_statistics="none"
        ),
        augment=dataclasses.replace(shipped.augment, size=80),
        sampling=dataclasses.replace(shipped.sampling, batch=20, most_per_landmark=5),
        schedule=ScheduleConfig(epochs=1),
        machine=MachineConfig(device="cpu", workers=0),
    )


def test_the_recipe_is_zhao_s() -> None:
    shipped = read_config(Path("triplet"))
    assert (shipped.head.kind, shipped.network.backbone) == ("triplet", "inception_v3")
    assert shipped.network.frozen_blocks > 0
    assert shipped.sampling.most_per_landmark == 10


@pytest.mark.slow
@pytest.mark.parametrize("backbone", ["vgg16", "inception_v3"])
def test_it_trains_all_but_the_lower_layers_and_its_neighbours_recognise(
    backbone: str, small_world: Path, tmp_path: Path
) -> None:
    config = recipe(backbone)
    stage = load_stage(train(small_world / "photos.csv", config, out=tmp_path / "run"))
    record = stage.record["history"][-1]
    assert set(record["figures"]) == {"top1", "sensitivity99"}, "validated by the nearest photo of the pool"
    assert stage.record["photos"] == 4 * 5 + 9, "at most five photos a landmark"
    first = first_learner(config, stage.classes, seed=stage_seed(config, 1), parent=None)
    trains = {name: each.requires_grad for name, each in build_learner(config, stage.classes).named_parameters()}
    before, after = first.state_dict(), stage.learner.state_dict()
    assert not all(trains.values())
    for name, moves in trains.items():
        if name.endswith(".weight"):
            assert torch.equal(before[name], after[name]) == (not moves), name

    export(tmp_path / "run", out=tmp_path / "model")
    embed(small_world / "photos.csv", model=tmp_path / "model", out=tmp_path / "vectors.sqlite")
    with VectorStore(tmp_path / "vectors.sqlite") as store:
        catalog, model = read_catalog(small_world / "photos.csv"), read_model(tmp_path / "model")[0].fingerprint
        queries, pool = (
            LabelledVectors(found.rows, found.vectors)
            for found in (catalog_vectors(store, catalog.with_roles(role), model=model) for role in ("val", "train"))
        )
    report = evaluate_retrieval(queries, pool, RetrievalConfig(deepest=20))
    assert len(report.top_k) == 20
    assert report.top_k[-1].found.share >= report.top_k[0].found.share
    assert report.votes[0].right.share > 0.25, "better than chance"
