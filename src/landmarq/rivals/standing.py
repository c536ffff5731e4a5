"""All systems on one table: figures by the one scorer, cost, and the ratio to ours."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landmarq import metrics
from landmarq.artifacts import write_json, write_text
from landmarq.evaluation import plots
from landmarq.evaluation.answers import Answer
from landmarq.evaluation.figures import Figure, SystemReport
from landmarq.evaluation.labelled import LabelledPhotos
from landmarq.evaluation.pictures import data_uri
from landmarq.evaluation.report import HTML_FILE, JSON_FILE, SCHEMA
from landmarq.evaluation.scored import Scored
from landmarq.pages import render
from landmarq.rivals.timing import Cost
from landmarq.rivals.verdict import Verdict

RIVAL_SPECIFICITY = 0.99
"""A rival has no threshold of its own: its operating point is set to this specificity on the very photos."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Ours and another system photo by photo, each at its own threshold for one wanted specificity.

    Attributes:
        negatives: which negatives set the thresholds, as in ``AtSpecificity``.
        specificity: the wanted one.
        only_ours: photos of known landmarks that only ours finds.
        only_other: those that only the other finds.
        p_value: of McNemar's exact test, two-sided; it takes the thresholds as given.
    """

    negatives: str
    specificity: float
    only_ours: int
    only_other: int
    p_value: float


@dataclass(frozen=True)
class Standing:
    """One system's row.

    Attributes:
        name: the system.
        settings: what it was run with.
        bytes_a_photo: what it keeps for each photo of the database.
        cost: of a photo; None where it was not timed.
        times_ours: its cost over ours; None where it was not timed.
        report: all figures.
        beside_ours: at each wanted specificity; empty for the system that the others are set beside.
    """

    name: str
    settings: Mapping[str, Any]
    bytes_a_photo: float
    cost: Cost | None
    times_ours: float | None
    report: SystemReport
    beside_ours: tuple[Beside, ...] = ()

    def sensitivity(self, negatives: str, specificity: float, *, rarity: str = "") -> Figure | None:
        """Return the sensitivity at a specificity against some negatives; of frequent or rare landmarks if asked."""
        bars: Sequence[Any] = self.report.at_specificity
        if rarity:
            groups = self.report.landmark_groups
            named = [each for each in groups if each.by == "training photos" and each.name.startswith(rarity)]
            bars = named[0].at_specificity if named else ()
        for bar in bars:
            if (bar.negatives, bar.specificity) == (negatives, specificity):
                found: Figure = bar.sensitivity
                return found
        return None


@dataclass(frozen=True)
class RivalsReport:
    """Systems measured on the same photos.

    Attributes:
        catalog: fingerprint of the photos and labels.
        split: the roles chosen.
        database: photos that the rivals search among.
        timed_photos: photos that cost was measured on.
        machine: processor, cores, date, runtime and precision.
        standings: one a system, ours first.
    """

    catalog: str
    split: str
    database: int
    timed_photos: int
    machine: str
    standings: tuple[Standing, ...]


def beside(ours: Scored, ours_report: SystemReport, other: Scored, other_report: SystemReport) -> tuple[Beside, ...]:
    """Compare two systems photo by photo at each wanted specificity that both reports have."""
    found = []
    for mine, theirs in zip(ours_report.at_specificity, other_report.at_specificity, strict=True):
        one, two = (
            (scored.decisions.right & (scored.decisions.scores >= bar.threshold))[scored.decisions.positive]
            for scored, bar in ((ours, mine), (other, theirs))
        )
        test = metrics.mcnemar(one, two)
        found.append(Beside(mine.negatives, mine.specificity, test.only_first, test.only_second, test.p_value))
    return tuple(found)


def as_answers(
    photos: LabelledPhotos, verdicts: Mapping[str, Verdict], errors: Mapping[str, str]
) -> tuple[Answer, ...]:
    """Bring a rival's verdicts, by path, to the scorer's form: accepted from ``RIVAL_SPECIFICITY`` on."""
    rows = photos.catalog.rows
    given = [verdicts.get(row.path) for row in rows]
    scored = metrics.decisions(
        [verdict.score if verdict else None for verdict in given],
        [verdict.landmark if verdict else "" for verdict in given],
        [row.landmark for row in rows],
        known=photos.known,
    )
    bar = metrics.threshold_at_specificity(scored, RIVAL_SPECIFICITY)
    answers = []
    for row, verdict in zip(rows, given, strict=True):
        if verdict is None:
            answers.append(Answer(row.path, None, "", error=errors.get(row.path, "not read")))
        elif verdict.score is None:
            answers.append(Answer(row.path, None, ""))
        else:
            score = verdict.score - bar
            answers.append(Answer(row.path, score, verdict.landmark, (verdict.landmark,) if score >= 0 else ()))
    return tuple(answers)


def write_rivals(report: RivalsReport, folder: Path) -> None:
    """Write ``report.json`` and ``report.html``.

    Raises:
        StorageError: no space or no permission.
        MissingExtraError: matplotlib is not installed; ``report.json`` is written then.
    """
    write_json(folder / JSON_FILE, {"kind": "landmarq-rivals-report", "schema": SCHEMA, **dataclasses.asdict(report)})
    bars = report.standings[0].report.at_specificity
    page = render(
        "evaluation/rivals.html",
        report=report,
        columns=[(bar.negatives, bar.specificity, bar.n_negatives) for bar in bars],
        plot=data_uri(plots.roc_svg([each.report for each in report.standings]), "image/svg+xml"),
    )
    write_text(folder / HTML_FILE, page)
