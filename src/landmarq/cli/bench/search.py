"""``landmarq bench search``: exact products, the index and the place, as galleries grow."""

from __future__ import annotations

from pathlib import Path

import click

from landmarq.cli.bench.output import json_option, show


@click.command(name="search")
@click.argument("centroids", type=int, nargs=-1)
@json_option
def command(centroids: tuple[int, ...], json_file: Path | None) -> None:
    """Measure deciding on photos in galleries of so many CENTROIDS; default: ten thousand to a million.

    A million takes 8 GB of memory and some minutes. Needs the extra [search].
    """
    # Imported here, as in every command: the help must not wait for the runtime.
    import dataclasses
    import tempfile

    from landmarq.bench.search import SearchConfig, measure_search, search_table
    from landmarq.cli.progress import progress_bar
    from landmarq.errors import InputError
    from landmarq.index.centroids import FEWEST

    if any(each < FEWEST for each in centroids):
        raise InputError(f"a gallery needs at least {FEWEST} centroids to be measured")
    config = SearchConfig()
    if centroids:
        config = dataclasses.replace(config, centroids=centroids)
    with tempfile.TemporaryDirectory() as folder, progress_bar("Measuring") as progress:
        costs = measure_search(config, folder=Path(folder), progress=progress)
    show([search_table(costs, config)], json_file)
