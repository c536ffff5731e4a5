"""Slow clients on real sockets: they hold nobody up, and are sent away in the end."""

from __future__ import annotations

import contextlib
import select
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx2

from landmarq.server.client import Client
from landmarq.server.service import Parts
from server_toys import serving, small_jpeg

UPLOAD = (
    b"POST /v1/recognize HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n"
    b"Content-Type: multipart/form-data; boundary=x\r\n\r\n"
    b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'
)


@contextlib.contextmanager
def connected(address: str, beginnings: list[bytes]) -> Iterator[list[socket.socket]]:
    """Open a socket for each beginning of a request, and send that much."""
    with contextlib.ExitStack() as opened:
        parts = urlsplit(address)
        sockets = [
            opened.enter_context(socket.create_connection((parts.hostname or "", parts.port or 0), 20))
            for _ in beginnings
        ]
        for each, beginning in zip(sockets, beginnings, strict=True):
            each.sendall(beginning)
        yield sockets


def drip(each: socket.socket, *, until_s: float) -> bytes:
    """Send a byte now and then until the server answers or hangs up; return the answer."""
    end = time.monotonic() + until_s
    each.settimeout(0.1)
    while time.monotonic() < end:
        with contextlib.suppress(TimeoutError):
            try:
                each.sendall(b"x")
                return each.recv(65536)
            except (ConnectionResetError, BrokenPipeError):
                return b""
    raise AssertionError("the server waits for ever")


def test_slow_uploads_hold_nobody_up(parts: Parts) -> None:
    with serving(parts) as address, connected(address, [UPLOAD] * 12) as slow, Client(address) as client:
        for _ in range(5):
            [answer] = client.recognize([("red.jpg", small_jpeg("red"))])
            assert answer.landmarks
            assert answer.landmarks[0].id == "red_tower"
            slow[0].sendall(b"x")
        assert select.select(slow, [], [], 0)[0] == []  # they wait on, and the server for them


def test_slow_uploads_are_ended(parts: Parts) -> None:
    """Bytes that come now and then do not put the end off."""
    with serving(parts, upload_s=1.0) as address, connected(address, [UPLOAD] * 3) as slow:
        for each in slow:
            assert b" 408 " in drip(each, until_s=40)


def test_requests_that_never_begin_are_hung_up_on(parts: Parts) -> None:
    beginnings = [b"", b"G", b"GET /healthz HTTP/1.1\r\nHost: localh"]
    with serving(parts, idle_s=1) as address, connected(address, beginnings) as slow:
        assert httpx2.get(f"{address}/healthz", timeout=40).status_code == 200
        for each in slow[1:]:
            answer = drip(each, until_s=40)
            assert b" 200 " not in answer
        slow[0].settimeout(40)
        assert slow[0].recv(10) == b""


def test_an_answer_may_take_longer_than_a_connection_may_idle(parts: Parts) -> None:
    """Only a request that has not begun is hung up on; and a kept connection serves the next one."""
    with serving(parts, idle_s=1) as address:
        with httpx2.stream("GET", f"{address}/v1/scan/events", timeout=40) as events:
            time.sleep(2.2)
            assert "event: scan" in next(events.iter_text())
        with httpx2.Client(base_url=address, timeout=40) as kept:
            for _ in range(3):
                assert kept.get("/healthz").status_code == 200
                time.sleep(0.4)


def test_a_client_that_does_not_read_its_answer_holds_nobody_up(parts: Parts) -> None:
    request = b"GET /exports/albums.zip HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with serving(parts) as address, connected(address, [request * 3] * 10), Client(address) as client:
        assert client.recognize([("red.jpg", small_jpeg("red"))])[0].landmarks
