"""``landmarq quantise``: a model in int8."""

from __future__ import annotations

from pathlib import Path

import click

from landmarq.cli.options import FOLDER


@click.command(name="quantise")
@click.argument("catalog", type=FOLDER)
@click.option("--model", type=FOLDER, required=True, help="Folder of the model in floating point.")
@click.option("-o", "--out", type=FOLDER, required=True, help="Folder of the int8 model.")
@click.option("--photos", type=int, help="Training photos that calibrate it. [default: 300]")
def command(catalog: Path, model: Path, out: Path, photos: int | None) -> None:
    """Write the int8 model of a model, its ranges measured on training photos of CATALOG.

    It is another model: embed, gallery and calibrate again with it. Needs the extra [quantise].
    """
    # Imported here, as in every command: the help must not wait for the runtime.
    from landmarq import workspace
    from landmarq.cli.progress import progress_bar
    from landmarq.errors import InputError

    if photos is not None and photos < 1:
        raise InputError("--photos must be at least 1")
    with progress_bar("Calibrating") as progress:
        seen = workspace.quantise(catalog, model=model, out=out, photos=photos, progress=progress)
    click.echo(f"{out}: int8, calibrated on {seen} photos.")
