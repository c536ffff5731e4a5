"""Two systems on the same photos: is the difference more than noise?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landmarq.errors import InputError
from landmarq.metrics.decisions import Mask


@dataclass(frozen=True, slots=True)
class PairedTest:
    """Photos on which exactly one of two systems is right, and how likely such a split is by chance.

    Attributes:
        only_first: photos that only the first system gets right.
        only_second: photos that only the second gets right.
        p_value: of McNemar's exact two-sided test; 1 where the systems never differ.
    """

    only_first: int
    only_second: int
    p_value: float


def mcnemar(first: Mask, second: Mask) -> PairedTest:
    """Compare two systems photo by photo (McNemar 1947, exact form).

    Photos that both get right or both get wrong say nothing. If neither were better, the others would split
    like a fair coin: p = P(|2 X - n| >= |b - c|) for X ~ Binomial(n = b + c, 1/2).

    Args:
        first: bool, shape (n,): the first system is right on the photo.
        second: bool, shape (n,): the same of the second.

    Raises:
        InputError: no photos, or lengths that differ.
    """
    from scipy.stats import binomtest

    if first.shape != second.shape or first.ndim != 1 or len(first) == 0:
        raise InputError("a paired test needs both systems' answers on the same photos")
    only_first = int(np.count_nonzero(first & ~second))
    only_second = int(np.count_nonzero(second & ~first))
    differing = only_first + only_second
    p_value = float(binomtest(only_first, differing).pvalue) if differing else 1.0
    return PairedTest(only_first, only_second, p_value)
