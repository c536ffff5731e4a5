"""How the server listens, and what it bounds."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass


@dataclass(frozen=True)
class ServeConfig:
    """Where the server listens and what one request may cost.

    Attributes:
        host: address or name to listen on; beyond loopback a token is asked for.
        port: 0 takes any free one.
        token: what a client must present; empty asks for none, which only loopback may.
        hosts: further names that clients may reach the server by (the Host header).
        max_body_mb: megabytes of one request.
        max_photos: photos of one request.
        max_queue: photos being read or waiting for the network; beyond that the answer is 429.
        max_uploads: requests whose photos are being received; beyond that the answer is 429.
        max_held_mb: megabytes of all requests from their beginning to their answer, in memory; beyond that the answer
            is 429.
        idle_s: seconds that a connection may wait before its request's headers are there.
        upload_s: seconds in which a request must have arrived.
        answer_s: seconds in which it is answered or given up.
        grace_s: seconds that running requests get when the server is told to stop.
    """

    host: str = "127.0.0.1"
    port: int = 8090
    token: str = ""
    hosts: tuple[str, ...] = ()
    max_body_mb: int = 64
    max_photos: int = 64
    max_queue: int = 256
    max_uploads: int = 64
    max_held_mb: int = 1024
    idle_s: int = 15
    upload_s: float = 60.0
    answer_s: float = 120.0
    grace_s: float = 20.0

    def __post_init__(self) -> None:
        """Refuse bounds that bound nothing, and an open door without a token."""
        counts = (self.max_body_mb, self.max_photos, self.max_queue, self.max_uploads, self.max_held_mb)
        seconds = (self.idle_s, self.upload_s, self.answer_s)
        if min(*counts, *seconds) <= 0 or self.grace_s < 0 or not 0 <= self.port <= 65535:
            raise ValueError("a port is 0 to 65535, and bounds are larger than 0")
        if not self.token and not self.is_loopback:
            raise ValueError(f"listening on {self.host} lets others in: it needs a token")

    @property
    def most_photos(self) -> int:
        """Photos of one request: no more than the queue holds, for such a request would never be answered."""
        return min(self.max_photos, self.max_queue)

    @property
    def most_bytes(self) -> int:
        """Bytes of one request: no more than all requests may hold."""
        return min(self.max_body_mb, self.max_held_mb) * 2**20

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False
