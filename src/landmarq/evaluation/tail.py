"""False-alarm rates beyond what was counted: the tail of the negatives' scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landmarq.errors import InputError

TAIL_SHARE = 0.1
MIN_TAIL = 10


@dataclass(frozen=True)
class FalseAlarmTail:
    """Share of negatives that score at least t: counted below ``start``, beyond it falling exponentially.

    The largest scores of a sample exceed a high bar by amounts that follow a generalised Pareto law (Pickands 1975);
    its shape is taken as 0. Similarities can't exceed 1, so their own shape is below 0 and their tail thinner: the
    rates are estimated rather too high than too low. An estimate, and no promise.

    Attributes:
        negatives: scores of the negatives, (n,) float64, sorted.
        start: the bar; a tenth of the negatives, and at least ten, lie above it.
        scale: mean excess over it.
    """

    negatives: NDArray[np.float64]
    start: float
    scale: float

    def rate(self, thresholds: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the estimated false-alarm rate at each threshold, (m,)."""
        n = len(self.negatives)
        counted = (n - np.searchsorted(self.negatives, thresholds, side="left")) / n
        at_start = np.count_nonzero(self.negatives > self.start) / n
        beyond = at_start * np.exp(-(thresholds - self.start) / self.scale)
        return np.asarray(np.where(thresholds > self.start, beyond, counted), np.float64)


def false_alarm_tail(negatives: NDArray[np.float64]) -> FalseAlarmTail:
    """Fit the tail of the negatives' scores (n,), n > 10; minus infinity where a photo had no candidate.

    Raises:
        InputError: too few negatives with a score, or all of one score.
    """
    ordered = np.sort(negatives)
    above = max(MIN_TAIL, round(TAIL_SHARE * len(ordered)))
    if len(ordered) <= above or not np.isfinite(ordered[-above - 1]):
        raise InputError(f"{np.isfinite(ordered).sum()} non-landmark photos with a score are too few to calibrate on")
    start = ordered[-above - 1]
    excess = ordered[ordered > start] - start
    if not len(excess):
        raise InputError("the highest scores of the non-landmark photos are all the same: the recogniser is broken")
    return FalseAlarmTail(ordered, float(start), float(excess.mean()))
