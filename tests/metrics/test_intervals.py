from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from landmarq.metrics import Interval, Proportion
from landmarq.metrics.intervals import lower_limit, upper_limit


@given(
    st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.sampled_from([0.9, 0.95, 0.99])
)
def test_intervals_are_scipys(counts: tuple[int, int], confidence: float) -> None:
    share, scipys = Proportion(*counts), binomtest(*counts)
    for ours, method in ((share.wilson(confidence), "wilson"), (share.clopper_pearson(confidence), "exact")):
        theirs = scipys.proportion_ci(confidence, method)
        assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
        assert 0 <= ours.low <= share.share <= ours.high <= 1


def test_the_designs_example_290_positives_give_80_percent_give_or_take_4_6() -> None:
    wilson = Proportion(232, 290).wilson()
    assert (wilson.high - wilson.low) / 2 == pytest.approx(0.046, abs=0.0005)


def test_rule_of_three() -> None:
    assert upper_limit(0, 1000, 0.95) == pytest.approx(1 - 0.05 ** (1 / 1000))
    assert upper_limit(0, 1000, 0.95) == pytest.approx(3 / 1000, rel=0.01)
    assert upper_limit(7, 7, 0.95) == 1
    assert lower_limit(0, 7, 0.95) == 0
    assert lower_limit(7, 7, 0.95) == pytest.approx(0.05 ** (1 / 7))


@pytest.mark.parametrize("counts", [(0, 0), (3, 2), (-1, 2)])
def test_a_share_of_nothing_is_refused(counts: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="not a share"):
        Proportion(*counts)


def test_what_is_not_an_interval_is_refused() -> None:
    with pytest.raises(ValueError, match="not an interval"):
        Interval(0.2, 0.1)
    with pytest.raises(ValueError, match="confidence"):
        Interval(0.1, 0.2, 95)
