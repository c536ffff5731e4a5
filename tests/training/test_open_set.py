from __future__ import annotations

import math

import pytest
import torch

from landmarq.training.classes import Classes
from landmarq.training.config import HeadConfig
from landmarq.training.open_set import FIRST_THRESHOLD, OpenSetHead

CLASSES = Classes(("a", "b", "c"), non_landmark=True)


def naive(head: OpenSetHead, x: torch.Tensor, labels: list[int], config: HeadConfig) -> list[float]:
    """The docstring's formulas, one number at a time."""
    s, m, b = config.scale, config.margin_or_default, float(head.threshold.detach())
    losses = []
    for row, label in zip(x, labels, strict=True):
        cosines = [
            max(float(torch.nn.functional.cosine_similarity(row, each, dim=0)) for each in prototypes)
            for prototypes in head.prototypes()[0].detach()
        ]
        logits = [s * (c - m) if j == label else s * (c + m / 2 if label == 3 else c) for j, c in enumerate(cosines)]
        logits.append(s * b)
        loss = -logits[label] + math.log(sum(math.exp(each) for each in logits))
        for j, c in enumerate(cosines):
            if j == label:
                loss += config.one_vs_rest * 0.7 * math.log1p(math.exp(-s * (c - b - m / 2)))
            else:
                loss += config.one_vs_rest * 0.3 * math.log1p(math.exp(s * (c - b + m / 2)))
        losses.append(loss)
    return losses


@pytest.mark.parametrize("sub_centers", [1, 2])
@pytest.mark.parametrize("one_vs_rest", [0.0, 0.5])
def test_losses_equal_the_naive_loop(sub_centers: int, one_vs_rest: float) -> None:
    torch.manual_seed(0)
    config = HeadConfig(
        kind="openset", center_weight=0, margin=0.2, scale=10, sub_centers=sub_centers, one_vs_rest=one_vs_rest
    )
    head = OpenSetHead(5, CLASSES, config=config)
    x, labels = torch.randn(6, 5), [0, 1, 2, 3, 3, 0]
    assert head(x, torch.tensor(labels)).tolist() == pytest.approx(naive(head, x, labels, config), rel=1e-4)


def test_a_photo_nearer_to_no_landmark_than_the_threshold_is_none_of_them() -> None:
    head = OpenSetHead(2, Classes(("a",), non_landmark=True), config=HeadConfig(kind="openset", center_weight=0))
    with torch.no_grad():
        head.weight.copy_(torch.tensor([[1.0, 0.0]]))
    angles = torch.tensor([math.acos(FIRST_THRESHOLD) - 0.01, math.acos(FIRST_THRESHOLD) + 0.01])
    x = 7 * torch.stack([angles.cos(), angles.sin()], dim=1)
    assert head.scores(x).argmax(dim=1).tolist() == [0, 1]


def test_the_threshold_learns_from_both_sides() -> None:
    config = HeadConfig(kind="openset", center_weight=0, margin=0.2, scale=10)
    head = OpenSetHead(4, CLASSES, config=config)
    for label, rises in ((3, True), (0, False)):
        head.zero_grad()
        torch.autograd.backward(head(torch.randn(8, 4), torch.full((8,), label)).sum())
        assert head.threshold.grad is not None
        assert (head.threshold.grad.item() < 0) == rises


def test_without_everyday_photos_there_is_no_class_for_them() -> None:
    head = OpenSetHead(4, Classes(("a", "b"), non_landmark=False), config=HeadConfig(kind="openset", center_weight=0))
    assert head.scores(torch.randn(3, 4)).shape == (3, 2)
