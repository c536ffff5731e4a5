"""``landmarq serve``: albums in the browser, and the HTTP API."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from landmarq.cli.options import FOLDER, pack_options, rule_of, rule_options
from landmarq.server.config import ServeConfig

if TYPE_CHECKING:
    from landmarq.pack import Strictness
    from landmarq.runtime import Runtime

_DEFAULT = ServeConfig()


@click.command(name="serve")
@click.argument("library", type=FOLDER, default=Path("landmarq-albums"))
@click.option("--host", default=_DEFAULT.host, show_default=True, help="Address to listen on.")
@click.option("--port", default=_DEFAULT.port, show_default=True, help="0 takes any free one.")
@click.option("--token", envvar="LANDMARQ_TOKEN", default="", help="What clients must present.")
@click.option("--allow-host", "hosts", multiple=True, help="A further name by which clients reach this server.")
@click.option("--max-body-mb", default=_DEFAULT.max_body_mb, show_default=True, help="Megabytes of a request.")
@click.option("--max-photos", default=_DEFAULT.max_photos, show_default=True, help="Photos of a request.")
@click.option("--max-queue", default=_DEFAULT.max_queue, show_default=True, help="Photos being worked on at once.")
@pack_options
@rule_options
def command(
    library: Path,
    host: str,
    port: int,
    token: str,
    hosts: tuple[str, ...],
    max_body_mb: int,
    max_photos: int,
    max_queue: int,
    packs: tuple[Path, ...],
    model: Path | None,
    runtime: Runtime,
    strictness: Strictness,
    no_geo: bool,
    no_references: bool,
) -> None:
    """Show the albums of LIBRARY (made by `landmarq albums`) in a browser, and answer other programs.

    Listens on this machine alone unless --host says otherwise; then clients need a token, which is made up and
    shown where --token names none.
    """
    from landmarq import workspace
    from landmarq.server import require_web

    require_web()
    config = _config(
        host=host,
        port=port,
        token=token,
        hosts=hosts,
        max_body_mb=max_body_mb,
        max_photos=max_photos,
        max_queue=max_queue,
    )
    rule = rule_of(strictness, no_geo=no_geo, no_references=no_references)
    system = workspace.open_system(packs, model=model, rule=rule, runtime=runtime)

    if not (library / "library.sqlite").exists():
        click.echo(f"There is no library in {library} yet: an empty one is made. `landmarq albums` fills it.", err=True)

    def ready(address: str) -> None:
        if not config.is_loopback:
            click.echo("Others on the network can reach this server; they need its token.", err=True)
        click.echo(f"Open {address}" + (f"?token={config.token}" if config.token else ""))

    workspace.serve(system, library, config, ready=ready, runtime=runtime)


def _config(
    *, host: str, port: int, token: str, hosts: tuple[str, ...], max_body_mb: int, max_photos: int, max_queue: int
) -> ServeConfig:
    import dataclasses
    import secrets

    from landmarq.errors import InputError

    try:
        config = ServeConfig(
            port=port, token=token, hosts=hosts, max_body_mb=max_body_mb, max_photos=max_photos, max_queue=max_queue
        )
        open_to_others = not dataclasses.replace(config, host=host, token="x").is_loopback
        return dataclasses.replace(
            config, host=host, token=token or (secrets.token_urlsafe(24) if open_to_others else "")
        )
    except ValueError as error:
        raise InputError(str(error)) from None
