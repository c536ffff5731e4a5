from __future__ import annotations

import dataclasses

import pytest
import torch

from landmarq.training.classes import Classes
from landmarq.training.config import OptimiserConfig, TrainConfig
from landmarq.training.learner import build_learner
from landmarq.training.optimise import build_optimiser, set_rates


def test_three_rates_and_their_change(tiny: TrainConfig) -> None:
    config = OptimiserConfig(backbone_rate=0.1, embedding_rate=0.2, classifier_rate=0.3)
    optimiser = build_optimiser(build_learner(tiny, Classes(("a", "b"), non_landmark=True)), config)
    assert isinstance(optimiser, torch.optim.SGD)
    assert {group["momentum"] for group in optimiser.param_groups} == {0.9}
    assert {group["weight_decay"] for group in optimiser.param_groups} == {5e-3}
    rates = set_rates(optimiser, 0.1)
    assert rates == pytest.approx({"backbone": 0.01, "embedding": 0.02, "classifier": 0.03})
    assert set_rates(optimiser, 1.0)["backbone"] == pytest.approx(0.1)


def test_every_weight_that_trains_is_in_one_group_and_no_center_is(tiny: TrainConfig) -> None:
    config = dataclasses.replace(
        tiny, network=dataclasses.replace(tiny.network, frozen_blocks=2, learn_p=True, pooling_p=3)
    )
    learner = build_learner(config, Classes(("a", "b"), non_landmark=True))
    optimiser = build_optimiser(learner, config.optimiser)
    moved = [id(each) for group in optimiser.param_groups for each in group["params"]]
    assert sorted(moved) == sorted(id(each) for each in learner.parameters() if each.requires_grad)
    assert learner.centers is not None
    assert id(learner.centers.points) not in moved


def test_where_weight_decay_goes(tiny: TrainConfig) -> None:
    config = OptimiserConfig(kind="adamw", weight_decay=0.05, decay_vectors=False, decay_classifier=False)
    optimiser = build_optimiser(build_learner(tiny, Classes(("a",), non_landmark=True)), config)
    decays = {(group["name"], group["params"][0].ndim > 1): group["weight_decay"] for group in optimiser.param_groups}
    assert decays == {
        ("backbone", True): 0.05,
        ("backbone", False): 0.0,
        ("embedding", True): 0.05,
        ("embedding", False): 0.0,
        ("classifier", True): 0.0,
        ("classifier", False): 0.0,
    }
