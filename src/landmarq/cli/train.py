"""``landmarq train``: trains the network on a catalog of photos."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import click

from landmarq.cli.options import FOLDER
from landmarq.training import require_torch
from landmarq.training.config import SHIPPED


@click.command(name="train")
@click.argument("catalog", type=FOLDER)
@click.option(
    "--config",
    "config_path",
    type=FOLDER,
    help=f"Recipe: a TOML file, or one of {', '.join(SHIPPED)}; default: paper.",
)
@click.option("-o", "--out", type=FOLDER, required=True, help="Folder of the run.")
@click.option("--landmarks", type=FOLDER, help="Landmark table; default: landmarks.csv beside CATALOG.")
@click.option(
    "--weights", help="What the backbone starts from, in place of the recipe's: a file, a run's folder, hub or none."
)
def command(catalog: Path, config_path: Path | None, out: Path, landmarks: Path | None, weights: str | None) -> None:
    """Train the network on the photos of CATALOG.

    CATALOG is a CSV of photos, a folder with one folder of photos for each class, Google Landmarks v2 as published,
    or WebDataset shards.

    Stages that are done are left as they are; one that was stopped goes on. `torchrun` starts it on several
    processes.
    """
    require_torch("Training")
    # Imported here: torch takes seconds, and the help must not.
    from rich.console import Console

    from landmarq.training.config import TrainConfig, read_config
    from landmarq.training.curriculum import train
    from landmarq.training.progress import ConsoleReporter

    config = read_config(config_path) if config_path else TrainConfig()
    if weights:
        config = dataclasses.replace(config, network=dataclasses.replace(config.network, weights=weights))
    with ConsoleReporter(Console(stderr=True)) as reporter:
        folder = train(catalog, config, out=out, landmarks=landmarks, reporter=reporter)
    if os.environ.get("RANK", "0") == "0":  # of the processes that torchrun started one speaks
        click.echo(folder)
