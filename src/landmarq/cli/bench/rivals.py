"""``landmarq bench rivals``: ours beside other ways to recognise landmarks, on the same photos."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from landmarq.cli.options import FOLDER, pack_options

if TYPE_CHECKING:
    from landmarq.rivals.standing import Standing


@click.command(name="rivals")
@click.argument("catalog", type=FOLDER)
@click.option(
    "--split", default="", help="Roles to measure on: val takes val, val_negative, val_unknown. [default: test]"
)
@click.option("--frozen", type=FOLDER, help="Model folder of a backbone that was not trained: nearest neighbour.")
@click.option("--triplet", type=FOLDER, help="Model folder trained with the triplet loss: k-NN.")
@click.option("--delf", type=FOLDER, help="Folder that `landmarq bench delf` wrote.")
@click.option("--rootsift/--no-rootsift", default=True, show_default=True, help="Whether RootSIFT takes part.")
@click.option("--config", "config_path", type=FOLDER, help="TOML with the rivals' settings; default: the best on val.")
@click.option("--timed", type=int, help="Photos that the cost is measured on; 0 measures none.")
@click.option("--landmarks", type=FOLDER, help="Landmark table. [default: landmarks.csv beside the catalog]")
@click.option("--vectors", type=FOLDER, help="File of vectors, made or added to. [default: in the report's folder]")
@click.option(
    "--features", type=FOLDER, help="File of local features, made or added to. [default: in the report's folder]"
)
@click.option(
    "-o", "--out", type=FOLDER, default=Path("landmarq-rivals"), show_default=True, help="Folder of the report."
)
@pack_options
def command(
    catalog: Path,
    split: str,
    frozen: Path | None,
    triplet: Path | None,
    delf: Path | None,
    rootsift: bool,
    config_path: Path | None,
    timed: int | None,
    landmarks: Path | None,
    vectors: Path | None,
    features: Path | None,
    out: Path,
    packs: tuple[Path, ...],
    model: Path | None,
    runtime: str,
) -> None:
    """Measure ours and its rivals on the photos of CATALOG, in one run and one table.

    Sensitivity at 99 and 99.9 % specificity, of frequent and rare landmarks; milliseconds a photo; bytes a photo of
    the database. Rivals search among the catalog's photos of the role `train`. Nobody is told where a photo was taken.
    Stopped and started again, it goes on: vectors and local features are kept.
    """
    # Imported here, as in every command: the help must not wait for the runtime.
    import dataclasses

    from landmarq.bench import this_machine
    from landmarq.cli.progress import progress_bars
    from landmarq.config import load
    from landmarq.errors import InputError
    from landmarq.rivals.config import RivalsConfig
    from landmarq.workspace.rivals import RivalModels, bench_rivals

    if timed is not None and timed < 0:
        raise InputError("--timed can't be negative")
    config = load(RivalsConfig, config_path) if config_path else RivalsConfig()
    if timed is not None:
        config = dataclasses.replace(config, timed_photos=timed)
    with progress_bars() as bar:
        report = bench_rivals(
            catalog,
            out=out,
            packs=packs,
            model=model,
            models=RivalModels(frozen, triplet, delf, rootsift),
            split=split,
            runtime=runtime,  # type: ignore[arg-type]  # click checks the choice
            vectors=vectors,
            features=features,
            landmarks=landmarks,
            config=config,
            machine=this_machine().as_text(),
            bar=bar,
        )
    for standing in report.standings:
        click.echo(_line(standing))
    click.echo(f"Open {out / 'report.html'}")


def _line(standing: Standing) -> str:
    shares = ", ".join(
        f"{bar.sensitivity.share:.1%} at {100 * bar.specificity:g} % ({bar.negatives})"
        for bar in standing.report.at_specificity
    )
    cost = standing.cost and f"; {standing.cost.total_ms:.1f} ms a photo, {standing.times_ours:.2f} x ours"
    return f"{standing.name}: {shares}{cost or ''}; {standing.bytes_a_photo:,.0f} bytes a database photo"
