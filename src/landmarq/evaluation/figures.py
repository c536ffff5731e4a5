"""The figures of an offline report: frozen values that become JSON as they stand."""

from __future__ import annotations

from dataclasses import dataclass

from landmarq.metrics import AlbumPrecision, Interval, Proportion


@dataclass(frozen=True, slots=True)
class Figure:
    """A share of photos with its interval: ``hits`` of ``total``; Wilson's, at the report's confidence."""

    hits: int
    total: int
    share: float
    low: float
    high: float


def figure(share: Proportion, confidence: float) -> Figure:
    """Return a share with its Wilson interval."""
    interval = share.wilson(confidence)
    return Figure(share.hits, share.total, share.share, interval.low, interval.high)


@dataclass(frozen=True, slots=True)
class AtSpecificity:
    """Sensitivity at the lowest threshold that keeps a wanted specificity against some negatives.

    Attributes:
        negatives: which negatives: ``non-landmarks``, ``unknown landmarks`` or ``all``.
        specificity: the wanted one.
        threshold: on the score; the system's own operating point is 0.
        false_alarms: negatives accepted there.
        n_negatives: of so many.
        sensitivity: its interval counts the threshold's chance too (bootstrap).
    """

    negatives: str
    specificity: float
    threshold: float
    false_alarms: int
    n_negatives: int
    sensitivity: Figure


def at_specificity(
    negatives: str, wanted: float, *, threshold: float, alarms: Proportion, share: Proportion, interval: Interval
) -> AtSpecificity:
    """Put together what was measured at one wanted specificity."""
    found = Figure(share.hits, share.total, share.share, interval.low, interval.high)
    return AtSpecificity(negatives, wanted, threshold, alarms.hits, alarms.total, found)


@dataclass(frozen=True, slots=True)
class AlbumFigure:
    """Precision of the albums at one landmark rate; ``value`` is None where nothing was accepted.

    ``low`` and ``high`` come from ``metrics.AlbumPrecision.interval``.
    """

    rate: float
    value: float | None
    low: float
    high: float


def album_figure(measured: AlbumPrecision, confidence: float) -> AlbumFigure:
    """Return an album precision with its interval."""
    interval = measured.interval(confidence)
    value = None if measured.value != measured.value else measured.value
    return AlbumFigure(measured.rate, value, interval.low, interval.high)


@dataclass(frozen=True, slots=True)
class GroupAtSpecificity:
    """A group's sensitivity at the threshold that the whole test has for a specificity (see ``AtSpecificity``)."""

    negatives: str
    specificity: float
    sensitivity: Figure


@dataclass(frozen=True, slots=True)
class LandmarkGroup:
    """Positives of one kind.

    Attributes:
        by: ``training photos``, ``place``, ``region``, ``category``, ``city`` or ``landmark``.
        name: the group.
        top_1: best candidate right, accepted or not.
        sensitivity: accepted and right, at the operating point.
        mistaken: accepted under a wrong name, at the operating point.
        at_specificity: the sensitivity at each wanted specificity, in the order of the report's.
    """

    by: str
    name: str
    top_1: Figure
    sensitivity: Figure
    mistaken: Figure
    at_specificity: tuple[GroupAtSpecificity, ...]


@dataclass(frozen=True, slots=True)
class NegativeGroup:
    """Negatives of one kind (by ``kind``, ``role``, ``source`` or ``place``) and the share rejected."""

    by: str
    name: str
    specificity: Figure


@dataclass(frozen=True, slots=True)
class Confusion:
    """A landmark (or kind of negative) whose photos were taken for another landmark.

    Attributes:
        truth: name of what is on the photos.
        answer: name of the best candidate.
        photos: how often, accepted or not.
        accepted: how often it was reported.
    """

    truth: str
    answer: str
    photos: int
    accepted: int


@dataclass(frozen=True, slots=True)
class Mistake:
    """One photo that went wrong.

    Attributes:
        kind: ``false alarm``, ``wrong name`` or ``missed``.
        path: as in the catalog.
        truth: name of what is on it.
        answer: name of the best candidate; empty where there was none.
        score: its score; None where there was none.
        reason: the system's sentence.
    """

    kind: str
    path: str
    truth: str
    answer: str
    score: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Photos accepted at one threshold; None where nothing is accepted.

    Attributes:
        threshold: on the score.
        right, wrong: positives accepted with the right and with a wrong landmark.
        false_alarms: negatives accepted.
    """

    threshold: float | None
    right: int
    wrong: int
    false_alarms: int


@dataclass(frozen=True, slots=True)
class SystemReport:
    """All figures of one system on one test.

    Attributes:
        name: the system.
        photos, positives, negatives, unreadable: photos counted; an unreadable photo is never accepted.
        top_1, sensitivity, mistaken, specificity: at the system's own operating point, score >= 0.
        further_wrong: photos on which, beside the best candidate, some wrong landmark was reported.
        gap: global average precision, all photos in one list.
        albums: album precision at the landmark rates asked for; every landmark that is reported counts.
        at_specificity: sensitivity at wanted specificities.
        landmark_groups, negative_groups: the figures by kind of photo.
        confusions: the pairs most confused.
        mistakes: the worst errors.
        curve: the ROC and precision-recall curves.
    """

    name: str
    photos: int
    positives: int
    negatives: int
    unreadable: int
    top_1: Figure
    sensitivity: Figure
    mistaken: Figure
    specificity: Figure
    further_wrong: Figure
    gap: float
    albums: tuple[AlbumFigure, ...]
    at_specificity: tuple[AtSpecificity, ...]
    landmark_groups: tuple[LandmarkGroup, ...]
    negative_groups: tuple[NegativeGroup, ...]
    confusions: tuple[Confusion, ...]
    mistakes: tuple[Mistake, ...]
    curve: tuple[CurvePoint, ...]
