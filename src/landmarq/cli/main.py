"""The group of commands, each imported only when it is called for."""

from __future__ import annotations

import errno
import io
import logging
import sys

import click

from landmarq.cli.lazy import LazyGroup
from landmarq.errors import LandmarqError

# In the order of use, with what `landmarq --help` says of each: showing the list imports none of them.
_COMMANDS = {
    "albums": "Make albums of the landmarks in your photos.",
    "recognize": "Name the landmarks on photos.",
    "serve": "Show the albums in a browser, and answer other programs.",
    "teach": "Teach a landmark of your own from 3 to 5 photos.",
    "landmarks": "List what the packs know.",
    "clean": "Clean a crawl from a few reference photos a landmark.",
    "gldv2": "Make the tables of a world pack from Google Landmarks v2.",
    "train": "Train the network on a catalog of photos.",
    "export": "Write a trained network as a model.",
    "quantise": "Write a model in int8.",
    "embed": "Turn a catalog's photos into vectors.",
    "gallery": "Build a pack from vectors.",
    "calibrate": "Set a pack's thresholds for a wanted precision.",
    "evaluate": "Measure recognition, retrieval and public protocols.",
    "bulk": "Recognise millions of photos on a cluster.",
    "bench": "Measure speed and rival systems.",
}


group = LazyGroup(
    "landmarq",
    package="landmarq.cli",
    listing=_COMMANDS,
    text="Find the landmarks in your photos, on your own machine.",
)
click.version_option(package_name="landmarq", prog_name="landmarq")(group)


def main() -> None:
    """Run the command line; an error that a person can mend is one line and exit code 2."""
    _speak_utf8()
    logging.basicConfig(level=logging.WARNING, format="landmarq: %(message)s", stream=sys.stderr)
    try:
        code = group.main(standalone_mode=False, prog_name="landmarq")
    except LandmarqError as error:
        click.echo(f"landmarq: {error}", err=True)
        sys.exit(2)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(2)
    except click.ClickException as error:
        click.echo(f"landmarq: {_in_one_line(error)}", err=True)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("landmarq: stopped; the same command goes on from here", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output went away, as `head` does; there is nobody left to tell.
        sys.stderr.close()
        sys.exit(1)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        click.echo("landmarq: no space left for what is written: free some, then run the same command again", err=True)
        sys.exit(2)
    sys.exit(code if isinstance(code, int) else 0)


def _speak_utf8() -> None:
    """Write UTF-8 also into a file or pipe on Windows; bytes of a file's name that are no text become escapes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _in_one_line(error: click.ClickException) -> str:
    """Return what is wrong with the words of a command, and where to read on."""
    command = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "landmarq"
    return f"{' '.join(error.format_message().split())} `{command} --help` tells more."
