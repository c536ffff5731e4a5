"""``landmarq embed``: a catalog's photos into vectors."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from landmarq.cli.options import FOLDER, runtime_option

if TYPE_CHECKING:
    from landmarq.runtime import Runtime


@click.command(name="embed")
@click.argument("catalog", type=FOLDER)
@click.option("--model", type=FOLDER, required=True, help="Folder of the model.")
@click.option("-o", "--out", type=FOLDER, required=True, help="File of vectors (SQLite), made or added to.")
@runtime_option
@click.option("--float32", is_flag=True, help="Do not use bf16, also where the processor has it.")
def command(catalog: Path, model: Path, out: Path, runtime: Runtime, float32: bool) -> None:
    """Embed the photos of CATALOG (a CSV, or a folder) into a file of vectors.

    A photo whose vector is there is not opened again; stopped, the same command goes on.
    """
    from landmarq import workspace
    from landmarq.cli.progress import progress_bar

    with progress_bar("Embedding") as progress:
        report = workspace.embed(
            catalog,
            model=model,
            out=out,
            runtime=runtime,
            precision="float32" if float32 else "auto",
            progress=progress,
        )
    update = report.update
    click.echo(f"{update.embedded} photos embedded in {report.precision}, {update.unchanged} were known.")
    for reason, count in report.failed.items():
        click.echo(f"{count} could not be read ({reason}).", err=True)
