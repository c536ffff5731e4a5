"""Figures at a threshold, and the threshold for a wanted specificity."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landmarq.errors import InputError
from landmarq.metrics.decisions import Decisions
from landmarq.metrics.intervals import CONFIDENCE, Interval, Proportion


def sensitivity(decisions: Decisions, threshold: float) -> Proportion:
    """Return the share of positives that are accepted with the right landmark.

    Raises:
        InputError: no positives.
    """
    if decisions.n_positives == 0:
        raise InputError("no photo shows a known landmark: sensitivity means nothing here")
    return Proportion(int(np.count_nonzero(decisions.right_scores >= threshold)), decisions.n_positives)


def mistaken(decisions: Decisions, threshold: float) -> Proportion:
    """Return the share of positives that are accepted with a wrong landmark.

    Raises:
        InputError: no positives.
    """
    if decisions.n_positives == 0:
        raise InputError("no photo shows a known landmark: there is none to mistake")
    return Proportion(int(np.count_nonzero(decisions.wrong_scores >= threshold)), decisions.n_positives)


def false_alarms(decisions: Decisions, threshold: float) -> Proportion:
    """Return the share of negatives that are accepted: 1 - specificity.

    Raises:
        InputError: no negatives.
    """
    if decisions.n_negatives == 0:
        raise InputError("every photo shows a known landmark: specificity means nothing without other photos")
    return Proportion(int(np.count_nonzero(decisions.negative_scores >= threshold)), decisions.n_negatives)


def specificity(decisions: Decisions, threshold: float) -> Proportion:
    """Return the share of negatives that are not accepted.

    Raises:
        InputError: no negatives.
    """
    alarms = false_alarms(decisions, threshold)
    return Proportion(alarms.total - alarms.hits, alarms.total)


def top_1(decisions: Decisions) -> Proportion:
    """Return the share of positives whose best candidate is right, accepted or not.

    Raises:
        InputError: no positives.
    """
    return sensitivity(decisions, -np.inf)


def allowed_false_alarms(n_negatives: int, wanted: float) -> int:
    """Return how many of ``n_negatives`` may be accepted at a specificity of at least ``wanted``.

    It is the whole part of n (1 - wanted): with 637 negatives 99.9 % allows none, for one would be 99.84 %.

    Raises:
        InputError: ``wanted`` is not above 0 and at most 1.
    """
    if not 0 < wanted <= 1:
        raise InputError(f"a specificity lies above 0 and is at most 1, such as 0.99; not {wanted}")
    # 1 - 0.9 is 0.09999..., and ten negatives at 90 % do allow one.
    return math.floor(n_negatives * (1 - wanted) + 1e-9)


def threshold_at_specificity(decisions: Decisions, wanted: float) -> float:
    """Return the lowest threshold whose specificity on these negatives is at least ``wanted``.

    With k false alarms allowed it is the next number above the (k+1)-th highest negative score. Negatives
    that tie with that score are all rejected: the figure errs on the side of a missing photo.

    Raises:
        InputError: no negatives, or ``wanted`` is out of range.
    """
    if decisions.n_negatives == 0:
        raise InputError("every photo shows a known landmark: specificity means nothing without other photos")
    return float(np.nextafter(_bar(decisions.negative_scores, wanted), np.inf))


def sensitivity_at_specificity(decisions: Decisions, wanted: float) -> Proportion:
    """Return the sensitivity at the threshold of ``threshold_at_specificity``.

    Raises:
        InputError: no positives, no negatives, or ``wanted`` is out of range.
    """
    decisions.need_both()
    return sensitivity(decisions, threshold_at_specificity(decisions, wanted))


def sensitivity_at_specificity_interval(
    decisions: Decisions,
    wanted: float,
    rng: np.random.Generator,
    *,
    resamples: int = 1000,
    confidence: float = CONFIDENCE,
) -> Interval:
    """Return an interval that counts both the positives' chance and the threshold's.

    At 99.9 % one or two negatives set the threshold, so that Wilson's interval for a fixed threshold says too
    little. Positives and negatives are resampled separately (percentile bootstrap, Efron 1979); the result is
    the smallest interval that holds both the bootstrap's and Wilson's, since the bootstrap of 100 % is a point.

    Raises:
        InputError: no positives, no negatives, or ``wanted`` is out of range.
    """
    fixed = sensitivity_at_specificity(decisions, wanted).wilson(confidence)
    negatives = decisions.negative_scores
    hits = np.where(decisions.right, decisions.scores, -np.inf)[decisions.positive]
    shares = [
        np.mean(rng.choice(hits, len(hits)) > _bar(rng.choice(negatives, len(negatives)), wanted))
        for _ in range(resamples)
    ]
    low, high = np.quantile(shares, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Interval(min(fixed.low, float(low)), max(fixed.high, float(high)), confidence)


def _bar(negatives: NDArray[np.float64], wanted: float) -> np.float64:
    """Return the highest negative score that must stay below the threshold; minus infinity where none must."""
    allowed = allowed_false_alarms(len(negatives), wanted)
    if allowed >= len(negatives):
        return np.float64(-np.inf)
    place = len(negatives) - 1 - allowed
    return np.float64(np.partition(negatives, place)[place])


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """The counts at one threshold, from which every share and the album precision follow."""

    threshold: float
    sensitivity: Proportion
    mistaken: Proportion
    false_alarms: Proportion


def operating_point(decisions: Decisions, threshold: float) -> OperatingPoint:
    """Count at one threshold.

    Raises:
        InputError: no positives, or no negatives.
    """
    decisions.need_both()
    return OperatingPoint(
        threshold,
        sensitivity(decisions, threshold),
        mistaken(decisions, threshold),
        false_alarms(decisions, threshold),
    )
