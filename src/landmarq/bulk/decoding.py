"""Photos decoded a few ahead of their use, in processes with limits on time and memory (``photos.PhotoReader``).

The processes are children of the process that this runs in, such as an actor of Ray: a photo that crashes its decoder
costs a child and is reported, and neither the actor nor Ray tries it again.
"""

from __future__ import annotations

import collections
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from landmarq.bulk.locations import is_local
from landmarq.bulk.reading import Item
from landmarq.errors import InputError, PhotoError
from landmarq.photos import Photo, PhotoReader, PhotoView, ReadLimits
from landmarq.types import Place

_AHEAD = 4
"""Photos on their way for each decoding process: their bytes are in memory."""


@dataclass(frozen=True, slots=True)
class Read:
    """One photo as the decoding stage hands it on.

    Attributes:
        path: what the results call it.
        photo: what was read of it, or why nothing could be.
        place: where it was taken, by its source or its EXIF.
        mtime_ns: of a file of this machine; 0 for others.
        problem: why the place that it lies in can't be reached; empty where it can.
    """

    path: str
    photo: Photo | PhotoError
    place: Place | None = None
    mtime_ns: int = 0
    problem: str = ""


class Decoder:
    """Decodes photos a few ahead of their use."""

    def __init__(self, view: PhotoView, limits: ReadLimits) -> None:
        """Start the processes with the first photo."""
        self._view = view
        self._reader = PhotoReader(limits)
        self._ahead = limits.workers * _AHEAD
        # The threads wait: for bytes to arrive and for the processes to decode them.
        self._threads = ThreadPoolExecutor(self._ahead)

    def each(self, photos: Iterable[Item]) -> Iterator[Read]:
        """Yield every photo, or why it can't be read, in order.

        Raises:
            InputError: as ``photos`` does, once all before it were yielded.
        """
        waiting: collections.deque[Future[Read]] = collections.deque()
        try:
            for item in photos:
                waiting.append(self._threads.submit(self._read, item))
                if len(waiting) >= self._ahead:
                    yield waiting.popleft().result()
        except InputError:
            while waiting:
                yield waiting.popleft().result()
            raise
        while waiting:
            yield waiting.popleft().result()

    def _read(self, item: Item) -> Read:
        time = _mtime_ns(item.path)
        try:
            photo = self._reader.read(item.load(), Path(item.path), self._view)
        except PhotoError as error:
            return Read(item.path, error, mtime_ns=time)
        except InputError as error:
            return Read(item.path, PhotoError(str(error), reason="missing"), problem=str(error))
        return Read(item.path, photo, item.place or photo.place, time)


def _mtime_ns(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns if is_local(path) else 0  # noqa: PTH116 - the text may be no path at all
    except (OSError, ValueError):
        return 0
