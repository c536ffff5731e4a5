from __future__ import annotations

import numpy as np
import pytest

from landmarq.cleaning import Claims, Evidence
from landmarq.cleaning.borderline import borderline, entropy_bits


def test_entropy_is_a_bit_at_one_half_and_nothing_where_all_is_known() -> None:
    assert entropy_bits(np.array([0.5, 0.25, 0.0, 1.0])) == pytest.approx([1, 0.811278, 0, 0], abs=1e-5)


def world(probability: list[float], vectors: list[int], label: list[int]) -> tuple[Claims, Evidence]:
    """Photos in orthogonal directions, and the probability that each shows what it claims."""
    directions = np.eye(8, dtype=np.float32)
    n = len(label)
    claims = Claims(directions[vectors], np.arange(n), np.array(label), directions[:2], np.arange(2), 2)
    given = np.array(probability, np.float32)
    landmark = np.maximum(np.array(label), 0)[:, None].astype(np.int32)
    return claims, Evidence(landmark, given[:, None], 1 - given)


def test_what_is_least_known_is_asked_first_and_what_is_known_not_at_all() -> None:
    claims, evidence = world([0.9, 0.5, 0.999, 0.7, 0.5], [0, 1, 2, 3, 4], [0, 0, 0, 1, -1])
    assert borderline(claims, evidence, most=10).tolist() == [1, 3, 0]
    assert borderline(claims, evidence, most=1).tolist() == [1]
    assert borderline(claims, evidence, most=10, without=np.array([1])).tolist() == [3, 0]


def test_an_answer_that_tells_of_many_photos_comes_first_and_its_like_last() -> None:
    # Rows 1 to 3 are one view: one answer tells of all of them, but not of row 4, which claims another landmark.
    claims, evidence = world([0.5, 0.6, 0.6, 0.6, 0.6], [0, 1, 1, 1, 1], [0, 0, 0, 0, 1])
    order = borderline(claims, evidence, most=10).tolist()
    assert order[0] == 1
    assert order[1:3] == [0, 4]
