"""``landmarq bench floors``: how near ``albums`` comes to decoding and network alone."""

from __future__ import annotations

from pathlib import Path

import click

from landmarq.cli.bench.output import json_option, show
from landmarq.cli.options import FOLDER, pack_options


@click.command(name="floors")
@click.option("--photos", "sources", type=FOLDER, help="Folder of photos to enlarge. [default: made pictures]")
@click.option(
    "--megapixels", type=click.Choice(["1", "4", "12", "48"]), multiple=True, help="Repeatable. [default: all]"
)
@click.option("--seconds", type=float, help="About how long `albums` runs for each size. [default: 30]")
@json_option
@pack_options
def command(
    sources: Path | None,
    megapixels: tuple[str, ...],
    seconds: float | None,
    json_file: Path | None,
    packs: tuple[Path, ...],
    model: Path | None,
    runtime: str,
) -> None:
    """Measure decoding alone, the network alone, and all of `albums` on new photos, by size of photo.

    The floor is 1 / (decoding / cores + network). Photos are made in a temporary folder, some hundred MB.
    """
    # Imported here, as in every command: the help must not wait for the runtime.
    import dataclasses
    import tempfile

    from landmarq.bench.floors import FloorsConfig, floors_table, measure_floors
    from landmarq.cli.progress import progress_bar
    from landmarq.errors import InputError
    from landmarq.photos import list_photos

    config = FloorsConfig()
    if megapixels:
        config = dataclasses.replace(config, megapixels=tuple(int(each) for each in megapixels))
    if seconds is not None:
        if seconds <= 0:
            raise InputError("--seconds must be positive")
        config = dataclasses.replace(config, seconds=seconds)
    enlarged = [file.path for file in list_photos([sources])] if sources else []
    if sources and not enlarged:
        raise InputError(f"no photos in {sources}")
    with tempfile.TemporaryDirectory() as folder, progress_bar("Measuring") as progress:
        floors = measure_floors(
            config,
            folder=Path(folder),
            sources=enlarged,
            packs=packs,
            model=model,
            runtime=runtime,  # type: ignore[arg-type]  # click checks the choice
            progress=progress,
        )
    show([floors_table(floors)], json_file)
