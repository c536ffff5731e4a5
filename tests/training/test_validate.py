from __future__ import annotations

import pytest
import torch

from landmarq.training.classes import Classes
from landmarq.training.validate import Outputs, recogniser_figures

CLASSES = Classes(("a", "b"), non_landmark=True)


def outputs(logits: list[list[float]], labels: list[int]) -> Outputs:
    return Outputs(torch.zeros(len(labels), 2), torch.tensor(logits, dtype=torch.float32), torch.tensor(labels))


def test_figures_of_a_hand_case() -> None:
    # Two right (one surely, one less surely than the everyday photo), one wrong, one everyday photo.
    said = outputs([[9, 0, 0], [2, 0, 1.9], [0, 9, 0], [3, 0, 1]], [0, 0, 0, -1])
    assert recogniser_figures(said, CLASSES) == {
        "top1": pytest.approx(2 / 3),
        "sensitivity99": pytest.approx(1 / 3),
    }


def test_without_everyday_photos_there_is_no_sensitivity() -> None:
    assert recogniser_figures(outputs([[9, 0, 0]], [0]), CLASSES) == {"top1": 1.0}
    assert recogniser_figures(outputs([[9, 0, 0]], [-1]), CLASSES) == {}


def test_without_a_classifier_the_nearest_photo_of_the_pool_decides() -> None:
    pool = Outputs(torch.tensor([[5.0, 0.0], [0.0, 1.0]]), None, torch.tensor([0, 1]))
    said = Outputs(torch.tensor([[1.0, 0.1], [0.1, 2.0], [1.0, 1.0]]), None, torch.tensor([0, 1, 2]))
    assert recogniser_figures(said, CLASSES, pool=pool) == {"top1": 1.0, "sensitivity99": 1.0}
