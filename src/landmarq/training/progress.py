"""What a training says while it runs."""

from __future__ import annotations

import os
import time
from types import TracebackType
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn


class Reporter(Protocol):
    """Whoever listens to a training."""

    def say(self, line: str) -> None:
        """Take a line for a person."""

    def stage(self, name: str, *, steps: int, done: int) -> None:
        """Learn that a stage of ``steps`` steps begins, or goes on after ``done`` of them."""

    def step(self, *, epoch: int, loss: float, photos_per_s: float) -> None:
        """Learn that one more step is done."""


class Silence:
    """Listens to nothing."""

    def say(self, line: str) -> None:
        """Ignore the line."""

    def stage(self, name: str, *, steps: int, done: int) -> None:
        """Ignore the stage."""

    def step(self, *, epoch: int, loss: float, photos_per_s: float) -> None:
        """Ignore the step."""


class ConsoleReporter:
    """A bar with the time left on a terminal; elsewhere, such as in a log, a line a minute."""

    def __init__(self, console: Console, *, line_every_s: float = 60.0) -> None:
        """Write to ``console``."""
        self._console = console
        self._line_every_s = line_every_s
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[figures]}"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(elapsed_when_finished=False),
            console=console,
            disable=not console.is_terminal or os.environ.get("RANK", "0") != "0",
            transient=True,
        )
        self._task = self._bar.add_task("", total=None, figures="")
        self._name, self._steps, self._done, self._new = "", 0, 0, 0
        self._begun = self._said = time.monotonic()

    def __enter__(self) -> ConsoleReporter:
        """Show the bar."""
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Take the bar away."""
        self._bar.stop()

    def say(self, line: str) -> None:
        """Write a line above the bar."""
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)

    def stage(self, name: str, *, steps: int, done: int) -> None:
        """Begin the bar of a stage."""
        self._name, self._steps, self._done, self._new = name, steps, done, 0
        self._begun = self._said = time.monotonic()
        self._bar.reset(self._task, total=steps, completed=done, description=name, figures="")

    def step(self, *, epoch: int, loss: float, photos_per_s: float) -> None:
        """Move the bar on."""
        self._done, self._new = self._done + 1, self._new + 1
        figures = f"epoch {epoch + 1}  loss {loss:.3f}  {photos_per_s:.1f} photos/s"
        self._bar.update(self._task, completed=self._done, figures=figures)
        now = time.monotonic()
        if not self._console.is_terminal and now - self._said >= self._line_every_s:
            self._said = now
            left_s = (now - self._begun) / self._new * (self._steps - self._done)
            self.say(f"{self._name}: step {self._done}/{self._steps}  {figures}  left {clock(left_s)}")


def clock(seconds: float) -> str:
    """Return a duration as hours:minutes:seconds."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}"
