"""``landmarq recognize``: what is on these photos."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from landmarq.cli.options import FOLDER, opened_check, pack_options, rule_of, rule_options, verify_options

if TYPE_CHECKING:
    from landmarq.pack import Strictness
    from landmarq.runtime import Runtime


@click.command(name="recognize")
@click.argument("photos", nargs=-1, required=True, type=FOLDER)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--explain", type=FOLDER, metavar="DIR", help="Write a heat map of each named landmark to DIR.")
@pack_options
@rule_options
@verify_options
def command(
    photos: tuple[Path, ...],
    as_json: bool,
    explain: Path | None,
    packs: tuple[Path, ...],
    model: Path | None,
    runtime: Runtime,
    strictness: Strictness,
    no_geo: bool,
    no_references: bool,
    verify: str | None,
    reference_photos: Path | None,
) -> None:
    """Name the landmarks on PHOTOS (files, or folders searched to the bottom), and say why or why not."""
    from landmarq import workspace
    from landmarq.errors import InputError, PhotoError

    for path in photos:
        if not path.exists():
            raise InputError(f"no such folder or photo: {path}")
    rule = rule_of(strictness, no_geo=no_geo, no_references=no_references)
    check = opened_check(verify, reference_photos)
    system = workspace.open_system(packs, model=model, rule=rule, runtime=runtime, check=check)
    maps = workspace.HeatMaps(system, explain, runtime=runtime) if explain else None
    read = 0
    for path, answer in workspace.recognize(system, photos):
        if isinstance(answer, PhotoError):
            line = {"path": str(path), "error": str(answer)}
            click.echo(json.dumps(line, ensure_ascii=False) if as_json else f"{path}: {answer}", err=not as_json)
            continue
        read += 1
        if maps:
            maps.write(path, answer)
        if as_json:
            click.echo(json.dumps(answer.as_json(str(path)), ensure_ascii=False))
        else:
            names = ", ".join(match.landmark.name for match in answer.matches) or "no landmark"
            click.echo(f"{path}: {names} ({answer.reason})")
    if not read:
        raise InputError("no photo could be read")
