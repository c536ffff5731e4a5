"""Thresholds for a wanted precision of the albums, and what the data can promise of it.

The thresholds of a pack are three: eta and rho for photos without a place, eta_place for those with one. Their
difference rho - eta is chosen first, on a part of the photos set apart for it; then eta and eta_place are each set
on the others, for a wanted album precision at a landmark rate.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from landmarq import metrics
from landmarq.embed import CatalogVectors
from landmarq.evaluation.probing import (
    NO_REFERENCE_CHECK,
    accepted_by_look,
    places_beside_landmarks,
    scores_by_look,
    scores_with_place,
)
from landmarq.evaluation.thresholds import (
    LOWEST,
    Goal,
    Support,
    estimated_threshold,
    promised_threshold,
    support,
    within_reach,
)
from landmarq.pack import STRICTNESSES, Pack, Strictness, Thresholds

RATE_SPECIFICITY = 0.99
"""A library's landmark rate is estimated at the threshold with this specificity."""


@dataclass(frozen=True)
class CalibrationConfig:
    """How thresholds are chosen.

    Attributes:
        offsets: values of rho - eta that are tried; the lowest leaves the reference check out.
        offset_share: share of the photos that choose among them, and nothing else.
        offset_specificities: the offset with the largest mean sensitivity at these is taken.
        precisions: album precision to be reached by each set, strictest first, where nothing is promised.
        confidence: of a promise, one-sided.
        seed: which photos are set apart, and which places photos without one are given.
    """

    offsets: tuple[float, ...] = (NO_REFERENCE_CHECK, -0.3, -0.25, -0.2, -0.15, -0.1, -0.05, 0.0)
    offset_share: float = 0.2
    offset_specificities: tuple[float, ...] = (0.95, 0.97, 0.98, 0.99)
    precisions: tuple[float, float, float] = (0.98, 0.9, 0.7)
    confidence: float = 0.95
    seed: int = 0


@dataclass(frozen=True, slots=True)
class CalibratedSet:
    """One set of thresholds, its goal, and what supports it by look alone and with a place."""

    thresholds: Thresholds
    goal: Goal
    by_look: Support
    with_place: Support


class Calibrator:
    """The photos of one calibration, scored once.

    Attributes:
        offset: the chosen rho - eta.
        by_look: photos that set eta.
        with_place: photos, each with a place, that set eta_place.
        confidence: of a promise.
    """

    def __init__(self, pack: Pack, photos: CatalogVectors, config: CalibrationConfig) -> None:
        """Choose the offset and score the photos.

        Raises:
            InputError: no photos of known landmarks, or too few others.
        """
        rng = np.random.default_rng(config.seed)
        known = np.array([row.landmark in {each.id for each in pack.landmarks} for row in photos.rows])
        apart = _set_apart(known, config.offset_share, rng)
        chooser, rest = photos.where(apart.tolist()), photos.where((~apart).tolist())
        self.offset = _best_offset(pack, chooser, config)
        self.by_look = scores_by_look(pack, rest, offset=self.offset)
        self.with_place = scores_with_place(pack, *places_beside_landmarks(rest, pack, rng))
        self.confidence = config.confidence
        self._pack = pack
        self.by_look.need_both()
        self.with_place.need_both()

    def best(self, goals: dict[Strictness, Goal]) -> dict[Strictness, CalibratedSet]:
        """Return a set for each strictness, at its goal as far as it is within reach, with what the counts support.

        A stricter set is never below a looser one.

        Raises:
            InputError: too few negatives to estimate the tail of their scores.
        """
        found: dict[Strictness, CalibratedSet] = {}
        eta = eta_place = LOWEST
        wanted = within_reach((self.by_look, self.with_place), [goals[strictness] for strictness in STRICTNESSES])
        for strictness, goal in reversed(list(zip(STRICTNESSES, wanted, strict=True))):
            eta = max(eta, estimated_threshold(self.by_look, goal))
            eta_place = max(eta_place, estimated_threshold(self.with_place, goal))
            found[strictness] = self._set(goal, eta=eta, eta_place=min(eta, eta_place))
        return found

    def promised(self, goal: Goal) -> CalibratedSet:
        """Return the loosest thresholds whose precision the counts promise.

        Raises:
            InputError: the data can't show it; the message says how many negatives it takes.
        """
        eta = promised_threshold(self.by_look, goal, self.confidence, kind="without a place")
        eta_place = promised_threshold(self.with_place, goal, self.confidence, kind="with a place")
        return self._set(goal, eta=eta, eta_place=min(eta, eta_place))

    def library_rate(self, library: CatalogVectors) -> metrics.AdjustedCount:
        """Estimate the share of a library's photos that show a known landmark, by how many are accepted by look.

        Raises:
            InputError: the photos of the calibration can't tell landmark photos from others.
        """
        eta = metrics.threshold_at_specificity(self.by_look, RATE_SPECIFICITY)
        point = metrics.operating_point(self.by_look, eta)
        found = metrics.Proportion(point.sensitivity.hits + point.mistaken.hits, self.by_look.n_positives)
        accepted = accepted_by_look(self._pack, library, offset=self.offset, eta=eta)
        return metrics.AdjustedCount(accepted, found, point.false_alarms)

    def _set(self, goal: Goal, *, eta: float, eta_place: float) -> CalibratedSet:
        rho = max(LOWEST, eta + self.offset)
        return CalibratedSet(
            Thresholds(eta=eta, eta_place=eta_place, rho=round(rho, 6)),
            goal,
            support(self.by_look, eta, goal, self.confidence),
            support(self.with_place, eta_place, goal, self.confidence),
        )


def _set_apart(known: metrics.Mask, share: float, rng: np.random.Generator) -> metrics.Mask:
    """Return the photos that choose the offset: the same share of either kind."""
    apart = np.zeros(len(known), np.bool_)
    for kind in (known, ~known):
        numbers = rng.permutation(np.flatnonzero(kind))
        apart[numbers[: math.ceil(share * len(numbers))]] = True
    return apart


def _best_offset(pack: Pack, photos: CatalogVectors, config: CalibrationConfig) -> float:
    """Return the offset with the largest mean sensitivity; among equals the one that asks the references least."""
    if not len(pack.gallery.references):
        return NO_REFERENCE_CHECK

    def sensitivity(offset: float) -> float:
        decisions = scores_by_look(pack, photos, offset=offset)
        shares = [metrics.sensitivity_at_specificity(decisions, each).share for each in config.offset_specificities]
        return float(np.mean(shares))

    return max(sorted(config.offsets), key=sensitivity)


def goals_at(rate: float, precisions: Sequence[float]) -> dict[Strictness, Goal]:
    """Return a goal for each strictness, strictest first, at one landmark rate."""
    return {strictness: Goal(precision, rate) for strictness, precision in zip(STRICTNESSES, precisions, strict=True)}
