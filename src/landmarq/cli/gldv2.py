"""``landmarq gldv2``: the tables of a world pack, from Google Landmarks v2 as it is published."""

from __future__ import annotations

from pathlib import Path

import click

from landmarq.cli.options import FOLDER


@click.command(name="gldv2")
@click.argument("folder", type=FOLDER)
@click.option("-o", "--out", type=FOLDER, required=True, help="Folder of the tables.")
@click.option("--everyday", type=FOLDER, help="Folder of photos without landmarks, which train as non-landmarks.")
@click.option("--min-photos", default=10, show_default=True, help="Photos in train_clean.csv that keep a landmark.")
@click.option("--references", default=5, show_default=True, help="Reference photos a landmark.")
def command(folder: Path, out: Path, everyday: Path | None, min_photos: int, references: int) -> None:
    """Make catalog, landmark table and references of Google Landmarks v2, unpacked in FOLDER.

    Writes photos.csv, crawl-REGION.csv, landmarks.csv, references.csv; and, for landmarks whose place is not known,
    queries for Wikidata. With their answers in OUT/places, run it again. docs/gldv2.md has all steps.
    """
    from landmarq import workspace

    report = workspace.world(folder, out=out, everyday=everyday, min_photos=min_photos, references=references)
    regions = ", ".join(f"{name} {count}" for name, count in report.regions)
    click.echo(f"{report.landmarks} landmarks ({regions}); {report.photos} photos, {report.crawled} before cleaning.")
    click.echo(f"{report.everyday} everyday photos; {report.measured} photos to measure on.")
    if report.queries:
        click.echo(
            f"{report.without_place} landmarks have no place: {report.queries} queries are in {out / 'queries'}; "
            f"put the answers into {out / 'places'} and run this again.",
            err=True,
        )
