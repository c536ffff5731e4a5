"""``landmarq clean``: a noisy crawl, cleaned from a few reference photos a landmark."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from landmarq.cleaning.config import CleanConfig
from landmarq.cli.options import FOLDER, runtime_option

if TYPE_CHECKING:
    from landmarq.runtime import Runtime

_DEFAULT = CleanConfig()


@click.command(name="clean")
@click.argument("catalog", type=FOLDER)
@click.option("--landmarks", type=FOLDER, required=True, help="Landmark table (CSV).")
@click.option("--references", type=FOLDER, required=True, help="Photos that a person picked (CSV: path,landmark).")
@click.option("--model", type=FOLDER, required=True, help="Folder of the network: that of the stage before.")
@click.option("-o", "--out", type=FOLDER, required=True, help="Folder of the four CSV files.")
@click.option(
    "--pick",
    is_flag=True,
    help="In the browser: pick references (saved in --references), then answer for borderline photos.",
)
@click.option("--port", default=8090, show_default=True, help="With --pick: where the page is served.")
@click.option("--vectors", type=FOLDER, help="File of vectors (SQLite); default: in the folder.")
@click.option(
    "--keep-above", default=_DEFAULT.keep_above, help="Probability of a kept row; default: found from the data."
)
@click.option(
    "--error",
    type=float,
    help=f"Estimated share of the wrong rows that may stay; sets the threshold.  [default: {_DEFAULT.error}]",
)
@click.option("--per-landmark", is_flag=True, help="Find a threshold for each landmark, not one for all.")
@click.option(
    "--rule",
    type=click.Choice(["regression", "mean", "nearest"]),
    default=_DEFAULT.rule,
    show_default=True,
    help="mean (the paper's), nearest: by similarity to the references alone, from --keep-above on.",
)
@click.option("--keep-drawings", is_flag=True, help="Drawings, plans and maps are not set aside as unsure.")
@click.option("--absolute", is_flag=True, help="Write absolute paths; otherwise they stay as in CATALOG.")
@click.option(
    "--truth",
    type=FOLDER,
    help="What the photos show (CSV: path,landmark): measures the cleaning; writes scores.md and curve.svg.",
)
@runtime_option
def command(
    catalog: Path,
    landmarks: Path,
    references: Path,
    model: Path,
    out: Path,
    pick: bool,
    port: int,
    vectors: Path | None,
    keep_above: float,
    error: float | None,
    per_landmark: bool,
    rule: str,
    keep_drawings: bool,
    absolute: bool,
    truth: Path | None,
    runtime: Runtime,
) -> None:
    """Decide for every row of CATALOG whether its photo shows its landmark.

    CATALOG is a CSV, a folder with one folder a landmark, Google Landmarks v2 as published, or WebDataset shards.

    Writes kept.csv, dropped.csv, relabelled.csv and unsure.csv, every row in one of them with its reason.
    A second run embeds nothing again.
    """
    if pick:
        _pick(catalog, landmarks, references, model, out, vectors=vectors, port=port)
        return
    from landmarq import workspace
    from landmarq.cli.progress import progress_bar
    from landmarq.errors import ConfigError

    if keep_above and error is not None:
        raise ConfigError("--keep-above and --error both set the threshold: give one")
    try:
        config = CleanConfig(
            rule=rule,  # type: ignore[arg-type]  # click checks the choice
            keep_above=keep_above,
            error=_DEFAULT.error if error is None else error,
            per_landmark=per_landmark,
            drawings_aside=not keep_drawings,
        )
    except ValueError as wrong:
        raise ConfigError(str(wrong)) from None
    with progress_bar("Cleaning") as progress:
        report = workspace.clean(
            catalog,
            landmarks=landmarks,
            references=references,
            model=model,
            out=out,
            vectors=vectors,
            truth=truth,
            absolute=absolute,
            config=config,
            runtime=runtime,
            progress=progress,
        )
    for problem in report.problems:
        click.echo(problem, err=True)
    click.echo(
        f"{report.kept} kept, {report.dropped} dropped, {report.relabelled} relabelled, {report.unsure} unsure; "
        f"{report.embedded} photos embedded."
    )
    click.echo(
        f"Estimated: {report.estimated_wrong:.1%} of the kept rows are wrong, "
        f"{report.estimated_lost:.1%} of the right ones are not kept."
    )
    for score in report.scores:
        if not score.region:
            click.echo(
                f"{score.name}: {score.right_kept:.1%} of the right rows kept, {score.wrong_removed:.1%} of the wrong "
                f"ones removed, {score.balance:.1%} on average (one threshold at best: {score.best_balance:.1%}; where "
                f"95 % of the wrong go, {score.kept_at_95:.1%} of the right stay)"
            )
    if report.scores:
        click.echo(f"Region by region: {out / 'scores.md'}; precision over recall: {out / 'curve.svg'}")


def _pick(
    catalog: Path, landmarks: Path, references: Path, model: Path, out: Path, *, vectors: Path | None, port: int
) -> None:
    from landmarq import workspace
    from landmarq.cli.progress import progress_bar
    from landmarq.server import ServeConfig

    with progress_bar("Embedding") as progress:
        workspace.pick(
            catalog,
            landmarks=landmarks,
            references=references,
            model=model,
            out=out,
            vectors=vectors or out / workspace.VECTORS_NAME,
            config=ServeConfig(port=port),
            ready=lambda address: click.echo(f"Pick references at {address} (Ctrl+C ends; all is saved)."),
            progress=progress,
        )
