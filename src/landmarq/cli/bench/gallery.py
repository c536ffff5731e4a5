"""``landmarq bench gallery``: how long building a large gallery takes, and how much memory."""

from __future__ import annotations

from pathlib import Path

import click

from landmarq.cli.bench.output import json_option, show


@click.command(name="gallery")
@click.option("--landmarks", type=click.IntRange(min=1), help="[default: 11000, the paper's]")
@click.option("--photos", type=click.IntRange(min=1), help="Photos of each landmark. [default: 200]")
@click.option("--largest", type=click.IntRange(min=1), help="Photos of the largest landmark. [default: 10000]")
@json_option
def command(landmarks: int | None, photos: int | None, largest: int | None, json_file: Path | None) -> None:
    """Measure building a gallery from stored vectors, which are made up; 2.3 KB of disk a photo."""
    # Imported here, as in every command: the help must not wait for the runtime.
    import tempfile

    from landmarq.bench.galleries import GalleriesConfig, measure_galleries
    from landmarq.cli.progress import progress_bar

    config = GalleriesConfig(
        landmarks=landmarks or GalleriesConfig.landmarks,
        photos=photos or GalleriesConfig.photos,
        largest=largest or GalleriesConfig.largest,
    )
    with tempfile.TemporaryDirectory() as folder, progress_bar("Storing vectors") as progress:
        table = measure_galleries(config, folder=Path(folder), progress=progress)
    show([table], json_file)
