"""The door: who may ask, from where, how much, how slowly; and what browsers may do with the answers."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import socket
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from landmarq.server.config import ServeConfig
from landmarq.server.problems import Problem, problem_response

COOKIE = "landmarq_token"

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "img-src 'self'",
        "style-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OPEN_PATHS = frozenset({"/healthz", "/readyz"})


class Guard:
    """ASGI middleware around the whole app."""

    def __init__(
        self, app: ASGIApp, config: ServeConfig, *, answered: Callable[[str, int], None] | None = None
    ) -> None:
        """Remember whom to let in; ``answered`` hears the route, as it is described, and the status of each answer."""
        self._app = app
        self._config = config
        self._answered = answered
        self._every_address = config.host in {"0.0.0.0", "::"}
        local = {"localhost", "127.0.0.1", "::1"} if config.is_loopback or self._every_address else set()
        machine = socket.gethostname().lower()
        named = {machine, f"{machine}.local"} if self._every_address else set()
        self._hosts = {*local, *named, config.host.lower(), *(each.lower() for each in config.hosts)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer why not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        guarded = self._watched(scope, _with_headers(send))
        headers = Headers(scope=scope)
        try:
            self._check_host(headers)
            self._check_origin(scope["method"], headers)
            if self._check_token(scope, headers):
                await _welcome(scope, guarded)
                return
            length = headers.get("content-length", "0")
            if not length.isdecimal() or int(length) > self._config.most_bytes:
                raise self._too_large()
            await self._app(scope, self._bounded(receive), guarded)
        except Problem as problem:
            response = problem_response(problem.status, problem.detail, retry_after_s=problem.retry_after_s)
            response.headers["Connection"] = "close"
            if problem.status == 401:
                response.headers["WWW-Authenticate"] = "Bearer"
            await response(scope, receive, guarded)

    def _watched(self, scope: Scope, send: Send) -> Send:
        async def watched(message: Message) -> None:
            if self._answered and message["type"] == "http.response.start":
                route = scope.get("route")  # known once the app has found it
                self._answered(getattr(route, "path", ""), message["status"])
            await send(message)

        return watched

    def _check_host(self, headers: Headers) -> None:
        """Refuse names that are not ours: a foreign name that resolves to this machine is an attack."""
        host = _host_name(headers.get("host", ""))
        if host not in self._hosts and not (self._every_address and _is_address(host)):
            raise Problem(400, "this server does not answer to that Host header: --allow-host adds a name")

    def _check_origin(self, method: str, headers: Headers) -> None:
        """Refuse what another site's page asks for; only following a link to here is fine."""
        site = headers.get("sec-fetch-site", "none")
        followed = headers.get("sec-fetch-mode") == "navigate" and method in {"GET", "HEAD"}
        if site in {"cross-site", "same-site"} and not followed:
            raise Problem(403, "requests from other sites are refused")
        origin = headers.get("origin")
        if method not in _SAFE and origin is not None and urlsplit(origin).netloc != headers.get("host", ""):
            raise Problem(403, "requests from other sites are refused")

    def _check_token(self, scope: Scope, headers: Headers) -> bool:
        """Check the token; return whether it came in the address and should become a cookie."""
        if not self._config.token or scope["path"] in _OPEN_PATHS:
            return False
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self._is_token(given.strip()):
            return False
        if self._is_token(_cookie(headers)):
            return False
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if scope["method"] == "GET" and self._is_token(asked):
            return True
        raise Problem(401, "this server needs its token: Authorization: Bearer TOKEN")

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self._config.token.encode())

    def _bounded(self, receive: Receive) -> Receive:
        """Bound a body's bytes, whatever its header said, and the time that it takes to arrive."""
        clock = asyncio.get_running_loop()
        deadline, received, complete = clock.time() + self._config.upload_s, 0, False

        async def bounded() -> Message:
            nonlocal received, complete
            if complete:
                return await receive()  # waiting for the client to go away, as long as it likes
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError:
                raise Problem(408, f"the request took longer than {self._config.upload_s:g} s to arrive") from None
            received += len(message.get("body", b""))
            complete = not message.get("more_body", False)
            if received > self._config.most_bytes:
                raise self._too_large()
            return message

        return bounded

    def _too_large(self) -> Problem:
        return Problem(413, f"a request has at most {self._config.most_bytes >> 20} MB")


def _with_headers(send: Send) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return with_headers


async def _welcome(scope: Scope, send: Send) -> None:
    """Turn the token in an address into a cookie, and lead to the address without it."""
    query = parse_qs(scope["query_string"].decode("latin-1"))
    token = query.pop("token")[0]
    rest = urlencode(query, doseq=True)
    # One leading slash: two would name another host.
    location = "/" + scope["path"].lstrip("/") + (f"?{rest}" if rest else "")
    cookie = SimpleCookie({COOKIE: token})
    cookie[COOKIE]["path"], cookie[COOKIE]["httponly"], cookie[COOKIE]["samesite"] = "/", True, "Strict"
    headers = [
        (b"location", location.encode("latin-1", "ignore")),
        (b"set-cookie", cookie[COOKIE].OutputString().encode()),
    ]
    await send({"type": "http.response.start", "status": 303, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _cookie(headers: Headers) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _host_name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
