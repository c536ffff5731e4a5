from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmarq.errors import InputError
from landmarq.metrics import AdjustedCount, Proportion


def test_by_hand() -> None:
    # Of 1000 photos 30 are accepted; 80 % of landmark photos are and 1 % of others: (0.03 - 0.01) / (0.8 - 0.01).
    got = AdjustedCount(Proportion(30, 1000), Proportion(400, 500), Proportion(20, 2000))
    assert got.rate == pytest.approx(0.02 / 0.79)
    interval = got.interval()
    assert interval.low < got.rate < interval.high


def test_a_library_with_fewer_than_the_false_alarms_has_none() -> None:
    got = AdjustedCount(Proportion(1, 1000), Proportion(400, 500), Proportion(20, 2000))
    assert got.rate == got.interval().low == 0
    full = AdjustedCount(Proportion(990, 1000), Proportion(400, 500), Proportion(20, 2000))
    assert full.rate == full.interval().high == 1


@pytest.mark.parametrize(("rate", "t", "f"), [(0.02, 0.8, 0.002), (0.3, 0.6, 0.05)])
def test_the_interval_holds_the_truth_as_often_as_it_says(rate: float, t: float, f: float) -> None:
    rng = np.random.default_rng(2)
    held = 0
    for _ in range(400):
        accepted = rng.binomial(5000, rate * t + (1 - rate) * f)
        counts = (int(accepted), 5000), (int(rng.binomial(400, t)), 400), (int(rng.binomial(3000, f)), 3000)
        interval = AdjustedCount(*(Proportion(*each) for each in counts)).interval()
        held += interval.low <= rate <= interval.high
    assert held / 400 > 0.917


@given(st.integers(0, 100), st.integers(30, 60), st.integers(0, 25))
def test_the_interval_holds_the_estimate(accepted: int, found: int, alarms: int) -> None:
    got = AdjustedCount(Proportion(accepted, 100), Proportion(found, 60), Proportion(alarms, 60))
    interval = got.interval()
    assert 0 <= interval.low <= got.rate + 1e-9
    assert got.rate - 1e-9 <= interval.high <= 1


def test_a_recogniser_that_tells_nothing_apart_is_refused() -> None:
    with pytest.raises(InputError, match="can't be told"):
        AdjustedCount(Proportion(3, 100), Proportion(5, 100), Proportion(5, 100))
