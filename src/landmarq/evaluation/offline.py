"""The offline test: one system's answers against the truth, in every figure that the project reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from landmarq import metrics
from landmarq.evaluation.answers import Answer
from landmarq.evaluation.figures import (
    AtSpecificity,
    CurvePoint,
    Figure,
    SystemReport,
    album_figure,
    at_specificity,
    figure,
)
from landmarq.evaluation.groups import landmark_groups, negative_groups
from landmarq.evaluation.labelled import LabelledPhotos
from landmarq.evaluation.mistakes import confusions, mistakes
from landmarq.evaluation.scored import NON_LANDMARK, OPERATING_THRESHOLD, UNKNOWN_LANDMARK, Scored, score
from landmarq.metrics import Decisions


@dataclass(frozen=True)
class OfflineConfig:
    """What an offline report shows.

    Attributes:
        rates: landmark rates for the album precision, each between 0 and 1.
        specificities: specificities at which the sensitivity is given.
        rare_below: a landmark with fewer training photos is rare.
        confidence: two-sided, of every interval.
        resamples: bootstrap resamples for the sensitivity at a specificity.
        mistakes: worst errors shown of each kind.
        confusions: confused pairs shown.
        seed: of the bootstrap.
    """

    rates: tuple[float, ...] = (0.005, 0.01, 0.02, 0.03)
    specificities: tuple[float, ...] = (0.99, 0.999)
    rare_below: int = 40
    confidence: float = metrics.CONFIDENCE
    resamples: int = 1000
    mistakes: int = 24
    confusions: int = 20
    seed: int = 0


def evaluate(photos: LabelledPhotos, answers: Sequence[Answer], *, name: str, config: OfflineConfig) -> SystemReport:
    """Measure one system.

    Args:
        photos: the test.
        answers: one a photo, in the order of the test (``labelled.align``).
        name: what the report calls the system.
        config: what to show.

    Raises:
        InputError: answers that can't be scored, or photos of one kind only.
    """
    scored = score(photos, answers)
    decisions = scored.decisions
    point = metrics.operating_point(decisions, OPERATING_THRESHOLD)
    bars = _at_specificities(scored, config)

    def shown(share: metrics.Proportion) -> Figure:
        return figure(share, config.confidence)

    return SystemReport(
        name=name,
        photos=len(decisions),
        positives=decisions.n_positives,
        negatives=decisions.n_negatives,
        unreadable=sum(bool(answer.error) for answer in answers),
        top_1=shown(metrics.top_1(decisions)),
        sensitivity=shown(point.sensitivity),
        mistaken=shown(point.mistaken),
        specificity=shown(metrics.specificity(decisions, OPERATING_THRESHOLD)),
        further_wrong=shown(_further_wrong(scored)),
        gap=metrics.global_average_precision(decisions),
        albums=tuple(album_figure(scored.album_precision(rate), config.confidence) for rate in config.rates),
        at_specificity=bars,
        landmark_groups=landmark_groups(scored, bars, rare_below=config.rare_below, confidence=config.confidence),
        negative_groups=negative_groups(scored, confidence=config.confidence),
        confusions=confusions(scored, config.confusions),
        mistakes=mistakes(scored, config.mistakes),
        curve=_curve_points(decisions),
    )


def _further_wrong(scored: Scored) -> metrics.Proportion:
    """Count the photos that also stand in an album of a landmark that neither they show nor the best candidate is."""
    hits = sum(
        any(landmark not in {row.landmark, answer.best} for landmark in answer.landmarks)
        for row, answer in zip(scored.rows, scored.answers, strict=True)
    )
    return metrics.Proportion(hits, len(scored.rows))


def _at_specificities(scored: Scored, config: OfflineConfig) -> tuple[AtSpecificity, ...]:
    """Measure against each kind of negative alone and, where there are two, against all."""
    positive = scored.decisions.positive
    kinds = np.array([scored.negative_kind(row) for row in scored.rows])
    sets = {f"{kind}s": positive | (kinds == kind) for kind in (NON_LANDMARK, UNKNOWN_LANDMARK)}
    sets = {name: mask for name, mask in sets.items() if np.any(mask & ~positive)}
    if len(sets) > 1:
        sets["all"] = np.ones(len(positive), np.bool_)
    found = []
    for name, mask in sets.items():
        chosen = scored.decisions.where(mask)
        for wanted in config.specificities:
            threshold = metrics.threshold_at_specificity(chosen, wanted)
            interval = metrics.sensitivity_at_specificity_interval(
                chosen,
                wanted,
                np.random.default_rng(config.seed),
                resamples=config.resamples,
                confidence=config.confidence,
            )
            found.append(
                at_specificity(
                    name,
                    wanted,
                    threshold=threshold,
                    alarms=metrics.false_alarms(chosen, threshold),
                    share=metrics.sensitivity(chosen, threshold),
                    interval=interval,
                )
            )
    return tuple(found)


def _curve_points(decisions: Decisions) -> tuple[CurvePoint, ...]:
    curve = metrics.curve(decisions)
    columns = (curve.thresholds, curve.right, curve.wrong, curve.alarms)
    return tuple(
        CurvePoint(None if np.isinf(threshold) else float(threshold), int(right), int(wrong), int(alarms))
        for threshold, right, wrong, alarms in zip(*columns, strict=True)
    )
