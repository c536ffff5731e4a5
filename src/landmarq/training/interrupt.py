"""Ctrl-C and SIGTERM, asked politely: the step under way is finished and a checkpoint written."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType


class StopRequest:
    """While entered, the first signal only sets ``asked``; a second one stops at once."""

    _SIGNALS = (signal.SIGINT, signal.SIGTERM)

    def __init__(self) -> None:
        """Nobody has asked yet."""
        self.asked = False
        self._before: list[signal._HANDLER] = []

    def __enter__(self) -> StopRequest:
        """Listen; only the main thread can, elsewhere nobody asks."""
        if threading.current_thread() is threading.main_thread():
            self._before = [signal.signal(number, self._ask) for number in self._SIGNALS]
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Restore what was there."""
        for number, handler in zip(self._SIGNALS, self._before, strict=False):
            signal.signal(number, handler)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
