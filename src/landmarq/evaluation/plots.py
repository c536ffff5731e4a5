"""The curves of a report as SVG pictures; the one place that draws."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from landmarq.errors import MissingExtraError
from landmarq.evaluation.figures import SystemReport
from landmarq.evaluation.retrieval import RetrievalReport
from landmarq.metrics import album_precision

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

SIZE_INCHES = (4.6, 3.5)
LEGEND_LINE_INCHES = 0.19


def roc_svg(systems: Sequence[SystemReport]) -> bytes:
    """Draw sensitivity over the false-alarm rate, log scale; a dot marks each system's operating point.

    A rate of 0 has no place on a log scale: it is drawn at half an alarm.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    drawing, axes = _blank("false-alarm rate (1 - specificity)", "sensitivity: accepted and right")
    axes.set_xscale("log")
    floor = min(0.5 / system.negatives for system in systems)
    axes.set_xlim(floor, 1)
    for system in systems:
        alarms = np.array([point.false_alarms for point in system.curve]) / system.negatives
        found = np.array([point.right for point in system.curve]) / system.positives
        at = 1 - system.specificity.share, system.sensitivity.share
        _line(axes, np.maximum(alarms, floor), found, at=(max(at[0], floor), at[1]), name=system.name)
    return _svg(drawing, axes)


def precision_recall_svg(systems: Sequence[SystemReport]) -> bytes:
    """Draw precision over recall in the very mix of the test's photos; dots as in ``roc_svg``.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    drawing, axes = _blank("recall: share of landmark photos accepted and right", "precision in this mix of photos")
    for system in systems:
        points = [point for point in system.curve if point.threshold is not None]
        accepted = np.array([point.right + point.wrong + point.false_alarms for point in points])
        right = np.array([point.right for point in points])
        hits, wrong = system.sensitivity.hits, system.mistaken.hits
        alarms = system.specificity.total - system.specificity.hits
        at = hits / system.positives, hits / max(1, hits + wrong + alarms)
        _line(axes, right / system.positives, right / accepted, at=at, name=system.name)
    return _svg(drawing, axes)


def album_precision_svg(systems: Sequence[SystemReport], rate: float) -> bytes:
    """Draw the album precision at a landmark rate over sensitivity; dots as in ``roc_svg``.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    drawing, axes = _blank("sensitivity: accepted and right", f"album precision at a landmark rate of {rate:.1%}")
    for system in systems:
        points = [point for point in system.curve if point.threshold is not None]

        def precision(right: int, wrong: int, alarms: int, system: SystemReport = system) -> float:
            return album_precision(
                right=right / system.positives,
                wrong=wrong / system.positives,
                false_alarms=alarms / system.negatives,
                rate=rate,
            )

        found = np.array([point.right for point in points]) / system.positives
        values = np.array([precision(point.right, point.wrong, point.false_alarms) for point in points])
        hits, wrong = system.sensitivity.hits, system.mistaken.hits
        at = system.sensitivity.share, precision(hits, wrong, system.specificity.total - system.specificity.hits)
        _line(axes, found, values, at=at, name=system.name)
    return _svg(drawing, axes)


def top_k_svg(report: RetrievalReport) -> bytes:
    """Draw the share of queries with a photo of their landmark among the k nearest, over k, with its interval.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    drawing, axes = _blank("k nearest photos", "queries that find their landmark")
    k = [each.k for each in report.top_k]
    axes.set_xlim(0.5, max(k) + 0.5)
    axes.set_xticks([1, *range(5, max(k) + 1, 5)])
    axes.plot(k, [each.found.share for each in report.top_k], marker="o", markersize=3, linewidth=1.6, label="top-k")
    axes.fill_between(
        k, [each.found.low for each in report.top_k], [each.found.high for each in report.top_k], alpha=0.2
    )
    return _svg(drawing, axes)


def bars_svg(groups: Sequence[str], series: Mapping[str, Sequence[float]], *, unit: str) -> bytes:
    """Draw shares, 0 to 1, as groups of bars.

    Args:
        groups: name of each group.
        series: name and one value a group of each kind of bar.
        unit: what the shares are.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    drawing, axes = _blank("", unit)
    width = 0.8 / len(series)
    places = np.arange(len(groups))
    for number, (name, values) in enumerate(series.items()):
        axes.bar(places + (number - (len(series) - 1) / 2) * width, values, width, label=name)
    axes.set_xlim(-0.6, len(groups) - 0.4)
    axes.set_xticks(places, groups)
    return _svg(drawing, axes)


def _blank(x: str, y: str) -> tuple[Drawing, Axes]:
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtraError(what="a report with plots", extra="evaluate") from None
    drawing = Figure(figsize=SIZE_INCHES, layout="constrained")
    axes = drawing.subplots()
    axes.set(xlabel=x, ylabel=y, xlim=(0, 1.005), ylim=(0, 1.01))
    axes.grid(visible=True, which="both", alpha=0.25, linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    return drawing, axes


def _line(axes: Axes, x: np.ndarray, y: np.ndarray, *, at: tuple[float, float], name: str) -> None:
    (line,) = axes.plot(x, y, linewidth=1.6, label=name)
    if np.isfinite(at[1]):
        axes.plot(*at, marker="o", markersize=7, color=line.get_color(), markeredgecolor="white", clip_on=False)


def _svg(drawing: Drawing, axes: Axes) -> bytes:
    import matplotlib

    handles, labels = axes.get_legend_handles_labels()
    if len(labels) > 1:
        # Below, where it hides no line.
        drawing.set_figheight(SIZE_INCHES[1] + LEGEND_LINE_INCHES * len(labels))
        drawing.legend(handles, labels, frameon=False, loc="outside lower left", fontsize="small")
    stream = io.BytesIO()
    # The same figures give the same bytes: no date, and ids that don't come from chance.
    with matplotlib.rc_context({"svg.hashsalt": "landmarq", "svg.fonttype": "path"}):
        drawing.savefig(stream, format="svg", metadata={"Date": None})
    return stream.getvalue()
