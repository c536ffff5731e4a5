"""How much of what stands in the albums is right, at a library's own landmark rate.

In a library where a share r of the photos shows a known landmark, with S the share of those accepted and right,
W the share accepted under a wrong name, and F the share of the other photos accepted, the albums' precision is

    P = r S / (r S + r W + (1 - r) F).

At r = 1 %, S = 80 % and F = 1 % it is 45 %: the reason why 99 % specificity is not enough.
"""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass

from landmarq.errors import InputError
from landmarq.metrics.intervals import CONFIDENCE, Interval, Proportion, upper_limit
from landmarq.metrics.operating import OperatingPoint

MAX_NEGATIVES = 10**9
"""Nobody will collect more; a wish that needs more can't be shown at all."""


def album_precision(*, right: float, wrong: float, false_alarms: float, rate: float) -> float:
    """Return P as above; nan where nothing would be accepted.

    Args:
        right: S, 0 to 1.
        wrong: W, 0 to 1.
        false_alarms: F, 0 to 1.
        rate: r, between 0 and 1.

    Raises:
        InputError: ``rate`` is not between 0 and 1.
    """
    _check_rate(rate)
    accepted = rate * right + rate * wrong + (1 - rate) * false_alarms
    return rate * right / accepted if accepted > 0 else math.nan


def largest_false_alarm_rate(*, precision: float, rate: float, right: float, wrong: float = 0.0) -> float:
    """Return the largest F with P >= ``precision``: r (S (1 - p) / p - W) / (1 - r); below 0 where no F will do.

    For 98 % at a 1 % rate with S = 0.82 it is 1.7e-4.

    Raises:
        InputError: ``precision`` or ``rate`` is not between 0 and 1.
    """
    _check_rate(rate)
    _check_precision(precision)
    return rate * (right * (1 - precision) / precision - wrong) / (1 - rate)


def negatives_needed(false_alarm_rate: float, *, confidence: float = CONFIDENCE, false_alarms: int = 0) -> int:
    """Return how many clean negatives show, with so many accepted, that the rate is at most ``false_alarm_rate``.

    The smallest n whose one-sided Clopper-Pearson upper limit is at most the rate. With none accepted it is
    ln(1 - confidence) / ln(1 - rate), rounded up: 3 / rate at 95 %, the rule of three; 1.7e-4 takes 17,621.

    Raises:
        InputError: the rate is not between 0 and 1, or so small that no collection would show it.
    """
    if not 0 < false_alarm_rate < 1:
        raise InputError(f"a false-alarm rate lies between 0 and 1; not {false_alarm_rate}")
    tries = range(false_alarms + 1, MAX_NEGATIVES)
    found = bisect.bisect_left(tries, True, key=lambda n: upper_limit(false_alarms, n, confidence) <= false_alarm_rate)
    if found == len(tries):
        raise InputError(f"no collection of photos would show a false-alarm rate under {false_alarm_rate:.3g}")
    return tries[found]


