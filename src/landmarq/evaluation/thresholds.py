"""One threshold for a wanted album precision: by estimate, or as a promise that the counts keep."""

from __future__ import annotations

import math
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
"""Where no threshold reaches a goal, the lowest with this share of the best precision will do."""


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
    finite = decisions.scores[np.isfinite(decisions.scores)]
    thresholds = np.linspace(finite.min(), decisions.right_scores.max(initial=finite.min()), GRID)
    precisions = _estimated_precisions(decisions, thresholds, goal.rate)
    wanted = goal.precision if precisions.max() >= goal.precision else NEARLY * precisions.max()
    reached = precisions >= wanted
    return _rounded_up(float(thresholds[np.argmax(reached)]))


def promised_threshold(decisions: Decisions, goal: Goal, confidence: float, *, kind: str) -> float:
    """Return the lowest threshold at which the counts promise the goal.

    With k false alarms allowed the threshold stands above the (k+1)-th highest negative. Its true false-alarm
    rate is below Clopper-Pearson's upper limit for k of n with the stated confidence, although the threshold was
    set on these very photos: this is Wilks' tolerance limit (1941), and how many k the goal allows depends on n alone,
    the positives given.
    """
    negatives = np.sort(decisions.negative_scores)[::-1]
    largest = metrics.largest_false_alarm_rate(precision=goal.precision, rate=goal.rate, right=1.0)
    best = None
    for allowed in range(min(len(negatives) - 1, math.floor(largest * len(negatives))) + 1):
        threshold = _rounded_up(float(negatives[allowed]))
        point = metrics.operating_point(decisions, threshold)
        if metrics.album_precision_at(point, goal.rate).lower(confidence) >= goal.precision:
            best = threshold
    if best is None:
        raise InputError(_refusal(decisions, goal, confidence, threshold=_rounded_up(float(negatives[0])), kind=kind))
    return best


def _refusal(decisions: Decisions, goal: Goal, confidence: float, *, threshold: float, kind: str) -> str:
    point = metrics.operating_point(decisions, threshold)
    lower = metrics.album_precision_at(point, goal.rate).lower(confidence)
    asked = f"{goal.precision:.4g} at a landmark rate of {goal.rate:.4g} can't be promised {kind}"
    try:
        needed = metrics.negatives_for_promise(
            right=point.sensitivity,
            wrong=point.mistaken,
            rate=goal.rate,
            precision=goal.precision,
            confidence=confidence,
        )
    except InputError as error:
        return f"{asked}: {error}"
    return (
        f"{asked}: it takes {needed:,} clean non-landmark photos, none of them accepted, and there are "
        f"{decisions.n_negatives:,}; with {confidence:.0%} confidence they support a precision of {lower:.3f}"
    )
