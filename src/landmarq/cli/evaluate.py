"""``landmarq evaluate``: measure a pack, or any system that writes the same JSON."""

from __future__ import annotations

from pathlib import Path

import click

from landmarq.errors import InputError

DEFAULT_FOLDER = Path("landmarq-evaluation")


@click.group(name="evaluate")
def command() -> None:
    """Measure a pack, or any system whose answers are in the JSON format of ``recognize --json``."""


@command.command()
@click.argument("catalog", type=click.Path(path_type=Path))
@click.option(
    "--recognitions",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Score these answers (JSON lines of 'recognize --json', by any system) instead of running a pack. Repeatable.",
)
@click.option("--split", default="", help="Roles to test on: val takes val, val_negative, val_unknown. [default: test]")
@click.option(
    "--landmarks", type=click.Path(path_type=Path), help="Landmark table; by default landmarks.csv beside the catalog."
)
@click.option("--known", type=click.Path(path_type=Path), help="Landmark table of what the system was taught.")
@click.option("--rare-below", type=int, help="A landmark with fewer training photos is rare.")
@click.option("-o", "--output", type=click.Path(path_type=Path), default=DEFAULT_FOLDER, show_default=True)
def offline(
    catalog: Path,
    recognitions: tuple[Path, ...],
    split: str,
    landmarks: Path | None,
    known: Path | None,
    rare_below: int | None,
    output: Path,
) -> None:
    """Test on the photos of CATALOG: report.json and report.html.

    Sensitivity, specificity and top-1, album precision at several landmark rates, by region, city, category and kind
    of photo, with intervals, curves, the pairs most confused and the worst errors in pictures.
    """
    from landmarq.catalog import read_catalog, read_landmarks
    from landmarq.evaluation.answers import read_answers
    from landmarq.evaluation.labelled import align, labelled_photos
    from landmarq.evaluation.offline import OfflineConfig, evaluate
    from landmarq.evaluation.report import offline_report, write_report

    config = OfflineConfig() if rare_below is None else OfflineConfig(rare_below=rare_below)
    everything = read_catalog(catalog)
    beside = catalog.parent / "landmarks.csv"
    table = landmarks or (beside if beside.is_file() else None)
    photos = labelled_photos(
        everything,
        split=split,
        landmarks=read_landmarks(table) if table else (),
        known=[landmark.id for landmark in read_landmarks(known)] if known else None,
    )
    if not recognitions:
        raise InputError("name the answers to score: --recognitions FILE (written by 'landmarq recognize --json')")
    systems = [
        evaluate(photos, align(photos, read_answers(path), catalog=everything), name=path.stem, config=config)
        for path in recognitions
    ]
    write_report(offline_report(photos, systems, split=split, config=config), output, catalog=everything)
    for system in systems:
        found, kept = system.sensitivity, system.specificity
        click.echo(
            f"{system.name}: sensitivity {found.share:.1%} ({found.low:.1%} to {found.high:.1%}), "
            f"specificity {kept.share:.2%} ({kept.low:.2%} to {kept.high:.2%}), top-1 {system.top_1.share:.1%}"
        )
    click.echo(f"report: {output / 'report.html'}")
