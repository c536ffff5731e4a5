"""Reports on disk: ``report.json`` for machines, ``report.html`` for people."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from landmarq.artifacts import write_json, write_text
from landmarq.catalog import Catalog
from landmarq.evaluation import plots
from landmarq.evaluation.comparing import Comparison
from landmarq.evaluation.figures import SystemReport
from landmarq.evaluation.gldv2 import BenchmarkFigure
from landmarq.evaluation.labelled import LabelledPhotos
from landmarq.evaluation.offline import OfflineConfig
from landmarq.evaluation.pictures import data_uri, thumbnails
from landmarq.evaluation.retrieval import RetrievalReport
from landmarq.evaluation.revisited import PRECISION_AT, SetupFigures
from landmarq.pages import render

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

SCHEMA = 1
JSON_FILE, HTML_FILE = "report.json", "report.html"
CHANGES_SHOWN = 120


@dataclass(frozen=True)
class RevisitedReport:
    """One network on revisited Oxford or Paris.

    Attributes:
        truth: name of the ground truth's file.
        model: name of the network.
        crops: whether queries were cut to their box.
        adapted: whether positives were moved to junk by a list.
        distractors: names of the files of distractors.
        figures: for each set-up.
    """

    truth: str
    model: str
    crops: bool
    adapted: bool
    distractors: tuple[str, ...]
    figures: tuple[SetupFigures, ...]


@dataclass(frozen=True)
class BenchmarkReport:
    """Predictions measured on Google Landmarks v2.

    Attributes:
        task: ``recognition`` or ``retrieval``.
        solution, predictions: names of the files.
        figures: for each usage of the test photos.
    """

    task: str
    solution: str
    predictions: str
    figures: tuple[BenchmarkFigure, ...]


@dataclass(frozen=True)
class OfflineReport:
    """Several systems measured on the same photos.

    Attributes:
        catalog: fingerprint of the photos and labels.
        split: the roles chosen; empty for all.
        known_landmarks: landmarks that the systems were taught.
        config: what was asked for.
        systems: the figures, one entry a system or setting.
    """

    catalog: str
    split: str
    known_landmarks: int
    config: OfflineConfig
    systems: tuple[SystemReport, ...]


def offline_report(
    photos: LabelledPhotos, systems: Iterable[SystemReport], *, split: str, config: OfflineConfig
) -> OfflineReport:
    """Put the figures of systems together with what they were measured on."""
    return OfflineReport(photos.catalog.fingerprint, split, len(photos.known), config, tuple(systems))


def write_report(report: OfflineReport, folder: Path, *, catalog: Catalog) -> None:
    """Write ``report.json`` and ``report.html`` into ``folder``.

    The page stands alone: plots and thumbnails (decoded apart, with limits) are inside it.

    Args:
        report: the figures.
        folder: made where it doesn't exist.
        catalog: where the pictures of the worst errors are found.

    Raises:
        StorageError: no space or no permission.
        MissingExtraError: matplotlib is not installed; ``report.json`` is written then.
    """
    values = _values("offline", report)
    write_json(folder / JSON_FILE, values)
    svgs = {
        "ROC": plots.roc_svg(report.systems),
        "Precision and recall": plots.precision_recall_svg(report.systems),
        "Album precision": plots.album_precision_svg(report.systems, 0.01),
    }
    page = render(
        "evaluation/offline.html",
        report=report,
        plots={title: data_uri(svg, "image/svg+xml") for title, svg in svgs.items()},
        thumbnails=thumbnails(catalog, {mistake.path for system in report.systems for mistake in system.mistakes}),
    )
    write_text(folder / HTML_FILE, page)


def write_comparison(comparison: Comparison, folder: Path, *, catalog: Catalog) -> None:
    """Write a comparison as ``report.json`` and, with pictures of what changed, ``report.html``.

    Raises:
        StorageError: no space or no permission.
    """
    write_json(folder / JSON_FILE, _values("comparison", comparison))
    shown = comparison.changes[:CHANGES_SHOWN]
    pictures = thumbnails(catalog, {change.path for change in shown})
    page = render("evaluation/comparison.html", report=comparison, shown=shown, thumbnails=pictures)
    write_text(folder / HTML_FILE, page)


def write_retrieval(report: RetrievalReport, folder: Path, *, catalog: Catalog) -> None:
    """Write a retrieval report as ``report.json`` and, with the nearest photos of some queries, ``report.html``.

    Raises:
        StorageError: no space or no permission.
        MissingExtraError: matplotlib is not installed; ``report.json`` is written then.
    """
    write_json(folder / JSON_FILE, _values("retrieval", report))
    paths = {query.path for query in report.shown} | {near.path for query in report.shown for near in query.nearest}
    page = render(
        "evaluation/retrieval.html",
        report=report,
        plot=data_uri(plots.top_k_svg(report), "image/svg+xml"),
        thumbnails=thumbnails(catalog, paths),
    )
    write_text(folder / HTML_FILE, page)


def write_revisited(report: RevisitedReport, folder: Path) -> None:
    """Write a report on revisited Oxford or Paris as ``report.json`` and ``report.html``.

    Raises:
        StorageError: no space or no permission.
        MissingExtraError: matplotlib is not installed; ``report.json`` is written then.
    """
    write_json(folder / JSON_FILE, _values("revisited", report))
    names = ["mAP", *(f"mP@{k}" for k in PRECISION_AT)]
    values = [(each.mean_average_precision, *each.mean_precision_at) for each in report.figures]
    page = render(
        "evaluation/protocol.html",
        title=f"Revisited: {report.truth}",
        lines=[
            f"Model {report.model}; queries {'cut to their box' if report.crops else 'whole'}; "
            f"{'adapted' if report.adapted else 'published'} protocol.",
            f"Distractors: {', '.join(report.distractors) or 'none'}.",
        ],
        columns=["set-up", "queries", *names],
        rows=[
            [each.setup, each.queries, *(f"{value:.2%}" for value in row)]
            for each, row in zip(report.figures, values, strict=True)
        ],
        plot=_bars([each.setup for each in report.figures], dict(zip(names, zip(*values, strict=True), strict=True))),
    )
    write_text(folder / HTML_FILE, page)


def write_benchmark(report: BenchmarkReport, folder: Path) -> None:
    """Write figures of Google Landmarks v2 as ``report.json`` and ``report.html``.

    Raises:
        StorageError: no space or no permission.
        MissingExtraError: matplotlib is not installed; ``report.json`` is written then.
    """
    write_json(folder / JSON_FILE, _values("benchmark", report))
    figures = report.figures
    page = render(
        "evaluation/protocol.html",
        title=f"Google Landmarks v2, {report.task}",
        lines=[f"{report.predictions} against {report.solution}, ground truth v{figures[0].version}."],
        columns=["usage", "photos", "with an answer", figures[0].metric],
        rows=[[each.usage, each.queries, each.with_answer, f"{each.value:.4f}"] for each in figures],
        plot=_bars([each.usage for each in figures], {figures[0].metric: [each.value for each in figures]}),
    )
    write_text(folder / HTML_FILE, page)


def _bars(groups: Sequence[str], series: Mapping[str, Sequence[float]]) -> str:
    return data_uri(plots.bars_svg(groups, series, unit="share, 0 to 1"), "image/svg+xml")


def _values(kind: str, report: DataclassInstance) -> dict[str, Any]:
    return {"kind": f"landmarq-{kind}-report", "schema": SCHEMA, **dataclasses.asdict(report)}
