"""How many of a library's photos show a known landmark, judged by how many are accepted."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from landmarq.errors import InputError
from landmarq.metrics.intervals import CONFIDENCE, Interval, Proportion


@dataclass(frozen=True, slots=True)
class AdjustedCount:
    """The landmark rate r of a library by the adjusted count (Forman 2008, "Quantifying counts and costs").

    A recogniser accepts the share A = r T + (1 - r) F of a library, T of the photos with a known landmark (under
    the right name or a wrong one) and F of the others. T and F are known from labelled photos, so
    r = (A - F) / (T - F).

    Attributes:
        accepted: A, counted on the library.
        of_positives: T, counted on labelled photos.
        false_alarms: F, likewise.
    """

    accepted: Proportion
    of_positives: Proportion
    false_alarms: Proportion

    def __post_init__(self) -> None:
        """Refuse a recogniser that can't tell the two kinds apart."""
        if self.of_positives.share <= self.false_alarms.share:
            raise InputError("the landmark rate can't be told: landmark photos are accepted no more often than others")

    @property
    def rate(self) -> float:
        """r, cut to 0 to 1."""
        spread = self.of_positives.share - self.false_alarms.share
        return min(1.0, max(0.0, (self.accepted.share - self.false_alarms.share) / spread))

    def interval(self, confidence: float = CONFIDENCE) -> Interval:
        """Return the rates at which theta(r) = A - r T - (1 - r) F may be 0.

        The limits of theta come from the exact limits of the three shares, their squared distances added
        (Zou and Donner 2008), as in ``metrics.albums``.
        """
        tail = (1 + confidence) / 2
        return Interval(self._root(tail, upper=False), self._root(tail, upper=True), confidence)

    def _root(self, tail: float, *, upper: bool) -> float:
        a, t, f = self.accepted, self.of_positives, self.false_alarms
        to_a = a.reach(tail, upper=upper)
        to_t, to_f = (each.reach(tail, upper=not upper) for each in (t, f))
        sign = 1 if upper else -1

        def theta_limit(r: float) -> float:
            spread = math.hypot(to_a, r * to_t, (1 - r) * to_f)
            return a.share - r * t.share - (1 - r) * f.share + sign * spread

        return _falling_root(theta_limit)


def _falling_root(value: Callable[[float], float]) -> float:
    """Return where a falling function crosses 0 between 0 and 1, or the end nearest to it."""
    from scipy.optimize import brentq

    if value(0.0) <= 0:
        return 0.0
    return 1.0 if value(1.0) >= 0 else float(brentq(value, 0.0, 1.0, xtol=1e-12))
