"""One threshold for a wanted album precision: by estimate, or as a promise that the counts keep."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landmarq import metrics
from landmarq.errors import InputError
from landmarq.evaluation.tail import false_alarm_tail
from landmarq.metrics import Decisions

STEP = 1e-4
"""Thresholds are rounded up to it: the last bits of a similarity differ between machines."""
LOWEST = -2.0
"""Below any similarity."""
GRID = 2000
NEARLY = 0.9
"""Where no threshold reaches a goal, this share of the best precision takes its place."""
NEXT = 2
"""By how many times the next looser goal then allows more wrong photos for a right one."""


@dataclass(frozen=True, slots=True)
class Goal:
    """An album precision to reach in a library where the share ``rate`` of the photos shows a known landmark."""

    precision: float
    rate: float

    def __post_init__(self) -> None:
        """Refuse what is no share."""
        if not 0 < self.precision < 1:
            raise InputError(f"a precision lies between 0 and 1, such as 0.98; not {self.precision}")
        if not 0 < self.rate < 1:
            raise InputError(f"a landmark rate lies between 0 and 1, such as 0.01; not {self.rate}")


@dataclass(frozen=True, slots=True)
class Support:
    """What is known of one threshold.

    Attributes:
        threshold: eta or eta_place.
        positives, negatives: photos it was judged on.
        sensitivity: share of the positives accepted and right.
        mistaken: positives accepted under a wrong name.
        false_alarms: negatives accepted.
        estimated_precision: of the albums, with the tail of the negatives' scores beyond what was counted.
        supported_precision: what the counts alone promise, at the confidence of the calibration.
    """

    threshold: float
    positives: int
    negatives: int
    sensitivity: float
    mistaken: int
    false_alarms: int
    estimated_precision: float
    supported_precision: float


def support(decisions: Decisions, threshold: float, goal: Goal, confidence: float) -> Support:
    """Return what is known of a threshold at a goal's landmark rate."""
    point = metrics.operating_point(decisions, threshold)
    return Support(
        threshold=threshold,
        positives=decisions.n_positives,
        negatives=decisions.n_negatives,
        sensitivity=point.sensitivity.share,
        mistaken=point.mistaken.hits,
        false_alarms=point.false_alarms.hits,
        estimated_precision=float(_estimated_precisions(decisions, np.array([threshold]), goal.rate)[0]),
        supported_precision=metrics.album_precision_at(point, goal.rate).lower(confidence),
    )


def _rounded_up(threshold: float) -> float:
    """Round up to ``STEP``, and at least a hundredth of it beyond."""
    return min(2.0, round(math.ceil(max(LOWEST, threshold) / STEP + 0.01) * STEP, 6))


def _estimated_precisions(decisions: Decisions, thresholds: NDArray[np.float64], rate: float) -> NDArray[np.float64]:
    """Return the album precision at each threshold, false alarms by the tail; 0 where nothing would be accepted."""
    alarms = false_alarm_tail(decisions.negative_scores).rate(thresholds)
    right, wrong = (
        np.array([np.count_nonzero(scores >= threshold) for threshold in thresholds]) / decisions.n_positives
        for scores in (decisions.right_scores, decisions.wrong_scores)
    )
    accepted = rate * (right + wrong) + (1 - rate) * alarms
    return np.asarray(np.where(right > 0, rate * right / np.maximum(accepted, 1e-300), 0.0), np.float64)


def estimated_threshold(decisions: Decisions, goal: Goal) -> float:
    """Return the lowest threshold that reaches the goal by estimate; where none does, ``NEARLY`` the best precision."""
    thresholds, precisions = _precision_curve(decisions, goal.rate)
    wanted = goal.precision if precisions.max() >= goal.precision else NEARLY * precisions.max()
    reached = precisions >= wanted
    return _rounded_up(float(thresholds[np.argmax(reached)]))