@dataclass(frozen=True, slots=True)
class AlbumPrecision:
    """Album precision at a landmark rate, from counts.

    Attributes:
        right: S, accepted and right among the positives.
        wrong: W, accepted under a wrong name among the same positives; a photo that is reported under two
            landmarks may be both.
        false_alarms: F, accepted among the negatives.
        rate: r, share of a library's photos that show a known landmark.
    """

    right: Proportion
    wrong: Proportion
    false_alarms: Proportion
    rate: float

    def __post_init__(self) -> None:
        """Refuse what can't be one measurement."""
        _check_rate(self.rate)
        if self.right.total != self.wrong.total:
            raise InputError("right and wrong must be counted on the same positives")

    @property
    def value(self) -> float:
        """P, 0 to 1; nan where nothing is accepted."""
        return album_precision(
            right=self.right.share, wrong=self.wrong.share, false_alarms=self.false_alarms.share, rate=self.rate
        )

    def lower(self, confidence: float = CONFIDENCE) -> float:
        """Return the one-sided lower limit of P: the largest p that the data can promise with this confidence.

        P >= p holds exactly when theta(p) = r (1 - p) S - p (r W + (1 - r) F) >= 0, a sum of three shares. Its
        lower limit is had by adding the squared distances of their exact limits from their estimates (the
        "method of variance estimates recovery", Zou and Donner 2008), S and W correlated as two counts of one
        multinomial sample: -sqrt(S W / ((1 - S)(1 - W))). The limit of P is the p where theta's limit is 0.
        With many positives and W = 0 it is the rule of three on F.
        """
        return self._limit(confidence, upper=False)

    def upper(self, confidence: float = CONFIDENCE) -> float:
        """Return the one-sided upper limit of P, by the same method."""
        return self._limit(confidence, upper=True)

    def interval(self, confidence: float = CONFIDENCE) -> Interval:
        """Return the two-sided interval: ``lower`` and ``upper``, each at (1 + confidence) / 2."""
        tail = (1 + confidence) / 2
        return Interval(self.lower(tail), self.upper(tail), confidence)

    def _limit(self, confidence: float, *, upper: bool) -> float:
        # Imported here: scipy takes longer to import than most commands run.
        from scipy.optimize import brentq

        s, w, f, r = self.right.share, self.wrong.share, self.false_alarms.share, self.rate
        to_right = self.right.reach(confidence, upper=upper)
        to_wrong = self.wrong.reach(confidence, upper=not upper)
        to_alarms = self.false_alarms.reach(confidence, upper=not upper)
        free = (1 - s) * (1 - w)
        correlation = -math.sqrt(s * w / max(free, s * w)) if s * w else 0.0
        sign = 1 if upper else -1

        def theta_limit(p: float) -> float:
            a, b, c = r * (1 - p) * to_right, r * p * to_wrong, (1 - r) * p * to_alarms
            spread = math.sqrt(a * a + b * b - 2 * correlation * a * b + c * c)
            return r * (1 - p) * s - p * (r * w + (1 - r) * f) + sign * spread

        return float(brentq(theta_limit, 0.0, 1.0, xtol=1e-12))


def album_precision_at(point: OperatingPoint, rate: float) -> AlbumPrecision:
    """Return the album precision of an operating point at a landmark rate.

    Raises:
        InputError: ``rate`` is not between 0 and 1.
    """
    return AlbumPrecision(point.sensitivity, point.mistaken, point.false_alarms, rate)


def negatives_for_promise(
    *, right: Proportion, wrong: Proportion, rate: float, precision: float, confidence: float = CONFIDENCE
) -> int:
    """Return how many clean negatives, none accepted, it takes to promise an album precision.

    The smallest n with ``AlbumPrecision(right, wrong, 0 of n, rate).lower(confidence) >= precision``.

    Raises:
        InputError: no number of negatives would do, because too many landmark photos get a wrong name or too few
            are known to be found; or ``precision`` or ``rate`` is out of range.
    """
    _check_precision(precision)
    tries = range(1, MAX_NEGATIVES)

    def promised(n: int) -> bool:
        return AlbumPrecision(right, wrong, Proportion(0, n), rate).lower(confidence) >= precision

    found = bisect.bisect_left(tries, True, key=promised)
    if found == len(tries):
        raise InputError(
            f"{precision:.4g} can't be promised with any number of negatives: of {right.total} landmark photos "
            f"{right.hits} are accepted rightly and {wrong.hits} under a wrong name"
        )
    return tries[found]


def _check_rate(rate: float) -> None:
    if not 0 < rate < 1:
        raise InputError(f"a landmark rate lies between 0 and 1, such as 0.01; not {rate}")


def _check_precision(precision: float) -> None:
    if not 0 < precision < 1:
        raise InputError(f"a precision lies between 0 and 1, such as 0.98; not {precision}")
