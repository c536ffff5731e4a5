"""The server as a process: opens its port, says where, and stops without leaving anyone half answered."""

from __future__ import annotations

import contextlib
import signal
import socket
from collections.abc import Callable, Iterator
from types import FrameType

import uvicorn
from fastapi import FastAPI

from landmarq.albums import Library
from landmarq.errors import StorageError
from landmarq.server.app import create_app
from landmarq.server.config import ServeConfig
from landmarq.server.connections import BoundedProtocol
from landmarq.server.service import Parts, Service


class _Server(uvicorn.Server):
    """Says when it is ready; lets those who watch a scan go as soon as the end is asked for, for nothing else would."""

    service: Service
    ready: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.service.scanner.let_go()
        super().handle_exit(sig, frame)


def serve(parts: Parts, config: ServeConfig, *, ready: Callable[[str], None]) -> None:
    """Serve until the process is told to end; what runs is finished first.

    Args:
        parts: what the server is handed.
        config: where it listens, and its bounds.
        ready: called with the address once it answers.

    Raises:
        LibraryError: another program holds the library, or it is damaged.
        StorageError: the port is taken, or may not be opened.
    """
    Library(parts.library).close()  # so that what is wrong with it is one line, and not a trace of the app's start
    app = create_app(parts, config)
    server = _Server(settings(app, config))
    server.service = app.state.service
    with _listening(config) as opened, _outliving(signal.SIGINT, signal.SIGTERM):
        host, port = opened.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        server.ready = lambda: ready(f"http://{shown}:{port}/")
        server.run([opened])


def settings(app: FastAPI, config: ServeConfig) -> uvicorn.Config:
    """Return how uvicorn serves the app."""
    return uvicorn.Config(
        app,
        port=config.port,
        http=BoundedProtocol,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=int(config.grace_s),
        timeout_keep_alive=config.idle_s,
        h11_max_incomplete_event_size=64 * 1024,
        lifespan="on",
    )


@contextlib.contextmanager
def _outliving(*numbers: signal.Signals) -> Iterator[None]:
    """Survive signals: uvicorn sends those that ended it once more, which would cut off the cleaning up after it."""
    before = {number: signal.signal(number, lambda *_: None) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _listening(config: ServeConfig) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(config.host, config.port, type=socket.SOCK_STREAM)[0]
        opened = socket.socket(family, kind, protocol)
        try:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            opened.bind(address)
            opened.listen(2048)
        except OSError:
            opened.close()
            raise
    except OSError as error:
        raise StorageError(
            f"can't listen on {config.host}:{config.port}: {error.strerror or error}; choose another --port"
        ) from None
    return opened
