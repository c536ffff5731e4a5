"""The paper's loss as a whole, against loops."""

from __future__ import annotations

import math
from typing import Literal

import pytest
import torch

from landmarq.training.center import Centers
from landmarq.training.classes import Classes
from landmarq.training.config import HeadConfig
from landmarq.training.heads import SoftmaxHead
from landmarq.training.loss import batch_loss


def naive_loss(
    x: list[list[float]],
    labels: list[int],
    weight: list[list[float]],
    bias: list[float],
    centers: list[list[float]],
    *,
    weight_of_centers: float,
    mean: bool,
) -> float:
    """L = -(1/m) sum log softmax_{y_i}(W x_i + b) + (lambda / 2) sum_{i: y_i != n+1} |x_i - c_{y_i}|^2."""
    total, pull = 0.0, 0.0
    for row, label in zip(x, labels, strict=True):
        logits = [sum(w * v for w, v in zip(ws, row, strict=True)) + b for ws, b in zip(weight, bias, strict=True)]
        total -= logits[label] - math.log(sum(math.exp(each) for each in logits))
        if label < len(centers):
            pull += sum((v - c) ** 2 for v, c in zip(row, centers[label], strict=True))
    m = len(labels)
    return total / m + weight_of_centers / 2 * (pull / m if mean else pull)


@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_the_paper_s_loss_and_its_gradient_equal_a_naive_loop(reduction: Literal["sum", "mean"]) -> None:
    torch.manual_seed(1)
    classes = Classes(("a", "b", "c"), non_landmark=True)
    head = SoftmaxHead(4, classes).double()
    centers = Centers(3, 4, rate=0.5).double()
    centers.points.normal_()
    x = torch.randn(6, 4, dtype=torch.float64, requires_grad=True)
    labels = torch.tensor([0, 1, 3, 2, 3, 0])
    config = HeadConfig(center_weight=0.1, center_reduction=reduction)

    def naive_at(point: torch.Tensor) -> float:
        return naive_loss(
            point.tolist(),
            labels.tolist(),
            head.linear.weight.tolist(),
            head.linear.bias.tolist(),
            centers.points.tolist(),
            weight_of_centers=0.1,
            mean=reduction == "mean",
        )

    loss = batch_loss(head(x, labels), centers(x, labels), photos=6, config=config)
    assert loss.item() == pytest.approx(naive_at(x.detach()), rel=1e-12)

    torch.autograd.backward(loss)
    assert x.grad is not None
    step = 1e-6
    for i in range(6):
        for k in range(4):
            up, down = x.detach().clone(), x.detach().clone()
            up[i, k] += step
            down[i, k] -= step
            slope = (naive_at(up) - naive_at(down)) / (2 * step)
            assert x.grad[i, k].item() == pytest.approx(slope, abs=1e-7)


def test_a_hand_case() -> None:
    # Logits (0, 0, 0, 0): every photo costs log 4. One photo lies 2 from its center, the other is a non-landmark.
    each = torch.full((2,), math.log(4))
    loss = batch_loss(each, torch.tensor([0.5 * 2**2, 0.0]), photos=2, config=HeadConfig(center_weight=0.5))
    assert loss.item() == pytest.approx(math.log(4) + 0.5 / 2 * 4)


def test_parts_add_up_to_the_whole() -> None:
    config = HeadConfig(center_weight=0.3, center_reduction="mean")
    each, center = torch.rand(5), torch.rand(5)
    whole = batch_loss(each, center, photos=5, config=config)
    first = batch_loss(each[:2], center[:2], photos=5, config=config)
    second = batch_loss(each[2:], center[2:], photos=5, config=config)
    torch.testing.assert_close(whole, first + second)
