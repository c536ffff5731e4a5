"""What a running server consists of; every route finds it in ``request.app.state.service``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

from landmarq.explain import Explainer
from landmarq.photos import PhotoReader
from landmarq.recognize import Recognizer
from landmarq.runtime import Network
from landmarq.server.batching import Batcher
from landmarq.server.config import ServeConfig
from landmarq.server.desk import DeskThread
from landmarq.server.pictures import Pictures
from landmarq.server.problems import Problem
from landmarq.server.scanning import Scanner


@dataclass(frozen=True)
class Parts:
    """What a server is handed, ready to work.

    Attributes:
        library: the library's folder.
        network: embeds photos.
        recognizer: without what was taught to the library.
        reader: reads photos in processes with limits.
        open_explainer: opens what draws heat maps, when the first is asked for; None where there is none.
    """

    library: Path
    network: Network
    recognizer: Recognizer
    reader: PhotoReader
    open_explainer: Callable[[], Explainer] | None = None


class Uploads:
    """Counts requests that are being received; an asynchronous context manager."""

    def __init__(self, most: int) -> None:
        """Bound them."""
        self._free = most

    async def __aenter__(self) -> None:
        """Take a place.

        Raises:
            Problem: 429, there is none.
        """
        if self._free <= 0:
            raise Problem(429, "too many uploads at once: ask again later", retry_after_s=2)
        self._free -= 1

    async def __aexit__(self, *error: object) -> None:
        """Give the place back."""
        self._free += 1


@dataclass(frozen=True)
class Service:
    """The parts at work; ``uploads`` bounds the requests whose photos are being received."""

    config: ServeConfig
    uploads: Uploads
    desk: DeskThread
    batcher: Batcher
    scanner: Scanner
    pictures: Pictures


def _service(request: Request) -> Service:
    service = request.app.state.service
    if not isinstance(service, Service):
        raise TypeError
    return service


Served = Annotated[Service, Depends(_service)]
