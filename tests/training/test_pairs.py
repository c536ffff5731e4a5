from __future__ import annotations

import itertools

import pytest
import torch
from torch import Tensor

from landmarq.training.classes import Classes
from landmarq.training.config import HeadConfig
from landmarq.training.pairs import PairHead

CLASSES = Classes(("a", "b", "c"), non_landmark=True)


def unit_squared_distances(x: Tensor) -> list[list[float]]:
    unit = [row / row.norm() for row in x]
    return [[float(((a - b) ** 2).sum()) for b in unit] for a in unit]


def test_triplet_is_the_mean_hinge_of_squared_distances_over_the_violating_triplets() -> None:
    torch.manual_seed(0)
    head = PairHead(CLASSES, config=HeadConfig(kind="triplet", center_weight=0, margin=0.4))
    x, labels = torch.randn(8, 4), torch.tensor([0, 0, 1, 1, 2, 3, 3, 0])
    squares, hinges = unit_squared_distances(x), []
    for a, p, n in itertools.permutations(range(8), 3):
        same = labels[a] == labels[p] and labels[a] != 3
        if same and labels[n] != labels[a]:
            hinges.append(max(0.0, squares[a][p] - squares[a][n] + 0.4))
    violating = [each for each in hinges if each > 0]
    loss = head(x, labels)
    assert loss.shape == (8,)
    assert loss.mean().item() == pytest.approx(sum(violating) / len(violating), rel=1e-5)


def test_contrastive_pulls_pairs_of_a_landmark_and_pushes_others() -> None:
    torch.manual_seed(1)
    head = PairHead(CLASSES, config=HeadConfig(kind="contrastive", center_weight=0, margin=0.9))
    x, labels = torch.randn(7, 4), torch.tensor([0, 0, 1, 1, 3, 3, 2])
    squares, near, far = unit_squared_distances(x), [], []
    for a, b in itertools.permutations(range(7), 2):
        distance = squares[a][b] ** 0.5
        if labels[a] == labels[b] and labels[a] != 3:
            near.append(distance)
        else:
            far.append(max(0.0, 0.9 - distance))
    pushed = [each for each in far if each > 0]
    expected = sum(near) / len(near) + sum(pushed) / len(pushed)
    assert head(x, labels).mean().item() == pytest.approx(expected, rel=1e-4)


def test_everyday_photos_alone_make_no_pair() -> None:
    head = PairHead(CLASSES, config=HeadConfig(kind="triplet", center_weight=0))
    assert head(torch.randn(3, 4), torch.tensor([3, 3, 3])).tolist() == [0.0, 0.0, 0.0]
