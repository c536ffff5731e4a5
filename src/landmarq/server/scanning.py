"""A scan of the library's folders while the server runs: started, paused, gone on with, and watched."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass, replace
from typing import Literal

from landmarq.albums import Library, make_albums
from landmarq.errors import LandmarqError
from landmarq.photos import PhotoReader
from landmarq.recognize import Recognizer
from landmarq.runtime import Network
from landmarq.server.desk import DeskThread

log = logging.getLogger(__name__)

State = Literal["idle", "running", "paused", "done", "failed"]


@dataclass(frozen=True, slots=True)
class ScanStatus:
    """How a scan stands.

    Attributes:
        state: ``idle`` before the first one.
        done: files looked into so far.
        total: files that had to be looked into; 0 while they are being listed.
        rate: files a second since it was started.
        message: a sentence for a person.
    """

    state: State = "idle"
    done: int = 0
    total: int = 0
    rate: float = 0.0
    message: str = ""


class _PausedError(Exception):
    """Thrown through the updater: what is committed stays, and the next run goes on there."""


class Scanner:
    """Scans in a thread of its own, with its own connection to the library."""

    def __init__(self, desk: DeskThread, network: Network, base: Recognizer, reader: PhotoReader) -> None:
        """Remember what a scan takes."""
        self._desk, self._network, self._base, self._reader = desk, network, base, reader
        self._status = ScanStatus()
        self._pause = threading.Event()
        self._changed = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None
        self._closing = False

    @property
    def status(self) -> ScanStatus:
        """How the scan stands now."""
        return self._status

    async def start(self) -> ScanStatus:
        """Start a scan, or go on with a paused one; one that runs is left alone."""
        if self._status.state != "running" and not self._closing:
            self._pause.clear()
            await self._set(ScanStatus("running", message="Listing the files"))
            self._task = asyncio.create_task(self._run())
        return self._status

    async def pause(self) -> ScanStatus:
        """Pause the scan after the batch that it works on."""
        self._pause.set()
        if self._task:
            await asyncio.wait([self._task])
        return self._status

    async def close(self) -> None:
        """Pause, and let those who watch go."""
        self.let_go()
        await self.pause()

    def let_go(self) -> None:
        """End the answers of those who watch; safe to be called from a signal's handler."""
        self._closing = True

    async def watch(self) -> AsyncIterator[ScanStatus]:
        """Yield the status now and whenever it changed, until the server closes."""
        seen: ScanStatus | None = None
        while not self._closing:
            if seen != self._status:
                seen = self._status
                yield seen
                continue
            async with self._changed:
                # A signal can't wake a condition; so a look every half second.
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), 0.5)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        library = await self._desk.do(lambda desk: desk.library)
        started = time.perf_counter()

        def progress(done: int, total: int) -> None:
            rate = done / max(1e-3, time.perf_counter() - started)
            status = ScanStatus("running", done, total, round(rate, 1), f"{done} of {total} photos")
            asyncio.run_coroutine_threadsafe(self._set(status), loop)
            if self._pause.is_set():
                raise _PausedError

        try:
            message = await asyncio.to_thread(self._scan, library, progress)
            await self._desk.do(lambda desk: desk.refresh())
            await self._set(replace(self._status, state="done", message=message))
        except _PausedError:
            await self._set(replace(self._status, state="paused", message="Paused; it goes on where it stopped"))
        except LandmarqError as error:
            log.error("the scan failed: %s", error)
            await self._set(replace(self._status, state="failed", message="It failed; the server's log says why"))
        except Exception:
            log.exception("the scan failed")
            await self._set(replace(self._status, state="failed", message="An error; the server's log says more"))

    def _scan(self, opened: Library, progress: Callable[[int, int], None]) -> str:
        library = opened.another()  # a connection belongs to the thread that opens it
        try:
            roots, excludes = library.roots()
            report = make_albums(
                library,
                roots,
                network=self._network,
                recognizer=self._base,
                reader=self._reader,
                excludes=excludes,
                progress=progress,
            )
        finally:
            library.close()
        return f"{report.photos_in_albums} of {report.photos} photos in albums, {report.update.opened} looked into"

    async def _set(self, status: ScanStatus) -> None:
        async with self._changed:
            self._status = status
            self._changed.notify_all()


def as_event(status: ScanStatus) -> str:
    """Return a status as a server-sent event."""
    return f"event: scan\ndata: {json.dumps(asdict(status))}\n\n"
