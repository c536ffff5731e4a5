"""Shares with their uncertainty: 290 right of 363 is 80 %, give or take 4.1 points."""

from __future__ import annotations

import math
from dataclasses import dataclass

CONFIDENCE = 0.95
"""Two-sided confidence of every interval that a report shows."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Limits of an estimate at a stated two-sided confidence."""

    low: float
    high: float
    confidence: float = CONFIDENCE

    def __post_init__(self) -> None:
        """Refuse what is not an interval."""
        if not self.low <= self.high:
            raise ValueError(f"not an interval: {self.low} to {self.high}")
        if not 0 < self.confidence < 1:
            raise ValueError(f"confidence must lie between 0 and 1, not {self.confidence}")


@dataclass(frozen=True, slots=True)
class Proportion:
    """``hits`` of ``total`` independent photos; an empty total is refused, for its share would be a quiet 0."""

    hits: int
    total: int

    def __post_init__(self) -> None:
        """Refuse what is not a share."""
        if not 0 <= self.hits <= self.total or self.total == 0:
            raise ValueError(f"not a share: {self.hits} of {self.total}")

    @property
    def share(self) -> float:
        """Hits over total, 0 to 1."""
        return self.hits / self.total

    def wilson(self, confidence: float = CONFIDENCE) -> Interval:
        """Return the Wilson score interval (Wilson 1927), which holds its confidence on average.

        With p = hits / n and z the normal quantile, the limits solve |p - x| = z sqrt(x (1 - x) / n):
        x = (p + z²/2n ± z sqrt(p (1 - p)/n + z²/4n²)) / (1 + z²/n).
        """
        from scipy.special import ndtri

        n, p, z = self.total, self.share, float(ndtri((1 + confidence) / 2))
        middle = p + z * z / (2 * n)
        spread = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        scale = 1 + z * z / n
        low = 0.0 if self.hits == 0 else (middle - spread) / scale
        high = 1.0 if self.hits == n else (middle + spread) / scale
        return Interval(low, high, confidence)

    def clopper_pearson(self, confidence: float = CONFIDENCE) -> Interval:
        """Return the exact interval (Clopper and Pearson 1934), which never holds less than its confidence."""
        tail = (1 + confidence) / 2
        return Interval(lower_limit(self.hits, self.total, tail), upper_limit(self.hits, self.total, tail), confidence)

    def reach(self, confidence: float, *, upper: bool) -> float:
        """Return how far the exact one-sided upper (or lower) limit lies from the share."""
        if upper:
            return upper_limit(self.hits, self.total, confidence) - self.share
        return self.share - lower_limit(self.hits, self.total, confidence)


def upper_limit(hits: int, total: int, confidence: float) -> float:
    """Return the one-sided exact upper limit of a share: the p with P(Binomial(total, p) <= hits) = 1 - confidence.

    For no hits it is 1 - (1 - confidence)^(1/total), about 3 / total at 95 %: the rule of three.
    """
    from scipy.special import betaincinv

    return 1.0 if hits == total else float(betaincinv(hits + 1, total - hits, confidence))


def lower_limit(hits: int, total: int, confidence: float) -> float:
    """Return the one-sided exact lower limit of a share: the p with P(Binomial(total, p) >= hits) = 1 - confidence."""
    from scipy.special import betaincinv

    return 0.0 if hits == 0 else float(betaincinv(hits, total - hits + 1, 1 - confidence))
