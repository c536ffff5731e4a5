from __future__ import annotations

import math
from typing import Literal

import pytest
import torch
from torch import Tensor

from landmarq.training.classes import Classes
from landmarq.training.config import HeadConfig
from landmarq.training.margin import MarginHead

CLASSES = Classes(("a", "b", "c"), non_landmark=True)
Kind = Literal["arcface", "cosface"]


def naive(head: MarginHead, x: Tensor, labels: Tensor, config: HeadConfig) -> list[float]:
    """Softmax cross-entropy over s times the cosine to each class's nearest prototype, with the margin, in loops."""
    landmarks, others = (each.detach() for each in head.prototypes())
    prototypes = [list(each) for each in landmarks] + [list(others)]
    losses = []
    for row, label in zip(x, labels.tolist(), strict=True):
        logits = []
        for number, points in enumerate(prototypes):
            cosine = max(float(torch.nn.functional.cosine_similarity(row, point, dim=0)) for point in points)
            if number == label and config.kind == "arcface":
                angle = math.acos(cosine)
                ahead = angle <= math.pi - config.margin_or_default
                turned = math.cos(angle + config.margin_or_default)
                cosine = turned if ahead else cosine - config.margin_or_default * math.sin(config.margin_or_default)
            elif number == label:
                cosine -= config.margin_or_default
            logits.append(config.scale * cosine)
        losses.append(-logits[label] + math.log(sum(math.exp(each) for each in logits)))
    return losses


@pytest.mark.parametrize("kind", ["arcface", "cosface"])
@pytest.mark.parametrize(("sub_centers", "others"), [(1, 1), (2, 3)])
def test_losses_equal_the_naive_loop(kind: Kind, sub_centers: int, others: int) -> None:
    torch.manual_seed(0)
    config = HeadConfig(
        kind=kind, center_weight=0, scale=16, sub_centers=sub_centers, non_landmark_sub_centers=others, margin=0.3
    )
    head = MarginHead(5, CLASSES, config=config)
    x, labels = torch.randn(7, 5), torch.tensor([0, 1, 2, 3, 3, 0, 2])
    assert head(x, labels).tolist() == pytest.approx(naive(head, x, labels, config), rel=1e-4)


def test_scores_are_scaled_cosines_to_the_nearest_prototype() -> None:
    config = HeadConfig(kind="cosface", center_weight=0, scale=10, sub_centers=2)
    head = MarginHead(2, Classes(("a", "b"), non_landmark=False), config=config)
    landmarks, others = head.prototypes()
    with torch.no_grad():
        landmarks.copy_(torch.tensor([[[1.0, 0.0], [0.0, 2.0]], [[-1.0, 0.0], [-1.0, 0.0]]]))
    assert len(others) == 0
    assert head.scores(torch.tensor([[0.0, 5.0]])).tolist() == [[pytest.approx(10.0), pytest.approx(0.0)]]
