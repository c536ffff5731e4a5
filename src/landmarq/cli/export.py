"""``landmarq export``: makes a model folder of a training run."""

from __future__ import annotations

from pathlib import Path

import click

from landmarq.cli.options import FOLDER, notice_text
from landmarq.training import require_torch


@click.command(name="export")
@click.argument("run", type=FOLDER)
@click.option("-o", "--out", type=FOLDER, required=True, help="Model folder to write.")
@click.option("--name", default="", help="Short name of the model; default: the run's folder.")
@click.option("--licence", default="", help="Licence of the weights.")
@click.option("--notice", type=FOLDER, help="Text file: what the weights were learnt from.")
@click.option(
    "--photos",
    type=FOLDER,
    help="The network before training: RUN is its weights (a file, or hub), whitened on this catalog's photos.",
)
@click.option("--config", "config_path", type=FOLDER, help="With --photos: the recipe.")
def command(
    run: Path, out: Path, name: str, licence: str, notice: Path | None, photos: Path | None, config_path: Path | None
) -> None:
    """Write the last finished stage of RUN (or the one stage RUN) as a model folder: ONNX, no torch needed."""
    require_torch("Exporting a model")
    # Imported here: torch takes seconds, and the help must not.
    from landmarq.training.config import read_config
    from landmarq.training.export import Named, export
    from landmarq.training.export_start import export_start

    text = notice_text(notice)
    if photos is not None:
        recipe = read_config(config_path or Path("starter"))
        named = Named(name or out.resolve().name, licence, text)
        report = export_start(str(run), photos=photos, config=recipe, out=out, named=named)
    else:
        report = export(run, out=out, name=name, licence=licence, notice=text)
    bf16 = "none here" if report.cosine_bf16 is None else f"{report.cosine_bf16:.6f}"
    click.echo(
        f"{report.folder}: {report.megabytes:.1f} MB; cosine to torch: float32 {report.cosine_float32:.7f}, bf16 {bf16}"
    )