def within_reach(decisions: Sequence[Decisions], goals: Sequence[Goal]) -> list[Goal]:
    """Lower the goals, strictest first, to what the photos can tell; goals that they can tell stay as they are.

    If the strictest is out of reach, it becomes ``NEARLY`` the best estimated precision there is, and each next one
    allows ``NEXT`` times as many wrong photos for a right one: sets that all stand at the best precision would be one.

    Args:
        decisions: kinds of photos (without a place, with one); the goals hold for the worst of them.
        goals: at one landmark rate.
    """
    best = min(_precision_curve(each, goals[0].rate)[1].max() for each in decisions)
    if best >= goals[0].precision:
        return list(goals)
    strictest = NEARLY * best
    wrong = (1 - strictest) / strictest
    return [Goal(min(goal.precision, 1 / (1 + wrong * NEXT**number)), goal.rate) for number, goal in enumerate(goals)]


def _precision_curve(decisions: Decisions, rate: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return thresholds from the lowest score to the highest of a photo named rightly, and the precision at each."""
    finite = decisions.scores[np.isfinite(decisions.scores)]
    thresholds = np.linspace(finite.min(), decisions.right_scores.max(initial=finite.min()), GRID)
    return thresholds, _estimated_precisions(decisions, thresholds, rate)


def promised_threshold(decisions: Decisions, goal: Goal, confidence: float, *, kind: str) -> float:
    """Return the lowest threshold at which the counts promise the goal.

    With k false alarms allowed the threshold stands above the (k+1)-th highest negative. Its true false-alarm
    rate is below Clopper-Pearson's upper limit for k of n with the stated confidence, although the threshold was
    set on these very photos: this is Wilks' tolerance limit (1941), and how many k the goal allows depends on n alone,
    the positives given.
    """
    negatives = np.sort(decisions.negative_scores)[::-1]
    largest = metrics.largest_false_alarm_rate(precision=goal.precision, rate=goal.rate, right=1.0)
    most = min(len(negatives) - 1, math.floor(largest * len(negatives)))
    # Above a negative, or above a landmark photo with a wrong name: only there does a promise grow.
    bars = [*negatives[: most + 1], *decisions.wrong_scores[decisions.wrong_scores > negatives[most]]]
    for threshold in sorted({_rounded_up(float(bar)) for bar in bars}):
        point = metrics.operating_point(decisions, threshold)
        if metrics.album_precision_at(point, goal.rate).lower(confidence) >= goal.precision:
            return threshold
    raise InputError(_refusal(decisions, goal, confidence, threshold=_rounded_up(float(negatives[0])), kind=kind))


def _refusal(decisions: Decisions, goal: Goal, confidence: float, *, threshold: float, kind: str) -> str:
    """Say what is missing at the lowest threshold that no negative passes."""
    point = metrics.operating_point(decisions, threshold)
    right, wrong = point.sensitivity, point.mistaken
    lower = metrics.album_precision_at(point, goal.rate).lower(confidence)
    asked = (
        f"an album precision of {goal.precision:.4g} at a landmark rate of {goal.rate:.4g} can't be promised {kind}: "
        f"{decisions.n_negatives:,} other photos support {lower:.3f} with {confidence:.0%} confidence"
    )
    largest = metrics.largest_false_alarm_rate(
        precision=goal.precision, rate=goal.rate, right=right.share, wrong=wrong.share
    )
    if largest <= 0:
        return (
            f"{asked}, and no number of them would do: of {right.total} landmark photos {right.hits} are "
            f"named rightly and {wrong.hits} wrongly"
        )
    try:
        needed = metrics.negatives_for_promise(
            right=right, wrong=wrong, rate=goal.rate, precision=goal.precision, confidence=confidence
        )
    except InputError:
        # The landmark photos leave too much open; this many would do if their shares were certain.
        needed = metrics.negatives_needed(largest, confidence=confidence)
        return (
            f"{asked}; it takes at least {needed:,}, none of them accepted, and more than {right.total} landmark photos"
        )
    return f"{asked}; it takes {needed:,}, none of them accepted"
