from __future__ import annotations

import math

import numpy as np
import pytest

from landmarq.errors import InputError
from landmarq.metrics import PairedTest, mcnemar


def flags(*counts: tuple[int, bool, bool]) -> tuple[np.ndarray[tuple[int], np.dtype[np.bool_]], ...]:
    rows = [(a, b) for n, a, b in counts for _ in range(n)]
    return np.array([a for a, _ in rows], np.bool_), np.array([b for _, b in rows], np.bool_)


def test_by_hand() -> None:
    # 10 photos differ, 9 to 1: p = 2 (C(10,0) + C(10,1)) / 2^10.
    first, second = flags((50, True, True), (9, True, False), (1, False, True), (7, False, False))
    got = mcnemar(first, second)
    assert (got.only_first, got.only_second) == (9, 1)
    assert got.p_value == pytest.approx(2 * (math.comb(10, 0) + math.comb(10, 1)) / 2**10)
    assert mcnemar(second, first).p_value == got.p_value


def test_photos_on_which_both_agree_say_nothing() -> None:
    few = mcnemar(*flags((6, True, False), (2, False, True)))
    many = mcnemar(*flags((6, True, False), (2, False, True), (900, True, True), (900, False, False)))
    assert few == many


def test_systems_that_never_differ() -> None:
    assert mcnemar(*flags((5, True, True))) == PairedTest(0, 0, 1.0)


def test_different_photos_are_refused() -> None:
    for first, second in ((np.zeros(3, np.bool_), np.zeros(4, np.bool_)), (np.zeros(0, np.bool_),) * 2):
        with pytest.raises(InputError, match="same photos"):
            mcnemar(first, second)
