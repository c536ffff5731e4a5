"""Progress bars: count, rate and time left, on the terminal's error stream."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import ProgressColumn


Bar = Callable[[int, int], None]
"""Called with (done, total)."""


@contextlib.contextmanager
def progress_bar(what: str) -> Iterator[Bar]:
    """Show a bar while the block runs; call what it yields with (done, total)."""
    with progress_bars() as bar:
        yield bar(what)


@contextlib.contextmanager
def progress_bars() -> Iterator[Callable[[str], Bar]]:
    """Show bars while the block runs, one for each name that what it yields is called with."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), MofNCompleteColumn(), _rate())
    # Where nobody watches there is nothing to show; Rich would leave an empty line.
    quiet = not console.is_terminal
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True, disable=quiet) as shown:

        def start(what: str) -> Bar:
            task = shown.add_task(what, total=None)
            return lambda done, total: shown.update(task, completed=done, total=total)

        yield start


def _rate() -> ProgressColumn:
    from rich.progress import ProgressColumn, Task
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:.0f}/s" if task.speed else "")

    return Rate()
