from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_curve

from landmarq.errors import InputError
from landmarq.metrics import (
    Decisions,
    Proportion,
    allowed_false_alarms,
    curve,
    false_alarms,
    global_average_precision,
    mistaken,
    operating_point,
    sensitivity,
    sensitivity_at_specificity,
    sensitivity_at_specificity_interval,
    specificity,
    threshold_at_specificity,
    top_1,
)

Row = tuple[float, bool, bool]
LEVELS = (-np.inf, -0.3, -0.1, 0.0, 0.1, 0.2, 0.5)


def make(rows: list[Row]) -> Decisions:
    """Build decisions from rows of (score, right, positive)."""
    return Decisions(
        np.array([row[0] for row in rows], np.float64),
        np.array([row[1] for row in rows], np.bool_),
        np.array([row[2] for row in rows], np.bool_),
    )


@st.composite
def any_rows(draw: st.DrawFn) -> list[Row]:
    """Draw photos of both kinds, with many ties and some photos without a candidate."""
    rows: list[Row] = []
    for positive in (True, False):
        for _ in range(draw(st.integers(1, 12))):
            score = draw(st.sampled_from(LEVELS))
            rows.append((score, positive and np.isfinite(score) and draw(st.booleans()), positive))
    return draw(st.permutations(rows))


# Five positives (one wrong, one without a candidate) and five negatives, to count by hand.
TEN = make(
    [
        *[(0.4, True, True), (0.3, True, True), (0.1, False, True), (-0.2, True, True), (-np.inf, False, True)],
        *[(0.2, False, False), (-0.1, False, False), (-0.1, False, False), (-0.3, False, False)],
        (-np.inf, False, False),
    ]
)


def test_counts_at_a_threshold_by_hand() -> None:
    assert sensitivity(TEN, 0.0) == Proportion(2, 5)
    assert mistaken(TEN, 0.0) == Proportion(1, 5)
    assert false_alarms(TEN, 0.0) == Proportion(1, 5)
    assert specificity(TEN, 0.0) == Proportion(4, 5)
    assert specificity(TEN, -0.1) == Proportion(2, 5), "a score equal to the threshold is accepted"
    assert top_1(TEN) == Proportion(3, 5)
    point = operating_point(TEN, 0.0)
    assert (point.sensitivity.hits, point.mistaken.hits, point.false_alarms.hits) == (2, 1, 1)


def test_sensitivity_at_a_specificity_by_hand() -> None:
    # Of five negatives 80 % allows one alarm: the bar is the second highest, -0.1, and both that tie there fall.
    assert threshold_at_specificity(TEN, 0.8) == np.nextafter(-0.1, 1)
    assert sensitivity_at_specificity(TEN, 0.8) == Proportion(2, 5)
    assert false_alarms(TEN, threshold_at_specificity(TEN, 0.8)) == Proportion(1, 5)
    # 60 % allows two, but the second and the third tie: accepting one would accept both, which is 3 alarms.
    assert false_alarms(TEN, threshold_at_specificity(TEN, 0.6)) == Proportion(1, 5)
    # 99 % allows none.
    assert sensitivity_at_specificity(TEN, 0.99) == Proportion(2, 5)
    # 40 % allows three: the bar is -0.3 and the right answer at -0.2 gets in.
    assert sensitivity_at_specificity(TEN, 0.4) == Proportion(3, 5)


@pytest.mark.parametrize(
    ("negatives", "wanted", "allowed"), [(637, 0.999, 0), (637, 0.99, 6), (10, 0.9, 1), (1000, 0.999, 1), (5, 1.0, 0)]
)
def test_allowed_false_alarms(negatives: int, wanted: float, allowed: int) -> None:
    assert allowed_false_alarms(negatives, wanted) == allowed


@given(any_rows(), st.sampled_from([0.01, 0.3, 0.5, 0.75, 0.9, 0.99, 1.0]))
def test_threshold_is_the_lowest_that_keeps_the_specificity(rows: list[Row], wanted: float) -> None:
    photos = make(rows)
    negatives = [score for score, _, positive in rows if not positive]

    def kept(threshold: float) -> bool:
        return sum(score >= threshold for score in negatives) <= (1 - wanted) * len(negatives) + 1e-9

    threshold = threshold_at_specificity(photos, wanted)
    assert kept(threshold)
    # A naive search over every score finds no better sensitivity.
    hits = max(sum(r and s >= t for s, r, _ in rows) for t in (*LEVELS[1:], 1.0) if kept(t))
    assert sensitivity_at_specificity(photos, wanted).hits == hits


