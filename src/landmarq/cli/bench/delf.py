"""``landmarq bench delf``: trains the rival DELF."""

from __future__ import annotations

from pathlib import Path

import click

from landmarq.cli.options import FOLDER
from landmarq.training import require_torch


@click.command(name="delf")
@click.argument("catalog", type=FOLDER)
@click.option("--run", type=FOLDER, required=True, help="Finished run of `landmarq train CATALOG --config delf`.")
@click.option("--config", "config_path", type=FOLDER, help="TOML with how attention and PCA are learnt.")
@click.option(
    "-o", "--out", type=FOLDER, required=True, help="Folder to write; `landmarq bench rivals --delf` takes it."
)
def command(catalog: Path, run: Path, config_path: Path | None, out: Path) -> None:
    """Train DELF's attention and PCA on CATALOG, on the features of a fine-tuned backbone.

    The backbone is fine-tuned first, as a plain classifier: `landmarq train CATALOG --config delf -o RUN`.
    """
    require_torch("Training DELF")
    # Imported here: torch takes seconds, and the help must not.
    import dataclasses

    from rich.console import Console

    from landmarq.config import load
    from landmarq.training.delf import DelfTrainConfig, train_delf
    from landmarq.training.delf_export import export_delf
    from landmarq.training.progress import ConsoleReporter

    config = load(DelfTrainConfig, config_path) if config_path else DelfTrainConfig()
    with ConsoleReporter(Console(stderr=True)) as reporter:
        delf = train_delf(run, catalog, config, reporter=reporter)
        reporter.say("exporting")
        click.echo(export_delf(delf, out, training={"run": run.resolve().name, **dataclasses.asdict(config)}))
