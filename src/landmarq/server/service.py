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
from landmarq.server.receiving import Uploads
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


@dataclass(frozen=True)
class Service:
    """The parts at work."""

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
