"""``landmarq landmarks``: what the packs know."""

from __future__ import annotations

import json
from pathlib import Path

import click

from landmarq.cli.options import FOLDER


@click.command(name="landmarks")
@click.option(
    "--pack", "packs", type=FOLDER, multiple=True, help="Folder of a pack; repeatable. Default: the starter pack."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def command(packs: tuple[Path, ...], as_json: bool) -> None:
    """List the landmarks that can be recognised, by country and city."""
    from landmarq import workspace

    for pack, known in workspace.landmarks(packs):
        if not as_json:
            click.echo(f"{pack.info.name}: {len(known)} landmarks")
        for each in sorted(known, key=lambda landmark: (landmark.country, landmark.city, landmark.name)):
            if as_json:
                place = each.place
                names = {"id": each.id, "name": each.name, "city": each.city, "country": each.country}
                values = {**names, "lat": place and place.lat, "lon": place and place.lon, "pack": pack.info.name}
                click.echo(json.dumps(values, ensure_ascii=False))
            else:
                click.echo(f"  {each.name} — {each.city}, {each.country}")
