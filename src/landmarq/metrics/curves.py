"""Counts at every threshold at once: the ROC and precision-recall curves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landmarq.errors import InputError
from landmarq.metrics.decisions import Decisions


@dataclass(frozen=True)
class Curve:
    """Counts at every distinct score as the threshold, from the strictest (nothing accepted) to the loosest.

    Attributes:
        thresholds: float64, shape (m,), falling; the first is plus infinity. Photos without a candidate
            (score minus infinity) are never accepted, so the last point need not accept everything.
        right, wrong, alarms: int64, shape (m,): accepted positives with the right and with a wrong landmark,
            accepted negatives.
        n_positives, n_negatives: the photos of each kind.
    """

    thresholds: NDArray[np.float64]
    right: NDArray[np.int64]
    wrong: NDArray[np.int64]
    alarms: NDArray[np.int64]
    n_positives: int
    n_negatives: int

    @property
    def sensitivity(self) -> NDArray[np.float64]:
        """Share of positives accepted and right: the recall, shape (m,)."""
        return np.asarray(self.right / self.n_positives, np.float64)

    @property
    def false_alarm_rate(self) -> NDArray[np.float64]:
        """Share of negatives accepted: 1 - specificity, shape (m,)."""
        return np.asarray(self.alarms / self.n_negatives, np.float64)

    @property
    def precision(self) -> NDArray[np.float64]:
        """Share of accepted photos that are right, in this very mix of photos; 1 where nothing is accepted."""
        accepted = self.right + self.wrong + self.alarms
        return np.asarray(np.where(accepted > 0, self.right / np.maximum(accepted, 1), 1.0), np.float64)

    def precision_at_rate(self, rate: float) -> NDArray[np.float64]:
        """Return the album precision at a landmark rate (``metrics.albums``), shape (m,); 1 where nothing is accepted.

        Raises:
            InputError: ``rate`` is not between 0 and 1.
        """
        if not 0 < rate < 1:
            raise InputError(f"a landmark rate lies between 0 and 1, such as 0.01; not {rate}")
        right = rate * self.sensitivity
        accepted = right + rate * self.wrong / self.n_positives + (1 - rate) * self.false_alarm_rate
        return np.divide(right, accepted, out=np.ones(len(accepted)), where=accepted > 0)


def curve(decisions: Decisions) -> Curve:
    """Count at every distinct score.

    Raises:
        InputError: no positives, or no negatives.
    """
    decisions.need_both()
    order = np.argsort(-decisions.scores, kind="stable")
    scores = decisions.scores[order]
    # The last photo of each run of equal scores: a threshold accepts all of the run or none.
    ends = np.flatnonzero(np.append(scores[1:] != scores[:-1], True) & ~np.isneginf(scores))

    def counted(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.concatenate([[0], np.cumsum(mask[order])[ends]]).astype(np.int64)

    return Curve(
        np.concatenate([[np.inf], scores[ends]]),
        counted(decisions.right),
        counted(decisions.positive & ~decisions.right),
        counted(~decisions.positive),
        decisions.n_positives,
        decisions.n_negatives,
    )
