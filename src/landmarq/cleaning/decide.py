"""What becomes of each row: kept, dropped, relabelled or unsure, and why. Every row gets exactly one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from landmarq.cleaning.claims import Claims
from landmarq.cleaning.config import CleanConfig
from landmarq.cleaning.evidence import Evidence
from landmarq.types import Floats, Ints, Vectors

_BORROWED = 10
_LEAST, _MOST = 0.5, 0.9


class Outcome(StrEnum):
    """What becomes of a row; also the name of its file."""

    KEPT = "kept"
    DROPPED = "dropped"
    RELABELLED = "relabelled"
    UNSURE = "unsure"


class Reason(StrEnum):
    """Why."""

    SHOWS_IT = "shows its landmark"
    NO_LANDMARK = "left as a photo without a landmark"
    ANOTHER = "shows another landmark"
    ANOTHER_KEPT = "shows another landmark, where it already is"
    EVERYDAY = "shows no known landmark"
    UNLIKE = "unlike the photos of its landmark"
    DOUBTFUL = "not surely its landmark"
    FAR = "taken far from its landmark"
    SAME_FILE = "same file as a kept photo"
    SAME_PICTURE = "same picture as a kept photo"
    DRAWING = "a drawing, plan, map or logo"
    UNREADABLE = "photo can't be read"
    NO_REFERENCE = "its landmark has no reference"
    UNKNOWN = "its landmark is not in the table"
    PERSON = "a person said so"


@dataclass(frozen=True)
class Decisions:
    """What becomes of m rows.

    Attributes:
        outcome: (m,) of ``Outcome``.
        reason: (m,) of ``Reason``.
        landmark: landmark of each row now, (m,) int64; that which it claimed unless relabelled.
        same_as: for duplicates, the row that stays, (m,) int64; else -1.
        threshold: the probability asked of each landmark's rows, (k,) float64.
    """

    outcome: NDArray[np.object_]
    reason: NDArray[np.object_]
    landmark: Ints
    same_as: Ints
    threshold: Floats

    def count(self, outcome: Outcome) -> int:
        """Return the number of rows with an outcome."""
        return int((self.outcome == outcome).sum())


def thresholds(probability: Vectors, label: Ints, landmarks: int, config: CleanConfig) -> Floats:
    """Return the probability asked of each landmark's rows, (k,) float64.

    What is more probably right than wrong is kept. Where more than ``config.error`` of the wrong rows would stay, by an
    estimate from the probabilities, the threshold rises until no more do. From 0.9 on everything is kept: a crawl that
    is nearly clean loses nothing that is nearly sure.

    It is found for all rows together, or for each landmark; there ten rows that stand for all rows help.

    Args:
        probability: that each row's label is right, (m,).
        label: landmark that each row claims, (m,); -1 for none.
        landmarks: k.
        config: how.
    """
    if config.keep_above > 0:
        return np.full(landmarks, config.keep_above)
    asked = probability[label >= 0].astype(np.float64)
    if not config.per_landmark or not len(asked):
        return np.full(landmarks, _threshold(asked, config.error))
    usual = np.quantile(asked, (np.arange(_BORROWED) + 0.5) / _BORROWED, method="inverted_cdf")
    order = np.argsort(label, kind="stable")
    bounds = np.searchsorted(label[order], np.arange(landmarks + 1))
    pieces = (probability[order[bounds[at] : bounds[at + 1]]].astype(np.float64) for at in range(landmarks))
    return np.array([_threshold(np.concatenate([piece, usual]), config.error) for piece in pieces])


def decide(
    claims: Claims, evidence: Evidence, config: CleanConfig, *, far: NDArray[np.bool_] | None = None
) -> Decisions:
    """Decide every row by itself; ``drop_duplicates`` then looks at kept rows together.

    Args:
        claims: the crawl.
        evidence: what its photos probably show.
        config: thresholds.
        far: rows whose photo was taken far from the claimed landmark, (m,); they are never kept.
    """
    label = claims.label
    probability = evidence.of(claims.photo, label)
    threshold = thresholds(probability, label, claims.landmarks, config)
    best, best_probability = (each[claims.photo] for each in evidence.best())
    everyday = evidence.everyday[claims.photo]
    asked = np.where(label >= 0, threshold[np.maximum(label, 0)], 0)
    none = label < 0
    good = ~none & (probability >= asked)
    moved = ~none & ~good & (best != label) & (best_probability >= config.relabel_above)
    doubt = ~none & ~good & ~moved & (probability >= config.unsure_above)
    rest = ~none & ~good & ~moved & ~doubt
    away = np.zeros(len(label), bool) if far is None else far & good
    outcome = np.full(len(label), Outcome.KEPT, object)
    reason = np.full(len(label), Reason.SHOWS_IT, object)
    for rows, result, why in (
        (none, Outcome.KEPT, Reason.NO_LANDMARK),
        (moved, Outcome.RELABELLED, Reason.ANOTHER),
        (doubt, Outcome.UNSURE, Reason.DOUBTFUL),
        (rest, Outcome.DROPPED, Reason.UNLIKE),
        (rest & (everyday >= 0.5), Outcome.DROPPED, Reason.EVERYDAY),
        (away, Outcome.UNSURE, Reason.FAR),
    ):
        outcome[rows], reason[rows] = result, why
    return Decisions(outcome, reason, np.where(moved, best, label), np.full(len(label), -1, np.int64), threshold)


def decide_plain(claims: Claims, scores: Vectors, *, threshold: float) -> Decisions:
    """Decide by similarity to references alone: below the threshold a row is dropped (Boiarov & Tyantov, section 3.1).

    Args:
        claims: the crawl.
        scores: similarity of each row to the references of its landmark, (m,).
        threshold: asked of all.
    """
    label = claims.label
    outcome = np.full(len(label), Outcome.KEPT, object)
    reason = np.full(len(label), Reason.SHOWS_IT, object)
    reason[label < 0] = Reason.NO_LANDMARK
    far = (label >= 0) & (scores < threshold)
    outcome[far], reason[far] = Outcome.DROPPED, Reason.UNLIKE
    same = np.full(len(label), -1, np.int64)
    return Decisions(outcome, reason, label.copy(), same, np.full(claims.landmarks, threshold))


def _threshold(probability: Floats, error: float) -> float:
    """Return the lowest threshold at which an estimated ``error`` of the wrong rows stays at most, 0.5 to 0.9."""
    descending = np.sort(probability)[::-1]
    staying = np.cumsum(1 - descending)
    last = np.append(np.diff(descending) < 0, [True])[: len(descending)]
    within = np.flatnonzero(last & (staying <= error * staying[-1:]))
    return float(np.clip(descending[within[-1]] if len(within) else 1, _LEAST, _MOST))
