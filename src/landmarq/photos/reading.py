"""Many photos read at once by worker processes with limits.

A decoder that dies, hangs or eats memory takes its own process with it: that photo gets a ``PhotoError``
and the run goes on.
"""

from __future__ import annotations

import collections
import contextlib
import hashlib
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import TimeoutError as PhotoTimeoutError
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from landmarq.errors import PhotoError
from landmarq.photos.decode import open_photo, read_bytes, squash, thumbnail, to_rgb
from landmarq.photos.exif import orientation, read_camera_data
from landmarq.photos.kinds import Kind
from landmarq.types import Pixels, Place

ResultT = TypeVar("ResultT")


def cores() -> int:
    """Return the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class ReadLimits:
    """What one photo may cost.

    Attributes:
        workers: decoding processes.
        timeout_s: seconds after which a photo's decoder is ended.
        memory_mb: address space of a worker in MiB, where the system can bound it (Linux); elsewhere the
            bound on pixels and bytes serves.
        ahead: photos decoded ahead of their use for each worker.
    """

    workers: int = field(default_factory=cores)
    timeout_s: float = 30.0
    memory_mb: int = 3072
    ahead: int = 24


@dataclass(frozen=True)
class PhotoView:
    """What of a photo is wanted: a square for the network and a thumbnail for people.

    Attributes:
        size: side of the square in pixels.
        resampling: filter, as in the model's preprocessing.
        thumbnail_side: longer side of the thumbnail at most; 0 makes none.
        at_least: pixels that both sides are decoded at, where the photo has them; less than ``size`` changes
            nothing, more makes large thumbnails sharp. The square then differs a little from what is embedded.
    """

    size: int
    resampling: str = "bilinear"
    thumbnail_side: int = 0
    at_least: int = 0


@dataclass(frozen=True)
class Photo:
    """One photo, read.

    Attributes:
        content: SHA-256 of the file's bytes, hex.
        file_bytes: how many they are.
        width, height: pixels of the original as it is shown, upright.
        taken: capture time; without a zone unless the camera wrote one.
        place: where it was taken.
        notes: what of its EXIF was ignored, and why.
        pixels: the whole photo squashed to a square, (size, size, 3) uint8 RGB, upright.
        thumbnail: JPEG bytes, empty where none was asked for.
        kind: what the file is; None where that was not kept.
    """

    content: str
    file_bytes: int
    width: int
    height: int
    taken: datetime | None
    place: Place | None
    notes: tuple[str, ...]
    pixels: Pixels
    thumbnail: bytes
    kind: Kind | None = None


def read_photo(path: Path, view: PhotoView) -> Photo:
    """Read one photo in this process, without limits on time and memory.

    Raises:
        PhotoError: the file can't be read as a photo.
    """
    return decode_photo(read_bytes(path), path, view)


def decode_photo(data: bytes, name: Path, view: PhotoView) -> Photo:
    """Read one photo from its bytes; ``name`` serves RAW files and error messages alone.

    Raises:
        PhotoError: the bytes can't be read as a photo.
    """
    opened = open_photo(data, name=name, at_least=max(view.size, view.at_least))
    camera = read_camera_data(opened.image)
    rgb = to_rgb(opened.image)
    # Where the shown picture lies on its side in the file, the file's width is its height.
    width, height = (opened.width, opened.height)[:: -1 if orientation(opened.image) >= 5 else 1]
    return Photo(
        content=hashlib.sha256(data).hexdigest(),
        file_bytes=len(data),
        width=width,
        height=height,
        taken=camera.taken,
        place=camera.place,
        notes=camera.notes,
        pixels=squash(rgb, size=view.size, resampling=view.resampling),
        thumbnail=thumbnail(rgb, side=view.thumbnail_side) if view.thumbnail_side else b"",
        kind=opened.kind,
    )


def content_of(path: Path) -> str:
    """Return the SHA-256 (hex) of a photo's bytes.

    Raises:
        PhotoError: the file can't be read.
    """
    return hashlib.sha256(read_bytes(path)).hexdigest()


class PhotoReader:
    """A pool of decoding processes; a context manager that ends them."""

    def __init__(self, limits: ReadLimits | None = None) -> None:
        """Remember the limits; processes start with the first photo."""
        self.limits = limits or ReadLimits()
        # Not fork: the parent runs the inference runtime's threads, and other systems have no fork.
        self._pool = ProcessPool(
            max_workers=self.limits.workers,
            initializer=_limit_memory,
            initargs=(self.limits.memory_mb,),
            context=multiprocessing.get_context("spawn"),
        )

    def __enter__(self) -> Self:
        """Return the reader."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the workers; what is undone is dropped."""
        self._pool.close()  # not stop: it would end workers that are still starting, which then complain
        self._pool.join()

    def warm(self) -> None:
        """Start the processes now, for photos that are sure to come, while this process does something else."""
        self._pool.schedule(cores)

    def photos(self, paths: Iterable[Path], view: PhotoView) -> Iterator[tuple[Path, Photo | PhotoError]]:
        """Yield every photo, or why it can't be read, in the order of ``paths``; read ahead within bounds."""
        return self._each(
            paths, lambda path: self._pool.schedule(read_photo, (path, view), timeout=self.limits.timeout_s)
        )

    def contents(self, paths: Iterable[Path]) -> Iterator[tuple[Path, str | PhotoError]]:
        """Yield every file's content hash, or why it can't be read, in the order of ``paths``."""
        return self._each(paths, lambda path: self._start(content_of, path))

    def read(self, data: bytes, name: Path, view: PhotoView) -> Photo:
        """Read one photo from bytes, within the limits; for servers.

        Raises:
            PhotoError: the bytes can't be read as a photo, or not within the limits.
        """
        result = _result(
            self._pool.schedule(decode_photo, (data, name, view), timeout=self.limits.timeout_s), self.limits
        )
        if isinstance(result, PhotoError):
            raise result
        return result

    def _start(self, function: Callable[..., ResultT], *arguments: object) -> ProcessFuture[ResultT]:
        return self._pool.schedule(function, arguments, timeout=self.limits.timeout_s)

    def _each(
        self, paths: Iterable[Path], start: Callable[[Path], ProcessFuture[ResultT]]
    ) -> Iterator[tuple[Path, ResultT | PhotoError]]:
        waiting: collections.deque[tuple[Path, ProcessFuture[ResultT]]] = collections.deque()
        try:
            for path in paths:
                waiting.append((path, start(path)))
                if len(waiting) > self.limits.workers * self.limits.ahead:
                    done, future = waiting.popleft()
                    result = _result(future, self.limits)
                    yield done, result
            while waiting:
                done, future = waiting.popleft()
                result = _result(future, self.limits)
                yield done, result
        finally:
            for _, future in waiting:  # nobody wants them any more
                future.cancel()


def _result(future: ProcessFuture[ResultT], limits: ReadLimits) -> ResultT | PhotoError:
    try:
        return future.result()
    except PhotoError as error:
        return error
    except PhotoTimeoutError:
        return PhotoError(f"took longer than {limits.timeout_s:g} s to decode", reason="timeout")
    except ProcessExpired:
        return PhotoError("the decoder died of it", reason="crashed")
    except MemoryError:
        return PhotoError("needs more memory than one photo may have", reason="memory")
    except Exception as error:  # noqa: BLE001 - decoders raise what they like; it is this photo's error, not the run's
        return PhotoError(f"damaged: {type(error).__name__}: {str(error)[:100]}", reason="damaged")


def _limit_memory(megabytes: int) -> None:
    """Bound the address space of this worker where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    with contextlib.suppress(ValueError, OSError):  # macOS has the name but refuses the bound
        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20,) * 2)
