"""Options that several commands share; their defaults are those of the library."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from landmarq.pack import Strictness
    from landmarq.recognize import Rule
    from landmarq.recognize.local_check import LocalCheck

CommandT = TypeVar("CommandT", bound=Callable[..., Any])

FOLDER = click.Path(path_type=Path, readable=False)
"""A file or folder; whether it is there and may be read is found out, and told, by what opens it."""


def notice_text(notice: Path | None) -> str:
    """Return what a text file says of origin and rights; nothing without one."""
    from landmarq.errors import InputError

    if notice is None:
        return ""
    try:
        return notice.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as wrong:
        raise InputError(f"can't read {notice}: name a text file in UTF-8 ({wrong})") from None


runtime_option = click.option(
    "--runtime",
    type=click.Choice(["openvino", "onnxruntime"]),
    default="openvino",
    show_default=True,
    help="What runs the network.",
)


def pack_options(function: CommandT) -> CommandT:
    """Add ``--pack``, ``--model`` and ``--runtime``."""
    function = runtime_option(function)
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


def rule_of(strictness: Strictness, *, no_geo: bool, no_references: bool) -> Rule:
    """Return what was said with ``rule_options``."""
    from landmarq.recognize import Rule

    return Rule(strictness=strictness, use_place=not no_geo, use_references=not no_references)


def verify_options(function: CommandT) -> CommandT:
    """Add ``--verify`` and ``--reference-photos``."""
    function = click.option(
        "--reference-photos", type=FOLDER, help="CSV path,landmark of reference photos, for --verify local."
    )(function)
    return click.option(
        "--verify",
        type=click.Choice(["local"]),
        help="Look again at photos rejected by little: do their points lie as on a reference photo?",
    )(function)


def opened_check(verify: str | None, reference_photos: Path | None) -> LocalCheck | None:
    """Return the second look that was asked for, or None."""
    from landmarq.errors import InputError

    if verify is None:
        if reference_photos is not None:
            raise InputError("--reference-photos goes with --verify local")
        return None
    if reference_photos is None:
        raise InputError("--verify local needs photos to compare with: --reference-photos CSV (path,landmark)")
    # Imported here: the help must not wait for OpenCV.
    from landmarq.workspace.verifying import local_check

    return local_check(reference_photos)
