"""Global average precision: one ranked list over all photos, landmarks or not."""

from __future__ import annotations

import numpy as np

from landmarq.errors import InputError
from landmarq.metrics.decisions import Decisions


def global_average_precision(decisions: Decisions) -> float:
    """Return GAP, also called micro-AP (Perronnin et al. 2009; Weyand et al. 2020, section 5).

    With every photo's best candidate ranked by score, GAP = (1/M) sum_i P(i) rel(i): rel(i) is 1 where the
    i-th is right, P(i) the share of right ones among the first i, M the number of positives. Negatives take
    part and can only lower it. Photos without a candidate stand last, where they change nothing. Among equal
    scores the wrong ones come first, so that the order of the photos never matters.

    Returns:
        0 to 1.

    Raises:
        InputError: no positives.
    """
    if decisions.n_positives == 0:
        raise InputError("no photo shows a known landmark: GAP means nothing here")
    order = np.lexsort((decisions.right, -decisions.scores))
    right = decisions.right[order]
    precision = np.cumsum(right) / np.arange(1, len(right) + 1)
    return float(np.sum(precision[right]) / decisions.n_positives)
