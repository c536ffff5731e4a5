"""An offline report on disk: ``report.json`` for machines, ``report.html`` for people."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from landmarq.artifacts import write_json, write_text
from landmarq.catalog import Catalog
from landmarq.evaluation import plots
from landmarq.evaluation.figures import SystemReport
from landmarq.evaluation.labelled import LabelledPhotos
from landmarq.evaluation.offline import OfflineConfig
from landmarq.evaluation.pictures import data_uri, thumbnails
from landmarq.pages import render

KIND = "landmarq-offline-report"
SCHEMA = 1


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
    values = {"kind": KIND, "schema": SCHEMA, **dataclasses.asdict(report)}
    write_json(folder / "report.json", values)
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
    write_text(folder / "report.html", page)
