"""How benchmarks show their tables: as text, and as JSON with the machine they ran on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from landmarq.cli.options import FOLDER

if TYPE_CHECKING:
    from landmarq.bench import Table

CommandT = TypeVar("CommandT", bound=Callable[..., Any])


def json_option(function: CommandT) -> CommandT:
    """Add ``--json``."""
    return click.option("--json", "json_file", type=FOLDER, help="Write figures, machine and date to this file.")(
        function
    )


def show(tables: Sequence[Table], json_file: Path | None) -> None:
    """Print tables below a line about the machine, and write them where asked to."""
    from landmarq.artifacts import write_json
    from landmarq.bench import this_machine

    machine = this_machine()
    click.echo(machine.as_text())
    for table in tables:
        click.echo(f"\n{table.as_text()}")
    if json_file:
        write_json(json_file, {"machine": machine.as_json(), "tables": [table.as_json() for table in tables]})
