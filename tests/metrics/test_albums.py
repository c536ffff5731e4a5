from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmarq.errors import InputError
from landmarq.metrics import (
    AlbumPrecision,
    OperatingPoint,
    Proportion,
    album_precision,
    album_precision_at,
    largest_false_alarm_rate,
    negatives_for_promise,
    negatives_needed,
)
from landmarq.metrics.intervals import upper_limit


def measured(right: int, wrong: int, positives: int, alarms: int, negatives: int, rate: float = 0.01) -> AlbumPrecision:
    return AlbumPrecision(
        Proportion(right, positives), Proportion(wrong, positives), Proportion(alarms, negatives), rate
    )


def test_80_percent_at_99_percent_fills_albums_mostly_with_wrong_photos() -> None:
    # Of 10,000 photos 100 show a landmark and 80 are found; 1 % of the other 9,900 are 99 false alarms.
    assert album_precision(right=0.8, wrong=0, false_alarms=0.01, rate=0.01) == pytest.approx(80 / (80 + 99))
    assert album_precision(right=0.8, wrong=0.1, false_alarms=0, rate=0.01) == pytest.approx(8 / 9)
    assert math.isnan(album_precision(right=0, wrong=0, false_alarms=0, rate=0.01))


def test_98_percent_at_1_percent_takes_17_false_alarms_in_100_000_and_some_18_000_negatives() -> None:
    largest = largest_false_alarm_rate(precision=0.98, rate=0.01, right=0.82)
    assert largest == pytest.approx(0.01 * 0.82 * (0.02 / 0.98) / 0.99)
    assert largest == pytest.approx(1.7e-4, rel=0.01)
    assert album_precision(right=0.82, wrong=0, false_alarms=largest, rate=0.01) == pytest.approx(0.98)
    assert negatives_needed(1.7e-4) == math.ceil(math.log(0.05) / math.log(1 - 1.7e-4)) == 17621


@given(st.floats(1e-4, 0.5), st.integers(0, 5))
def test_negatives_needed_is_the_smallest_number(rate: float, alarms: int) -> None:
    needed = negatives_needed(rate, false_alarms=alarms)
    assert upper_limit(alarms, needed, 0.95) <= rate
    assert needed == alarms + 1 or upper_limit(alarms, needed - 1, 0.95) > rate


def test_a_wish_that_no_collection_can_show_is_refused() -> None:
    for rate in (1e-12, 0.0, -0.1, 1.0):
        with pytest.raises(InputError, match="false-alarm rate"):
            negatives_needed(rate)


def test_with_many_positives_the_limit_is_the_rule_of_three() -> None:
    got = measured(8_200_000, 0, 10_000_000, 0, 18_000)
    alarms = upper_limit(0, 18_000, 0.95)
    assert got.lower() == pytest.approx(album_precision(right=0.82, wrong=0, false_alarms=alarms, rate=0.01), rel=1e-4)
    assert got.lower() > 0.98
    assert measured(8_200_000, 0, 10_000_000, 0, 17_000).lower() < 0.98
    assert got.value == got.upper() == 1


def test_with_certain_negatives_only_the_positives_count() -> None:
    got = measured(90, 10, 100, 0, 10**9, rate=0.5)
    # Every positive is accepted: P is the share of right ones, whose exact limits are Clopper-Pearson's.
    exact = Proportion(90, 100).clopper_pearson()
    assert (got.interval().low, got.interval().high) == pytest.approx((exact.low, exact.high), abs=2e-3)


@pytest.mark.parametrize(
    ("s", "w", "f", "positives", "negatives", "rate"),
    [(0.9, 0.02, 0.01, 150, 400, 0.02), (0.5, 0.1, 0.002, 300, 1000, 0.01), (0.97, 0.0, 0.02, 60, 300, 0.3)],
)
def test_the_interval_holds_the_truth_as_often_as_it_says(
    s: float, w: float, f: float, positives: int, negatives: int, rate: float
) -> None:
    rng = np.random.default_rng(5)
    truth = album_precision(right=s, wrong=w, false_alarms=f, rate=rate)
    held = above = 0
    repeats = 400
    for _ in range(repeats):
        right, wrong, _ = rng.multinomial(positives, [s, w, 1 - s - w])
        got = measured(int(right), int(wrong), positives, int(rng.binomial(negatives, f)), negatives, rate)
        interval = got.interval()
        held += interval.low <= truth <= interval.high
        above += got.lower() <= truth
    # 0.95 less three standard errors of 400 repeats, 3.3 points.
    assert held / repeats > 0.917
    assert above / repeats > 0.917


@given(st.integers(0, 50), st.integers(0, 10), st.integers(0, 40), st.integers(0, 60), st.floats(0.001, 0.9))
def test_limits_enclose_the_value_and_more_false_alarms_never_help(
    right: int, wrong: int, missed: int, alarms: int, rate: float
) -> None:
    positives = max(1, right + wrong + missed)
    got, worse = (measured(right, wrong, positives, alarms + more, 100, rate) for more in (0, 3))
    assert 0 <= got.lower() <= got.upper() <= 1
    if right + wrong + alarms:
        assert got.lower() - 1e-9 <= got.value <= got.upper() + 1e-9
    assert worse.lower() <= got.lower() + 1e-9


def test_of_an_operating_point() -> None:
    point = OperatingPoint(0.0, Proportion(8, 10), Proportion(1, 10), Proportion(2, 100))
    assert album_precision_at(point, 0.01) == measured(8, 1, 10, 2, 100)


def test_nonsense_is_refused() -> None:
    for rate in (0.0, 1.0, -0.01):
        with pytest.raises(InputError, match="landmark rate"):
            measured(8, 1, 10, 2, 100, rate)
    with pytest.raises(InputError, match="same positives"):
        AlbumPrecision(Proportion(8, 10), Proportion(1, 9), Proportion(2, 100), 0.01)
    with pytest.raises(InputError, match="a precision lies"):
        largest_false_alarm_rate(precision=98, rate=0.01, right=0.8)


def test_negatives_for_a_promise_is_the_smallest_number_that_keeps_it() -> None:
    right, wrong = Proportion(820, 1000), Proportion(1, 1000)
    n = negatives_for_promise(right=right, wrong=wrong, rate=0.01, precision=0.98)
    assert 18_000 < n < 24_000, "some 18,000, and more for what the positives leave open"
    assert AlbumPrecision(right, wrong, Proportion(0, n), 0.01).lower() >= 0.98
    assert AlbumPrecision(right, wrong, Proportion(0, n - 1), 0.01).lower() < 0.98


def test_a_promise_that_wrong_names_break_is_refused() -> None:
    with pytest.raises(InputError, match="under a wrong name"):
        negatives_for_promise(right=Proportion(90, 100), wrong=Proportion(5, 100), rate=0.01, precision=0.98)
    with pytest.raises(InputError, match="a precision lies"):
        negatives_for_promise(right=Proportion(90, 100), wrong=Proportion(0, 100), rate=0.01, precision=1.0)
