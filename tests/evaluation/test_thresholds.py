from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from landmarq.errors import InputError
from landmarq.evaluation.thresholds import STEP, Goal, estimated_threshold, promised_threshold, support, within_reach
from landmarq.metrics import Decisions, album_precision, album_precision_at, operating_point

APART = 3.0
SCALE = 0.1
"""Scores: negatives normal around 0, positives around ``APART``, both times ``SCALE``; all positives right."""


def drawn(rng: np.random.Generator, positives: int, negatives: int, *, wrong: int = 0) -> Decisions:
    scores = rng.normal(size=positives + negatives)
    positive = np.arange(len(scores)) < positives
    right = positive & (np.arange(len(scores)) >= wrong)
    return Decisions((scores + APART * positive) * SCALE, right, positive)


def true_precision(threshold: float, rate: float) -> float:
    t = threshold / SCALE
    return album_precision(right=norm.sf(t - APART), wrong=0, false_alarms=norm.sf(t), rate=rate)


def number_needed(error: InputError) -> int:
    return int(str(error).split("it takes ")[1].split(", none")[0].replace(",", ""))


def test_a_promise_is_kept_as_often_as_it_says_on_the_photos_that_come() -> None:
    rng, goal = np.random.default_rng(3), Goal(0.9, 0.1)
    thresholds = [promised_threshold(drawn(rng, 400, 3000), goal, 0.95, kind="") for _ in range(200)]
    kept = np.mean([true_precision(t, goal.rate) >= goal.precision for t in thresholds])
    assert kept >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / 200)


def test_a_promise_is_the_lowest_threshold_with_the_lower_limit() -> None:
    photos, goal = drawn(np.random.default_rng(4), 400, 3000), Goal(0.9, 0.1)
    threshold = promised_threshold(photos, goal, 0.95, kind="")

    def lower(at: float) -> float:
        return album_precision_at(operating_point(photos, at), goal.rate).lower(0.95)

    assert lower(threshold) >= goal.precision
    below = np.sort(photos.negative_scores[photos.negative_scores < threshold - STEP])[-1]
    assert lower(float(below)) < goal.precision
    found = support(photos, threshold, goal, 0.95)
    assert found.supported_precision == lower(threshold)
    assert (found.positives, found.negatives) == (400, 3000)


def test_a_promise_beyond_the_data_says_how_many_negatives_it_takes() -> None:
    photos = drawn(np.random.default_rng(5), 20_000, 500)
    with pytest.raises(
        InputError, match=r"can't be promised by look: 500 other photos support 0\.\d+ with 95%"
    ) as caught:
        promised_threshold(photos, Goal(0.98, 0.01), 0.95, kind="by look")
    needed = number_needed(caught.value)
    share = np.mean(photos.right_scores > photos.negative_scores.max())
    assert needed == pytest.approx(3 / (0.01 * share * (0.02 / 0.98) / 0.99), rel=0.05)


def test_that_many_negatives_keep_the_promise() -> None:
    goal = Goal(0.9, 0.05)
    with pytest.raises(InputError, match="it takes") as caught:
        promised_threshold(drawn(np.random.default_rng(6), 2000, 100), goal, 0.95, kind="")
    needed = number_needed(caught.value)
    promised_threshold(drawn(np.random.default_rng(7), 2000, 3 * needed), goal, 0.95, kind="")


def test_a_promise_that_needs_more_landmark_photos_too() -> None:
    # 30 landmark photos without a wrong name leave up to 9.5 % of them open: too much for 95 %.
    with pytest.raises(InputError, match=r"it takes at least \d+, .* and more than 30 landmark photos"):
        promised_threshold(drawn(np.random.default_rng(8), 30, 500), Goal(0.95, 0.3), 0.95, kind="")


def test_a_recogniser_that_is_too_often_wrong_can_promise_nothing() -> None:
    photos = drawn(np.random.default_rng(9), 400, 3000, wrong=200)
    with pytest.raises(InputError, match="no number of them would do: of 400 landmark photos"):
        promised_threshold(photos, Goal(0.9, 0.05), 0.95, kind="")


def test_wrong_names_can_be_left_behind_by_a_stricter_threshold() -> None:
    # Twenty wrong names just above every negative: the promise holds only above them.
    photos = drawn(np.random.default_rng(10), 400, 3000)
    scores = photos.scores.copy()
    scores[:20] = photos.negative_scores.max() + 0.01
    right = photos.right.copy()
    right[:20] = False
    threshold = promised_threshold(Decisions(scores, right, photos.positive), Goal(0.9, 0.1), 0.95, kind="")
    assert threshold > scores[0]


def test_an_estimate_reaches_its_goal_and_rises_with_it() -> None:
    photos = drawn(np.random.default_rng(11), 400, 3000)
    thresholds = [estimated_threshold(photos, Goal(precision, 0.01)) for precision in (0.5, 0.8, 0.9)]
    assert thresholds == sorted(thresholds)
    for threshold, wanted in zip(thresholds, (0.5, 0.8, 0.9), strict=True):
        found = support(photos, threshold, Goal(wanted, 0.01), 0.95)
        assert found.estimated_precision >= wanted
        assert found.supported_precision < found.estimated_precision
        assert true_precision(threshold, 0.01) > wanted - 0.15, "an estimate, but not far off"


def test_a_goal_out_of_reach_gives_nearly_the_best_there_is() -> None:
    photos = drawn(np.random.default_rng(12), 400, 3000, wrong=200)
    goal = Goal(0.99, 0.01)
    found = support(photos, estimated_threshold(photos, goal), goal, 0.95)
    assert 0.1 < found.estimated_precision < goal.precision
    assert found.sensitivity > 0


def test_goals_within_reach_stay() -> None:
    photos = drawn(np.random.default_rng(11), 400, 3000)
    goals = [Goal(precision, 0.01) for precision in (0.9, 0.8, 0.5)]
    assert within_reach([photos], goals) == goals


def test_goals_out_of_reach_are_lowered_and_stay_apart() -> None:
    easy = drawn(np.random.default_rng(11), 400, 3000)
    hard = drawn(np.random.default_rng(11), 100, 100)
    goals = [Goal(precision, 0.01) for precision in (0.98, 0.9, 0.7)]
    lowered = within_reach([easy, hard], goals)
    assert lowered == within_reach([hard], goals), "what is hardest decides"
    wrong_for_a_right_one = [(1 - goal.precision) / goal.precision for goal in lowered]
    assert wrong_for_a_right_one == pytest.approx([wrong_for_a_right_one[0] * factor for factor in (1, 2, 4)])
    thresholds = [estimated_threshold(hard, goal) for goal in lowered]
    assert thresholds[0] > thresholds[1] > thresholds[2]


def test_thresholds_are_rounded_up_so_that_the_bar_itself_never_passes() -> None:
    photos, goal = drawn(np.random.default_rng(13), 400, 3000), Goal(0.9, 0.1)
    threshold = promised_threshold(photos, goal, 0.95, kind="")
    assert round(threshold / STEP) * STEP == pytest.approx(threshold, abs=1e-12)
    nearest = photos.negative_scores[photos.negative_scores < threshold].max()
    assert 0.01 * STEP <= threshold - nearest <= 1.02 * STEP


@pytest.mark.parametrize(("precision", "rate"), [(98, 0.01), (0.98, 0), (1.0, 0.01), (0.98, 1)])
def test_goals_out_of_range(precision: float, rate: float) -> None:
    with pytest.raises(InputError, match="lies between 0 and 1"):
        Goal(precision, rate)
