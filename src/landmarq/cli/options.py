"""Options that several commands share; their defaults are those of the library."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

CommandT = TypeVar("CommandT", bound=Callable[..., Any])

FOLDER = click.Path(path_type=Path)


def pack_options(function: CommandT) -> CommandT:
    """Add ``--pack``, ``--model`` and ``--runtime``."""
    function = click.option(
        "--runtime", type=click.Choice(["openvino", "onnxruntime"]), default="openvino", help="What runs the network."
    )(function)
    function = click.option("--model", type=FOLDER, help="Folder of the model; default: the one in the pack.")(function)
    return click.option(
        "--pack", "packs", type=FOLDER, multiple=True, help="Folder of a pack; repeatable. Default: the starter pack."
    )(function)


def rule_options(function: CommandT) -> CommandT:
    """Add ``--strictness``, ``--no-geo`` and ``--no-references``."""
    function = click.option("--no-references", is_flag=True, help="Do not check against reference photos.")(function)
    function = click.option("--no-geo", is_flag=True, help="Ignore where photos were taken.")(function)
    return click.option(
        "--strictness",
        type=click.Choice(["strict", "normal", "loose"]),
        default="normal",
        show_default=True,
        help="How sure an answer must be.",
    )(function)
