"""The log and the curves of a run of ``landmarq train``: loss, validation figures and rates, epoch by epoch.

    python benchmarks/training_curves.py runs/starter
    python benchmarks/training_curves.py runs/starter -o curves.png

A run under way is drawn as far as it has come. With ``-o`` only the picture is made. Without, docs/images/training.png
and docs/figures/training.json are written, and the table in docs/training.md: what stands there between the marks is
written by this script and by nobody else. Needs the extra ``evaluate``.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from landmarq.artifacts import read_json, write_json, write_text
from landmarq.config import as_mapping, from_mapping
from landmarq.errors import LandmarqError
from landmarq.training.config import ScheduleConfig, TrainConfig
from landmarq.training.schedule import rate_factor
from marked_pages import filled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROOT = Path(__file__).parents[1]
DOCUMENT, FIGURES = ROOT / "docs" / "training.md", ROOT / "docs" / "figures" / "training.json"
PICTURE = ROOT / "docs" / "images" / "training.png"
PARTS = ("backbone", "embedding", "classifier")
MOMENTS = 40
"""Points drawn of the rates in each epoch."""


def read_run(run: Path) -> list[dict[str, Any]]:
    """Return what is known of each stage of a run, in order, as JSON takes it.

    A stage has ``name``, ``done``, ``history``, and ``epochs``, ``size``, ``schedule`` and ``rates`` unless it is the
    first and not done: until then no file of the run holds its recipe.
    """
    folders = [path for path in run.glob("stage-*-*") if path.is_dir() and path.suffix != ".old"]
    stages: list[dict[str, Any]] = []
    recipe: TrainConfig | None = None
    for folder in sorted(folders, key=lambda path: int(path.name.split("-")[1])):
        _, number, name = folder.name.split("-", 2)
        if (folder / "stage.json").is_file():
            record = read_json(folder / "stage.json")
            if "average" in record:  # it trained nothing: its history is that of the last stage
                continue
            recipe = own = from_mapping(TrainConfig, record["config"], origin=str(folder / "stage.json"))
            history, done = record["history"], True
        elif (folder / "checkpoint.json").is_file():
            history, done = read_json(folder / "checkpoint.json")["position"]["history"], False
            own = recipe.of_stage(recipe.stages[int(number) - 1]) if recipe else None
        else:
            continue
        stages.append({"name": name, "done": done, "history": history, **(_settings(own) if own else {})})
    return stages


def _settings(config: TrainConfig) -> dict[str, Any]:
    rates = {part: getattr(config.optimiser, f"{part}_rate") for part in PARTS}
    return {
        "epochs": config.schedule.epochs,
        "size": config.augment.size,
        "schedule": as_mapping(config.schedule),
        "rates": rates,
    }


def lines(stages: Sequence[Mapping[str, Any]]) -> str:
    """Return the log as a table: each stage's first epoch, and those that were validated."""
    rows = ["| stage | epoch | photos | loss | top-1 | sensitivity at 99 % |", "|---|---|---|---|---|---|"]
    for stage in stages:
        size = f", {stage['size']} px" if "size" in stage else ""
        label = f"{stage['name']}{size}{'' if stage['done'] else ', under way'}"
        for record in stage["history"]:
            if record["epoch"] and not record["figures"]:
                continue
            figures = (_percent(record["figures"].get(name)) for name in ("top1", "sensitivity99"))
            epoch = f"{record['epoch'] + 1} of {stage.get('epochs', '?')}"
            rows.append(f"| {label} | {epoch} | {record['photos']} | {record['loss']:.3f} | {' | '.join(figures)} |")
            label = ""
    return "\n".join(rows)


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f} %"


def draw(stages: Sequence[Mapping[str, Any]], picture: Path) -> None:
    """Draw loss, validation figures and rates over the epochs of all stages."""
    # Imported here: only the drawing needs it.
    from matplotlib.figure import Figure

    drawing = Figure(figsize=(8.5, 7.5), layout="constrained")
    loss, figures, rates = drawing.subplots(3, 1, sharex=True)
    _points(loss, stages, {"training loss": lambda record: record["loss"]})
    known = {"top1": "top-1", "sensitivity99": "sensitivity at 99 % specificity", "top1_error": "top-1 error"}
    shown = {name for stage in stages for record in stage["history"] for name in record["figures"]}
    _points(
        figures,
        stages,
        {
            label: lambda record, name=name: record["figures"].get(name)
            for name, label in known.items()
            if name in shown
        },
    )
    _rates(rates, stages)
    for axes, label in ((loss, "loss"), (figures, "share of validation photos"), (rates, "rate")):
        axes.set_ylabel(label)
        axes.grid(alpha=0.3)
        for begun, stage in _begun(stages):
            axes.axvline(begun, color="0.6", linewidth=0.8)
            if axes is loss:
                axes.annotate(stage["name"], (begun, 1), (3, -10), xycoords=("data", "axes fraction"),
                              textcoords="offset points", fontsize=8, rotation=90, va="top")  # fmt: skip
        if axes.get_legend_handles_labels()[0]:
            axes.legend(fontsize=8)
    rates.set_xlabel("epochs")
    picture.parent.mkdir(parents=True, exist_ok=True)
    drawing.savefig(picture, dpi=110)


def _begun(stages: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield each stage with the number of epochs before it."""
    begun = 0
    for stage in stages:
        yield begun, stage
        begun += len(stage["history"])


def _points(axes: Axes, stages: Sequence[Mapping[str, Any]], series: Mapping[str, Any]) -> None:
    """Draw one line a series; a value belongs to the end of its epoch."""
    for label, value in series.items():
        points = [
            (begun + record["epoch"] + 1, value(record))
            for begun, stage in _begun(stages)
            for record in stage["history"]
            if value(record) is not None
        ]
        if points:
            axes.plot(*zip(*points, strict=True), marker="o", markersize=3, label=label)


def _rates(axes: Axes, stages: Sequence[Mapping[str, Any]]) -> None:
    """Draw the rates as the schedule sets them, as far as the run has come."""
    axes.set_yscale("log")
    for part in PARTS:
        moments: list[float] = []
        values: list[float] = []
        for begun, stage in _begun(stages):
            if "rates" not in stage or not stage["rates"][part]:
                continue
            schedule = from_mapping(ScheduleConfig, stage["schedule"])
            for passed in np.arange(0.5, MOMENTS * len(stage["history"])) / MOMENTS:
                moments.append(begun + float(passed))
                values.append(stage["rates"][part] * rate_factor(schedule, epoch=float(passed)))
        if moments:
            axes.plot(moments, values, label=part)


def written(document: str, stages: Sequence[Mapping[str, Any]]) -> str:
    """Return docs/training.md with the log between its marks."""
    return filled(document, "run", lines(stages), by="training_curves.py")


def main() -> None:
    """Draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="folder of the run")
    parser.add_argument("-o", "--out", type=Path, help="draw this picture, and write no document")
    options = parser.parse_args()
    try:
        stages = read_run(options.run)
        if not any(stage["history"] for stage in stages):
            raise SystemExit(f"no epoch of {options.run} is finished yet")
        draw(stages, options.out or PICTURE)
        if options.out is None:
            write_json(FIGURES, {"stages": stages})
            write_text(DOCUMENT, written(DOCUMENT.read_text(encoding="utf-8"), stages))
    except LandmarqError as error:
        raise SystemExit(f"training_curves: {error}") from None
    print(lines(stages))


if __name__ == "__main__":
    main()
