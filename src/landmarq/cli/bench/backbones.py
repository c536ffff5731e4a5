"""``landmarq bench backbones``: what the backbones of the paper's table cost here."""

from __future__ import annotations

from pathlib import Path

import click

from landmarq.cli.bench.output import json_option, show
from landmarq.cli.options import FOLDER


@click.command(name="backbones")
@click.argument("names", nargs=-1)
@click.option("--model", type=FOLDER, help="A trained model, whose backbone is measured too; default: landmarq's own.")
@click.option("--size", type=int, help="Side of the square input, pixels. [default: 256]")
@click.option(
    "--models", type=FOLDER, default=Path("landmarq-backbones"), show_default=True, help="Where their models are kept."
)
@json_option
def command(names: tuple[str, ...], model: Path | None, size: int | None, models: Path, json_file: Path | None) -> None:
    """Measure backbones by NAMES of timm models, with random weights; default: those of the paper's table.

    By OpenVINO, ONNX Runtime and eager torch, in one run. Needs the extra [train].
    """
    # Imported here, as in every command: the help must not wait for the runtime.
    import dataclasses

    from landmarq.bench.backbones import BackbonesConfig, measure_backbones
    from landmarq.bench.precisions import starter_model
    from landmarq.cli.progress import progress_bar
    from landmarq.errors import InputError

    config = BackbonesConfig()
    if names:
        config = dataclasses.replace(config, backbones=names)
    if size is not None:
        if not 32 <= size <= 1024:
            raise InputError("--size must lie between 32 and 1024")
        config = dataclasses.replace(config, size=size)
    with progress_bar("Measuring") as progress:
        table = measure_backbones(
            config,
            folder=models,
            starter=model or starter_model(),
            progress=progress,
        )
    show([table], json_file)