@given(any_rows(), st.floats(-1, 1), st.floats(0, 1))
def test_a_higher_threshold_never_raises_sensitivity_nor_false_alarms(
    rows: list[Row], threshold: float, more: float
) -> None:
    photos = make(rows)
    for figure in (sensitivity, mistaken, false_alarms):
        assert figure(photos, threshold + more).hits <= figure(photos, threshold).hits


@given(any_rows(), st.randoms(use_true_random=False))
def test_the_order_of_photos_never_matters(rows: list[Row], random: Random) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    a, b = make(rows), make(shuffled)
    assert sensitivity_at_specificity(a, 0.9) == sensitivity_at_specificity(b, 0.9)
    assert global_average_precision(a) == global_average_precision(b)
    assert np.array_equal(curve(a).right, curve(b).right)


@given(any_rows())
def test_the_curve_counts_as_the_figures_do(rows: list[Row]) -> None:
    photos = make(rows)
    got = curve(photos)
    for i, threshold in enumerate(got.thresholds):
        assert got.right[i] == sensitivity(photos, threshold).hits
        assert got.wrong[i] == mistaken(photos, threshold).hits
        assert got.alarms[i] == false_alarms(photos, threshold).hits
    assert got.thresholds[0] == np.inf
    assert np.all(np.isfinite(got.thresholds[1:])), "a photo without a candidate is never accepted"
    assert np.all(np.diff(got.thresholds) < 0)


def test_the_curve_is_scikit_learns_where_no_answer_is_wrong() -> None:
    rng = np.random.default_rng(3)
    positive = rng.random(200) < 0.4
    scores = np.round(rng.normal(size=200) + positive, 1)
    got = curve(Decisions(scores, positive, positive))
    fpr, tpr, thresholds = roc_curve(positive, scores, drop_intermediate=False)
    assert np.array_equal(got.thresholds, thresholds)
    assert np.allclose(got.false_alarm_rate, fpr)
    assert np.allclose(got.sensitivity, tpr)
    # Step-wise area under precision-recall, as scikit-learn defines average precision.
    area = np.sum(np.diff(got.sensitivity) * got.precision[1:])
    assert area == pytest.approx(average_precision_score(positive, scores))


def test_precision_of_the_curve_in_this_mix_and_at_a_landmark_rate() -> None:
    got = curve(TEN)
    at = int(np.flatnonzero(got.thresholds == 0.1)[0])
    assert got.precision[at] == 2 / 4
    assert got.precision[0] == 1, "nothing is accepted, nothing is wrong"
    r = 0.01
    assert got.precision_at_rate(r)[at] == pytest.approx(r * 2 / 5 / (r * 2 / 5 + r * 1 / 5 + (1 - r) * 1 / 5))
    with pytest.raises(InputError, match="landmark rate"):
        got.precision_at_rate(0)


def test_the_interval_of_sensitivity_at_a_specificity_holds_the_figure_and_repeats() -> None:
    rng = np.random.default_rng(0)
    positive = np.arange(400) < 200
    photos = Decisions(rng.normal(size=400) + 2 * positive, positive, positive)
    share = sensitivity_at_specificity(photos, 0.99)
    got = sensitivity_at_specificity_interval(photos, 0.99, np.random.default_rng(1), resamples=200)
    assert got == sensitivity_at_specificity_interval(photos, 0.99, np.random.default_rng(1), resamples=200)
    wilson = share.wilson()
    assert got.low < wilson.low < share.share < wilson.high <= got.high, "the threshold's chance widens it"


def test_perfect_answers_still_have_an_interval() -> None:
    positive = np.arange(40) < 20
    photos = Decisions(np.where(positive, 1.0, -1.0), positive, positive)
    got = sensitivity_at_specificity_interval(photos, 0.99, np.random.default_rng(0), resamples=20)
    assert got.high == 1
    assert got.low == pytest.approx(Proportion(20, 20).wilson().low)


def test_a_missing_kind_of_photo_is_an_error_and_not_a_zero() -> None:
    only_positives, only_negatives = TEN.where(TEN.positive), TEN.where(~TEN.positive)
    with pytest.raises(InputError, match="specificity means nothing"):
        specificity(only_positives, 0)
    with pytest.raises(InputError, match="specificity means nothing"):
        threshold_at_specificity(only_positives, 0.9)
    for figure in (lambda d: sensitivity(d, 0), lambda d: mistaken(d, 0), top_1, global_average_precision, curve):
        with pytest.raises(InputError, match="no photo shows a known landmark"):
            figure(only_negatives)
    for wanted in (0, -1, 1.1):
        with pytest.raises(InputError, match="a specificity lies"):
            sensitivity_at_specificity(TEN, wanted)
