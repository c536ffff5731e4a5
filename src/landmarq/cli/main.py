"""The group of commands, each imported only when it is called for."""

from __future__ import annotations

import importlib
import logging
import sys

import click

from landmarq.errors import LandmarqError

# In the order of use, with what `landmarq --help` says of each: showing the list imports none of them.
_COMMANDS = {
    "albums": "Make albums of the landmarks in your photos.",
    "recognize": "Name the landmarks on photos.",
    "serve": "Show the albums in a browser, and answer other programs.",
    "teach": "Teach a landmark of your own from 3 to 5 photos.",
    "landmarks": "List what the packs know.",
    "clean": "Clean a crawl from a few reference photos a landmark.",
    "train": "Train the network on a catalog of photos.",
    "export": "Write a trained network as a model.",
    "embed": "Turn a catalog's photos into vectors.",
    "gallery": "Build a pack from vectors.",
    "calibrate": "Set a pack's thresholds for a wanted precision.",
    "evaluate": "Measure recognition, retrieval and public protocols.",
}


class _Commands(click.Group):
    """A group whose commands are modules beside this one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of use."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command by its name."""
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"landmarq.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="landmarq", prog_name="landmarq")
def group() -> None:
    """Find the landmarks in your photos, on your own machine."""


def main() -> None:
    """Run the command line; an error that a person can mend is one line and exit code 2."""
    logging.basicConfig(level=logging.WARNING, format="landmarq: %(message)s", stream=sys.stderr)
    try:
        code = group.main(standalone_mode=False, prog_name="landmarq")
    except LandmarqError as error:
        click.echo(f"landmarq: {error}", err=True)
        sys.exit(2)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("landmarq: stopped; the same command goes on from here", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output went away, as `head` does; there is nobody left to tell.
        sys.stderr.close()
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)
