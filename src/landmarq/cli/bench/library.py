"""``landmarq bench library``: what a large library costs when nothing, or only the pack, has changed."""

from __future__ import annotations

from pathlib import Path

import click

from landmarq.cli.bench.output import json_option, show


@click.command(name="library")
@click.option("--photos", type=click.IntRange(min=1), help="[default: 100000]")
@click.option("--landmarks", type=click.IntRange(min=1), help="Of the pack. [default: 57]")
@click.option("--files/--no-files", default=True, show_default=True, help="Make the photos' files too, to list them.")
@json_option
def command(photos: int | None, landmarks: int | None, files: bool, json_file: Path | None) -> None:
    """Measure a library of made vectors: first decisions, an unchanged rescan, a new pack."""
    # Imported here, as in every command: the help must not wait for the runtime.
    import tempfile

    from landmarq.bench.libraries import LibrariesConfig, measure_library
    from landmarq.cli.progress import progress_bar

    config = LibrariesConfig(
        photos=photos or LibrariesConfig.photos, landmarks=landmarks or LibrariesConfig.landmarks, files=files
    )
    with tempfile.TemporaryDirectory() as folder, progress_bar("Storing vectors") as progress:
        table = measure_library(config, folder=Path(folder), progress=progress)
    show([table], json_file)
