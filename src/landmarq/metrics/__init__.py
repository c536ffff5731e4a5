"""Figures of merit: pure functions of numpy arrays; no files, no progress bars, scipy only when called.

- ``decisions``: scores and truth of photos, the one input.
- ``operating``: sensitivity, specificity and top-1 at a threshold; sensitivity at a wanted specificity.
- ``curves``: the same at all thresholds.
- ``intervals``: Wilson and Clopper-Pearson intervals of shares.
- ``albums``: album precision at a landmark rate, with an interval; the negatives that a promise takes.
- ``prevalence``: a library's landmark rate by the adjusted count.
- ``paired``: McNemar's exact test of two systems on the same photos.
- ``gap``: global average precision.
- ``ranking``: average precision with junk, mP@k, AP@100, top-k, votes of neighbours.
"""

from landmarq.metrics.albums import (
    AlbumPrecision,
    album_precision,
    album_precision_at,
    largest_false_alarm_rate,
    negatives_for_promise,
    negatives_needed,
)
from landmarq.metrics.curves import Curve, curve
from landmarq.metrics.decisions import Decisions, Mask, decisions
from landmarq.metrics.gap import global_average_precision
from landmarq.metrics.intervals import CONFIDENCE, Interval, Proportion
from landmarq.metrics.operating import (
    OperatingPoint,
    allowed_false_alarms,
    false_alarms,
    mistaken,
    operating_point,
    sensitivity,
    sensitivity_at_specificity,
    sensitivity_at_specificity_interval,
    specificity,
    threshold_at_specificity,
    top_1,
)
from landmarq.metrics.paired import PairedTest, mcnemar
from landmarq.metrics.prevalence import AdjustedCount
from landmarq.metrics.ranking import (
    Ranks,
    average_precision_at,
    precision_at,
    ranks_of_positives,
    top_k_accuracy,
    trapezoid_average_precision,
    vote,
)

__all__ = [
    "CONFIDENCE",
    "AdjustedCount",
    "AlbumPrecision",
    "Curve",
    "Decisions",
    "Interval",
    "Mask",
    "OperatingPoint",
    "PairedTest",
    "Proportion",
    "Ranks",
    "album_precision",
    "album_precision_at",
    "allowed_false_alarms",
    "average_precision_at",
    "curve",
    "decisions",
    "false_alarms",
    "global_average_precision",
    "largest_false_alarm_rate",
    "mcnemar",
    "mistaken",
    "negatives_for_promise",
    "negatives_needed",
    "operating_point",
    "precision_at",
    "ranks_of_positives",
    "sensitivity",
    "sensitivity_at_specificity",
    "sensitivity_at_specificity_interval",
    "specificity",
    "threshold_at_specificity",
    "top_1",
    "top_k_accuracy",
    "trapezoid_average_precision",
    "vote",
]
