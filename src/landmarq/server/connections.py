"""HTTP/1.1 over a socket: uvicorn's own, and a bound on how slowly a request may begin."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol


class BoundedProtocol(H11Protocol):
    """Ends a connection on which no request has begun for the time that an idle one is kept open.

    uvicorn bounds only the silence after an answer, and waits for ever for the rest of a request line: a client that
    sends a byte now and then would hold its socket as long as it likes. What a request's body may take is the guard's.
    """

    _begins: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Wait for the first request."""
        super().connection_made(transport)
        self._expect()

    def data_received(self, data: bytes) -> None:
        """Take bytes; with the last of a request's headers it has begun."""
        super().data_received(data)
        self._settle()

    def on_response_complete(self) -> None:
        """Wait for the next request, if it is not there already."""
        self._expect()
        super().on_response_complete()
        self._settle()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._forget()
        super().connection_lost(exc)

    def _expect(self) -> None:
        self._forget()
        self._begins = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def _settle(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete:
            self._forget()

    def _forget(self) -> None:
        if self._begins:
            self._begins.cancel()
            self._begins = None
