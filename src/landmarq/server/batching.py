"""Photos of all requests through the network together: bounded, in small batches, each answer to its asker."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.metadata
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePath

import numpy as np

from landmarq.embed import BATCH
from landmarq.errors import PhotoError
from landmarq.photos import Photo, PhotoReader, PhotoView
from landmarq.recognize import Recognition, Recognizer
from landmarq.runtime import Network
from landmarq.server.config import ServeConfig
from landmarq.server.metrics import Metrics
from landmarq.server.problems import Problem
from landmarq.types import Pixels, Place


@dataclass(frozen=True, slots=True)
class _Job:
    """A decoded photo that waits for the network; ``since`` when, by ``time.perf_counter``."""

    pixels: Pixels
    place: Place | None
    since: float
    answer: asyncio.Future[Recognition]


@dataclass(frozen=True, slots=True)
class Upload:
    """A photo as it arrived: its name, and a view of the bytes of the request that brought it."""

    name: str
    data: memoryview


class Batcher:
    """Answers what is on uploaded photos.

    Photos are decoded by the reader's processes. While the network runs one batch, those that are ready
    gather for the next: no photo waits for company, and under load the batches fill by themselves.
    """

    def __init__(
        self,
        network: Network,
        reader: PhotoReader,
        config: ServeConfig,
        *,
        recognizer: Callable[[], Recognizer | None],
    ) -> None:
        """Remember what works, and where to find the recogniser of the moment; ``start`` begins."""
        info = network.info.preprocessing
        self._network, self._reader, self._config = network, reader, config
        self._view = PhotoView(info.size, info.filter)
        self._decoders = ThreadPoolExecutor(2 * reader.limits.workers, "landmarq-decode")
        self._runner = ThreadPoolExecutor(1, "landmarq-network")
        self._ready: asyncio.Queue[_Job] = asyncio.Queue()
        self._waiting = 0
        self._speed = 20.0
        about = {"model": network.info.fingerprint, "precision": network.precision, "runtime": network.runtime}
        self.metrics = Metrics(lambda: self._waiting, {"version": importlib.metadata.version("landmarq"), **about})
        self._recognizer = recognizer
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to take batches, on the running loop."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End; what runs has been answered by then."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._decoders.shutdown(cancel_futures=True)
        self._runner.shutdown()

    @property
    def is_running(self) -> bool:
        """Whether photos are taken to the network."""
        return self._task is not None and not self._task.done()

    @contextlib.contextmanager
    def places(self, photos: int) -> Iterator[None]:
        """Hold places in the queue for a request's photos.

        Raises:
            Problem: 429 when there are not so many.
        """
        if self._waiting + photos > self._config.max_queue:
            self.metrics.refused.inc()
            seconds = max(1, round(self._waiting / self._speed))
            raise Problem(429, "too many photos are waiting: ask again later", retry_after_s=min(60, seconds))
        self._waiting += photos
        try:
            yield
        finally:
            self._waiting -= photos

    async def answer(self, photos: Sequence[Upload], place: Place | None) -> list[Recognition | PhotoError]:
        """Answer for each photo; a place given by the caller counts before that in a photo."""
        return await asyncio.gather(*(self._one(photo, place) for photo in photos))

    async def _one(self, upload: Upload, place: Place | None) -> Recognition | PhotoError:
        loop, started = asyncio.get_running_loop(), time.perf_counter()
        try:
            photo = await loop.run_in_executor(self._decoders, self._decode, upload)
        except PhotoError as error:
            self.metrics.photos.labels("unreadable").inc()
            return error
        self.metrics.seconds.labels("decode").observe(time.perf_counter() - started)
        future: asyncio.Future[Recognition] = loop.create_future()
        await self._ready.put(_Job(photo.pixels, place or photo.place, time.perf_counter(), future))
        answer = await future
        self.metrics.count(answer)
        return answer

    def _decode(self, upload: Upload) -> Photo:
        """Read one photo; only as many are in memory at once as there are threads here."""
        # A name serves only to tell RAW files by their suffix; it is never opened.
        name = PurePath(upload.name.replace("\\", "/").replace("\0", "")).name[-100:]
        return self._reader.read(bytes(upload.data), Path(name or "photo"), self._view)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            jobs = [await self._ready.get()]
            while len(jobs) < BATCH and not self._ready.empty():
                jobs.append(self._ready.get_nowait())
            try:
                answers = await loop.run_in_executor(self._runner, self._recognize, jobs)
            except Exception as error:  # noqa: BLE001 - it is these requests' answer, not the server's end
                for job in jobs:
                    if not job.answer.done():
                        job.answer.set_exception(error)
                continue
            for job, answer in zip(jobs, answers, strict=True):
                if not job.answer.done():
                    job.answer.set_result(answer)

    def _recognize(self, jobs: Sequence[_Job]) -> list[Recognition]:
        recognizer = self._recognizer()
        if recognizer is None:
            raise Problem(503, "not ready yet", retry_after_s=2)
        started = time.perf_counter()
        for job in jobs:
            self.metrics.seconds.labels("queue").observe(started - job.since)
        vectors = self._network.embed(np.stack([job.pixels for job in jobs]))
        embedded = time.perf_counter()
        answers = recognizer.recognize(vectors, [job.place for job in jobs])
        self.metrics.seconds.labels("network").observe(embedded - started)
        self.metrics.seconds.labels("decide").observe(time.perf_counter() - embedded)
        self.metrics.batch.observe(len(jobs))
        # How fast it went lately tells those who are sent away when to come again.
        self._speed = 0.8 * self._speed + 0.2 * len(jobs) / max(1e-3, time.perf_counter() - started)
        return answers
