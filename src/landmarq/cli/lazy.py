"""A group whose commands are modules, each imported only when it is called for."""

from __future__ import annotations

import importlib
from collections.abc import Mapping

import click


class LazyGroup(click.Group):
    """Commands by name, each the ``command`` of the module of its name in one package.

    Showing the list imports none of them.
    """

    def __init__(self, name: str, *, package: str, listing: Mapping[str, str], text: str) -> None:
        """Name the package and, in the order of use, each command with what the group's help says of it."""
        super().__init__(
            name, help=text, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
        )
        self._package = package
        self._listing = listing

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of use."""
        return list(self._listing)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command by its name."""
        if cmd_name not in self._listing:
            return None
        command: click.Command = importlib.import_module(f"{self._package}.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self._listing.items()))
