"""``landmarq evaluate``: measure a pack, or any system that writes the same JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from landmarq.cli.options import FOLDER, pack_options, rule_of, rule_options, runtime_option
from landmarq.errors import InputError

if TYPE_CHECKING:
    from landmarq.evaluation.figures import Figure
    from landmarq.pack import Strictness
    from landmarq.runtime import Runtime

OUT = click.option(
    "-o", "--out", type=FOLDER, default=Path("landmarq-evaluation"), show_default=True, help="Folder of the report."
)
SPLIT = click.option(
    "--split", default="", help="Roles to measure on: val takes val, val_negative, val_unknown. [default: test]"
)
VECTORS = click.option(
    "--vectors", type=FOLDER, help="File of vectors, made or added to. [default: in the report's folder]"
)
MODEL = click.option("--model", type=FOLDER, required=True, help="Folder of the model.")


@click.group(name="evaluate")
def command() -> None:
    """Measure recognition, retrieval, and the public protocols.

    Every command but albums writes report.json and, with plots and pictures, report.html.
    """


@command.command(short_help="Measure packs on labelled photos.")
@click.argument("catalog", type=FOLDER)
@click.option(
    "--recognitions",
    type=FOLDER,
    multiple=True,
    help="Measure these answers (JSON lines of `recognize --json`, by any system) instead of a pack; repeatable.",
)
@SPLIT
@click.option("--landmarks", type=FOLDER, help="Landmark table. [default: landmarks.csv beside the catalog]")
@click.option("--known", type=FOLDER, help="Landmark table of what the system of --recognitions was taught.")
@click.option("--rare-below", type=int, help="A landmark with fewer training photos is rare.")
@VECTORS
@OUT
@pack_options
@rule_options
def offline(
    catalog: Path,
    recognitions: tuple[Path, ...],
    split: str,
    landmarks: Path | None,
    known: Path | None,
    rare_below: int | None,
    vectors: Path | None,
    out: Path,
    packs: tuple[Path, ...],
    model: Path | None,
    runtime: Runtime,
    strictness: Strictness,
    no_geo: bool,
    no_references: bool,
) -> None:
    """Measure packs on the photos of CATALOG.

    Sensitivity, specificity and top-1, album precision at several landmark rates, by region, city, category and kind
    of photo, with intervals; curves, the pairs most confused, the worst errors in pictures. Each with and without GPS
    and the reference check, unless --no-geo or --no-references chooses.
    """
    from landmarq.cli.progress import progress_bar
    from landmarq.evaluation.offline import OfflineConfig
    from landmarq.workspace import measuring

    config = OfflineConfig() if rare_below is None else OfflineConfig(rare_below=rare_below)
    if recognitions:
        report = measuring.score_answers(
            catalog, recognitions, out=out, split=split, landmarks=landmarks, known=known, config=config
        )
    elif known:
        raise InputError("--known goes with --recognitions: a pack says itself what it was taught")
    else:
        rule = rule_of(strictness, no_geo=no_geo, no_references=no_references)
        with progress_bar("Embedding") as progress:
            report = measuring.offline(
                catalog,
                out=out,
                rules=(rule,) if no_geo or no_references else measuring.all_switches(rule),
                packs=packs,
                model=model,
                runtime=runtime,
                vectors=vectors,
                split=split,
                landmarks=landmarks,
                config=config,
                progress=progress,
            )
    for system in report.systems:
        click.echo(
            f"{system.name}: sensitivity {_shown(system.sensitivity)}, specificity {_shown(system.specificity)}, "
            f"top-1 {_shown(system.top_1)}"
        )
    click.echo(f"Open {out / 'report.html'}")


@command.command(short_help="Measure the albums of a library.")
@click.argument("library", type=FOLDER)
@click.argument("catalog", type=FOLDER)
@SPLIT
@click.option("--landmarks", type=FOLDER, help="Landmark table. [default: landmarks.csv beside the catalog]")
def albums(library: Path, catalog: Path, split: str, landmarks: Path | None) -> None:
    """Measure the albums in the folder LIBRARY against CATALOG: photos in right, in wrong, in no albums."""
    from landmarq.evaluation.figures import figure
    from landmarq.metrics import CONFIDENCE
    from landmarq.workspace import measuring

    score = measuring.albums(library, catalog, split=split, landmarks=landmarks)
    for each in score.roles:
        shown = f"{each.found} of {each.shown} photos of landmarks in their album, " if each.shown else ""
        click.echo(f"{each.role or 'photos'}: {each.photos} photos, {shown}{len(each.wrong)} in a wrong one")
        for path, name in each.wrong:
            click.echo(f"  {path} is no {name}")
    if score.precision:
        click.echo(f"precision of the albums: {_shown(figure(score.precision, CONFIDENCE))}")


@command.command(short_help="Compare two packs, or two systems.")
@click.argument("first", type=FOLDER)
@click.argument("second", type=FOLDER)
@click.argument("photos", type=FOLDER)
@SPLIT
@VECTORS
@OUT
@click.option("--model", type=FOLDER, help="Folder of both packs' model; default: the ones in them.")
@rule_options
@runtime_option
def compare(
    first: Path,
    second: Path,
    photos: Path,
    split: str,
    vectors: Path | None,
    out: Path,
    model: Path | None,
    strictness: Strictness,
    no_geo: bool,
    no_references: bool,
    runtime: Runtime,
) -> None:
    """Compare two packs, FIRST and SECOND, on PHOTOS: a folder, or a catalog with the truth.

    Says who changed; with a catalog also which is better, and whether by more than noise (McNemar's exact test).
    FIRST and SECOND may also be files of answers (JSON lines of `recognize --json`).
    """
    from landmarq.cli.progress import progress_bar
    from landmarq.workspace.comparing import compare_systems

    rule = rule_of(strictness, no_geo=no_geo, no_references=no_references)
    with progress_bar("Embedding") as progress:
        report = compare_systems(
            first,
            second,
            photos,
            out=out,
            rule=rule,
            model=model,
            runtime=runtime,
            vectors=vectors,
            split=split,
            progress=progress,
        )
    click.echo(f"{report.first} and {report.second} agree on {_shown(report.agreement)}; {len(report.changes)} changed")
    for each in report.verdicts:
        click.echo(
            f"{each.on}: {each.first.share:.1%} and {each.second.share:.1%}, right alone on {each.only_first} and "
            f"{each.only_second}, p = {each.p_value:.3g}: {each.words}"
        )
    if not report.verdicts:
        click.echo("Which is better can't be said: that takes a catalog with photos of known landmarks and others.")
    click.echo(f"Open {out / 'report.html'}")


@command.command(short_help="Search photos among other photos.")
@click.argument("catalog", type=FOLDER)
@MODEL
@SPLIT
@click.option("--pool", default="train", show_default=True, help="Role of the photos that are searched.")
@VECTORS
@OUT
@runtime_option
def retrieval(
    catalog: Path, model: Path, split: str, pool: str, vectors: Path | None, out: Path, runtime: Runtime
) -> None:
    """Search CATALOG's landmark photos among those of another role.

    Top-k for k = 1 to 20, a k-NN recogniser, and a page of the six nearest photos.
    """
    from landmarq.cli.progress import progress_bar
    from landmarq.workspace import measuring

    with progress_bar("Embedding") as progress:
        report = measuring.retrieval(
            catalog,
            model=model,
            out=out,
            pool=pool,
            split=split,
            runtime=runtime,
            vectors=vectors,
            progress=progress,
        )
    for each in report.top_k:
        click.echo(f"top-{each.k}: {_shown(each.found)}")
    for vote in report.votes:
        click.echo(f"{vote.k}-NN: {_shown(vote.right)}")
    click.echo(f"Open {out / 'report.html'}")


@command.command(short_help="Measure on revisited Oxford or Paris.")
@click.argument("truth", type=FOLDER)
@click.argument("images", type=FOLDER)
@MODEL
@click.option("--crops/--no-crops", default=True, show_default=True, help="Cut the queries to their box.")
@click.option("--moves", type=FOLDER, help="CSV query,image of positives to move to junk (the adapted protocol).")
@click.option(
    "--distractors", type=FOLDER, multiple=True, help="File of distractors' vectors (.npy, .sqlite); repeatable."
)
@VECTORS
@OUT
@runtime_option
def revisited(
    truth: Path,
    images: Path,
    model: Path,
    crops: bool,
    moves: Path | None,
    distractors: tuple[Path, ...],
    vectors: Path | None,
    out: Path,
    runtime: Runtime,
) -> None:
    """Measure on revisited Oxford or Paris.

    TRUTH is gnd_roxford5k.pkl or gnd_rparis6k.pkl, IMAGES the folder of their images.
    """
    from landmarq.cli.progress import progress_bar
    from landmarq.evaluation.revisited import PRECISION_AT
    from landmarq.workspace import measuring

    with progress_bar("Embedding") as progress:
        report = measuring.revisited(
            truth,
            images,
            model=model,
            out=out,
            crops=crops,
            moves=moves,
            distractors=distractors,
            runtime=runtime,
            vectors=vectors,
            progress=progress,
        )
    for each in report.figures:
        means = ", ".join(f"mP@{k} {value:.2%}" for k, value in zip(PRECISION_AT, each.mean_precision_at, strict=True))
        click.echo(f"{each.setup}: mAP {each.mean_average_precision:.2%}, {means} ({each.queries} queries)")
    click.echo(f"Open {out / 'report.html'}")


@command.command(short_help="Measure on Google Landmarks v2.")
@click.argument("task", type=click.Choice(["recognition", "retrieval"]))
@click.argument("solution", type=FOLDER)
@click.argument("predictions", type=FOLDER)
@click.option("--version", default="", help="Version of the ground truth. [default: by the name of its file]")
@OUT
def gldv2(task: str, solution: Path, predictions: Path, version: str, out: Path) -> None:
    """Measure PREDICTIONS against the published SOLUTION of Google Landmarks v2.

    Both are CSVs as the benchmark publishes them: GAP for recognition, mAP@100 for retrieval.
    """
    from landmarq.workspace import measuring

    report = measuring.gldv2(task, solution, predictions, version=version, out=out)  # type: ignore[arg-type]  # as above
    for each in report.figures:
        click.echo(
            f"{each.metric} {each.value:.4f} ({each.usage}, {each.queries} photos, {each.with_answer} with an answer; "
            f"ground truth v{each.version})"
        )
    click.echo(f"Open {out / 'report.html'}")


def _shown(figure: Figure) -> str:
    return f"{figure.share:.1%} ({figure.low:.1%} to {figure.high:.1%})"
