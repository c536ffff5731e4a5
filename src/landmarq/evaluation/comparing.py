"""Two systems on the same photos: who changed, and is the difference more than noise?"""

from __future__ import annotations

import collections
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from landmarq import metrics
from landmarq.errors import InputError
from landmarq.evaluation.answers import Answer
from landmarq.evaluation.figures import Figure, figure
from landmarq.evaluation.labelled import LabelledPhotos
from landmarq.evaluation.scored import OPERATING_THRESHOLD, Scored, score

SIGNIFICANCE = 0.05
"""A paired test with a smaller p-value is called more than noise."""


@dataclass(frozen=True, slots=True)
class Change:
    """A photo on which the systems report different landmarks.

    Attributes:
        path: the photo.
        first, second: names of the landmarks that each reports; empty for none.
        truth: name of what is on it; empty where nobody knows.
        verdict: ``better``, ``worse`` (the second system), ``neither``, or empty where nobody knows.
        reason: the second system's sentence.
    """

    path: str
    first: tuple[str, ...]
    second: tuple[str, ...]
    truth: str
    verdict: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A paired test on some of the photos.

    Attributes:
        on: what is right there: ``all photos``, ``sensitivity``, ``specificity`` or ``top-1``.
        first, second: share of photos that each system gets right.
        only_first, only_second: photos that only one of them gets right.
        p_value: of McNemar's exact test, two-sided.
        words: which is better, or that the difference may be noise.
    """

    on: str
    first: Figure
    second: Figure
    only_first: int
    only_second: int
    p_value: float
    words: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two systems side by side.

    Attributes:
        first, second: their names.
        photos: compared.
        agreement: photos on which both report the same landmarks.
        only_first_reports, only_second_reports, other_landmark: the kinds of disagreement, in photos.
        verdicts: paired tests; empty without labels.
        changes: every photo on which they disagree.
    """

    first: str
    second: str
    photos: int
    agreement: Figure
    only_first_reports: int
    only_second_reports: int
    other_landmark: int
    verdicts: tuple[Verdict, ...]
    changes: tuple[Change, ...]


def compare(
    first: Sequence[Answer],
    second: Sequence[Answer],
    *,
    names: tuple[str, str],
    labels: LabelledPhotos | None,
    landmark_names: dict[str, str],
    confidence: float = metrics.CONFIDENCE,
) -> Comparison:
    """Compare two systems' answers, one a photo in the same order.

    Args:
        first: the old system's answers.
        second: the new one's.
        names: what the report calls them.
        labels: the truth, in the order of the answers; None for a library that nobody has labelled.
        landmark_names: names of landmarks by id, for people.
        confidence: two-sided, of the intervals.

    Raises:
        InputError: no photos, or answers for different ones.
    """
    if not first or [answer.path for answer in first] != [answer.path for answer in second]:
        raise InputError("the two systems did not answer for the same photos")
    kinds = collections.Counter(_kind(a, b) for a, b in zip(first, second, strict=True))
    scored = (score(labels, first), score(labels, second)) if labels else None
    return Comparison(
        first=names[0],
        second=names[1],
        photos=len(first),
        agreement=figure(metrics.Proportion(kinds["same"], len(first)), confidence),
        only_first_reports=kinds["only first"],
        only_second_reports=kinds["only second"],
        other_landmark=kinds["other"],
        verdicts=_verdicts(*scored, names, confidence) if scored else (),
        changes=_changes(first, second, scored, landmark_names),
    )


def _kind(first: Answer, second: Answer) -> str:
    if set(first.landmarks) == set(second.landmarks):
        return "same"
    if not second.landmarks:
        return "only first"
    return "other" if first.landmarks else "only second"


def _right(scored: Scored) -> metrics.Mask:
    """Tell for each photo whether the decision is right: accepted with its landmark, or a negative rejected."""
    decisions = scored.decisions
    accepted = decisions.scores >= OPERATING_THRESHOLD
    return np.where(decisions.positive, decisions.right & accepted, ~accepted)


def _verdicts(first: Scored, second: Scored, names: tuple[str, str], confidence: float) -> tuple[Verdict, ...]:
    positive = first.decisions.positive
    everything = np.ones_like(positive)
    sets = (
        ("all photos", _right(first), _right(second), everything),
        ("sensitivity", _right(first), _right(second), positive),
        ("specificity", _right(first), _right(second), ~positive),
        ("top-1", first.decisions.right, second.decisions.right, positive),
    )
    found = []
    for on, one, other, among in sets:
        test = metrics.mcnemar(one[among], other[among])
        first_share, second_share = (
            figure(metrics.Proportion(int(np.count_nonzero(each[among])), int(among.sum())), confidence)
            for each in (one, other)
        )
        words = _words(test, names)
        found.append(Verdict(on, first_share, second_share, test.only_first, test.only_second, test.p_value, words))
    return tuple(found)


def _words(test: metrics.PairedTest, names: tuple[str, str]) -> str:
    if test.p_value >= SIGNIFICANCE:
        return "no difference that is more than noise"
    return f"{names[0] if test.only_first > test.only_second else names[1]} is better"


def _changes(
    first: Sequence[Answer], second: Sequence[Answer], scored: tuple[Scored, Scored] | None, names: dict[str, str]
) -> tuple[Change, ...]:
    changes = []
    rights = [_right(each) for each in scored] if scored else None
    for number, (one, other) in enumerate(zip(first, second, strict=True)):
        if _kind(one, other) == "same":
            continue
        truth, verdict = "", ""
        if scored and rights:
            truth = scored[0].truth(scored[0].rows[number])
            before, after = bool(rights[0][number]), bool(rights[1][number])
            verdict = "neither" if before == after else "better" if after else "worse"
        before_names, after_names = (
            tuple(names.get(landmark, landmark) for landmark in each.landmarks) for each in (one, other)
        )
        changes.append(Change(one.path, before_names, after_names, truth, verdict, other.error or other.reason))
    return tuple(changes)
