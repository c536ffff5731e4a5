"""``landmarq bench network``: precisions and runtimes of one model side by side."""

from __future__ import annotations

from pathlib import Path

import click

from landmarq.cli.bench.output import json_option, show
from landmarq.cli.options import FOLDER


@click.command(name="network")
@click.option("--model", type=FOLDER, help="Folder of the model; default: the one that comes with landmarq.")
@click.option("--int8", type=FOLDER, help="Folder of its int8 model (`landmarq quantise`).")
@click.option("--catalog", type=FOLDER, help="CSV with the roles train and val*: measures accuracy too.")
@click.option("--vectors", type=FOLDER, help="Folder of the catalog's vectors, made or added to. [default: not kept]")
@click.option("--backbone", help="Name of a timm model that torch runs beside it, with random weights.")
@json_option
def command(
    model: Path | None,
    int8: Path | None,
    catalog: Path | None,
    vectors: Path | None,
    backbone: str | None,
    json_file: Path | None,
) -> None:
    """Measure images a second and cosines of a model in float32, bf16 and int8, by OpenVINO, ONNX Runtime and torch.

    With a catalog the sensitivity at 99 % specificity too, each variant with a gallery of its own vectors. Stopped and
    started again with the same --vectors, it embeds only what is missing there.
    """
    # Imported here, as in every command: the help must not wait for the runtime.
    from landmarq.bench.precisions import measure_model, starter_model
    from landmarq.cli.progress import progress_bar

    with progress_bar("Measuring") as progress:
        table = measure_model(
            model or starter_model(),
            int8=int8,
            catalog=catalog,
            vectors=vectors,
            backbone=backbone,
            progress=progress,
        )
    show([table], json_file)
