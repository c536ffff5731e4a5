from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from landmarq.training.center import Centers


def naive(x: Tensor, labels: Tensor, points: Tensor) -> list[float]:
    """Half the squared distance of each photo to its center, one number at a time."""
    result = []
    for row, label in zip(x.tolist(), labels.tolist(), strict=True):
        if label >= len(points):
            result.append(0.0)
            continue
        result.append(0.5 * sum((a - b) ** 2 for a, b in zip(row, points[label].tolist(), strict=True)))
    return result


def naive_move(x: Tensor, labels: Tensor, points: Tensor, rate: float) -> Tensor:
    """Wen et al., equation 4, one center at a time."""
    moved = points.clone()
    for j in range(len(points)):
        own = [row for row, label in zip(x, labels.tolist(), strict=True) if label == j]
        delta = sum((points[j] - row for row in own), torch.zeros_like(points[j])) / (1 + len(own))
        moved[j] = points[j] - rate * delta
    return moved


def make(points: Tensor, rate: float = 0.5) -> Centers:
    centers = Centers(*points.shape, rate=rate)
    centers.points.copy_(points)
    return centers


def test_value_of_a_hand_drawn_case() -> None:
    centers = make(torch.tensor([[0.0, 0.0], [3.0, 4.0]]))
    x = torch.tensor([[1.0, 0.0], [0.0, 0.0], [7.0, 7.0]])
    # A photo 1 away from center 0, one 5 away from center 1, and a non-landmark.
    assert centers(x, torch.tensor([0, 1, 2])).tolist() == [0.5 * 1**2, 0.5 * 5**2, 0.0]


def test_move_of_a_hand_drawn_case() -> None:
    centers = make(torch.tensor([[0.0, 0.0], [3.0, 4.0]]), rate=0.5)
    x = torch.tensor([[2.0, 0.0], [4.0, 6.0], [9.0, 9.0]])
    centers.move(*centers.sums(x, torch.tensor([0, 0, 2])))
    # Center 0 goes half of ((2 + 4), (0 + 6)) / (1 + 2) = (2, 2); center 1 has no photo and stays.
    assert centers.points.tolist() == [[1.0, 1.0], [3.0, 4.0]]


@given(seed=st.integers(0, 1000), classes=st.integers(1, 5), photos=st.integers(1, 9))
def test_value_gradient_and_move_equal_the_naive_loop(seed: int, classes: int, photos: int) -> None:
    random = torch.Generator().manual_seed(seed)
    points = torch.randn(classes, 3, generator=random)
    x = torch.randn(photos, 3, generator=random, requires_grad=True)
    labels = torch.randint(0, classes + 1, (photos,), generator=random)
    centers = make(points, rate=0.3)

    value = centers(x, labels)
    assert value.tolist() == pytest.approx(naive(x.detach(), labels, points), rel=1e-5, abs=1e-6)

    torch.autograd.backward(value.sum())
    known = labels < classes
    expected = torch.zeros_like(x)
    expected[known] = x.detach()[known] - points[labels[known]]
    torch.testing.assert_close(x.grad, expected)

    centers.move(*centers.sums(x.detach(), labels))
    torch.testing.assert_close(centers.points, naive_move(x.detach(), labels, points, 0.3))


def test_a_non_landmark_moves_no_center_and_pulls_no_photo() -> None:
    points = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    centers = make(points)
    x = torch.tensor([[5.0, 5.0], [6.0, -6.0]], requires_grad=True)
    nobody = torch.tensor([2, 2])
    torch.autograd.backward(centers(x, nobody).sum())
    centers.move(*centers.sums(x.detach(), nobody))
    assert torch.equal(centers.points, points)
    assert x.grad is not None
    assert not x.grad.any()


def test_centers_are_no_parameters_so_that_neither_rates_nor_weight_decay_reach_them() -> None:
    centers = Centers(3, 4, rate=0.5)
    assert list(centers.parameters()) == []
    assert list(centers.state_dict()) == ["points"]


def test_parts_of_a_batch_move_as_the_whole() -> None:
    random = torch.Generator().manual_seed(3)
    points, x = torch.randn(3, 4, generator=random), torch.randn(10, 4, generator=random)
    labels = torch.randint(0, 4, (10,), generator=random)
    whole, parts = make(points), make(points)
    whole.move(*whole.sums(x, labels))
    sums = [parts.sums(x[part], labels[part]) for part in (slice(0, 4), slice(4, 10))]
    parts.move(sums[0][0] + sums[1][0], sums[0][1] + sums[1][1])
    torch.testing.assert_close(whole.points, parts.points)
