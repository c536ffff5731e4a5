"""Who is let in: hosts, origins, tokens, headers, slow and large requests."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from landmarq.server.config import ServeConfig
from landmarq.server.guard import COOKIE, Guard
from server_toys import Serve


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "192.168.0.9:8090"])
def test_foreign_host_headers_are_refused(serve: Serve, host: str) -> None:
    answer = serve().get("/", headers={"host": host})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8090", "[::1]:8090", "LOCALHOST:1"])
def test_own_host_headers_are_fine(serve: Serve, host: str) -> None:
    assert serve().get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("192.168.0.9:8090", 200),
        ("[fe80::1]:8090", 200),
        ("localhost:8090", 200),
        (f"{socket.gethostname()}.local:8090", 200),
        ("photos.lan", 200),
        ("evil.example:8090", 400),
        ("192.168.0.9.evil.example", 400),
        ("", 400),
    ],
)
def test_on_every_address_it_answers_to_addresses_and_its_own_names(serve: Serve, host: str, status: int) -> None:
    client = serve(host="0.0.0.0", token="secret", hosts=("Photos.lan",))
    assert client.get("/healthz", headers={"host": host}).status_code == status


def test_other_sites_may_not_ask(serve: Serve) -> None:
    client = serve()
    undo = {"json": {"action": 1}}
    for headers in (
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"},
    ):
        assert client.post("/v1/corrections/undo", headers=headers, **undo).status_code == 403, headers
    image = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
    assert client.get("/v1/albums", headers=image).status_code == 403
    followed = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert client.get("/", headers=followed).status_code == 200
    own = {"origin": "http://localhost:8090", "sec-fetch-site": "same-origin"}
    assert client.post("/v1/corrections/undo", headers=own, **undo).status_code == 422  # no such action


def test_a_form_of_another_site_is_no_json(serve: Serve) -> None:
    headers = {"content-type": "text/plain"}
    assert serve().post("/v1/corrections/undo", content=b'{"action": 1}', headers=headers).status_code == 422


def test_beyond_loopback_a_token_is_needed(serve: Serve) -> None:
    with pytest.raises(ValueError, match="needs a token"):
        ServeConfig(host="0.0.0.0")
    client = serve(host="192.168.0.9", token="secret")
    host = {"host": "192.168.0.9:8090"}
    refused = client.get("/v1/albums", headers=host)
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    assert client.get("/metrics", headers=host).status_code == 401
    assert client.get("/healthz", headers=host).status_code == 200
    for wrong in (b"Bearer wrong", b"Basic secret", b"secret", "Bearer sécret".encode()):
        assert (
            client.get("/v1/albums", headers={"host": host["host"].encode(), "authorization": wrong}).status_code == 401
        )
    assert client.get("/v1/albums", headers={**host, "authorization": "Bearer secret"}).status_code == 200
    assert client.get("/", headers={"host": "localhost"}).status_code == 400


def test_a_token_in_the_address_becomes_a_cookie(serve: Serve) -> None:
    client = serve(token="secret")
    answer = client.get("/landmarks/red_tower?token=secret&x=1", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/landmarks/red_tower?x=1"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert client.get("/landmarks/red_tower", headers={"cookie": f"{COOKIE}=secret"}).status_code == 200
    client.cookies.clear()
    away = client.get("http://localhost:8090//evil.example/?token=secret", follow_redirects=False)
    assert away.headers["location"] == "/evil.example/"


def test_headers_keep_a_page_at_home(serve: Serve) -> None:
    client = serve()
    for address in ("/", "/nowhere", "/v1/albums", "/static/base.js", "/healthz", "/openapi.json"):
        headers = client.get(address).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "access-control-allow-origin" not in headers
    refused = client.get("/", headers={"host": "evil.example"})
    assert "default-src 'none'" in refused.headers["content-security-policy"]


def test_a_request_that_never_ends_is_ended() -> None:
    """A slow client costs one waiting task, and that only for ``upload_s``."""

    async def app(_scope: Any, receive: Any, _send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        raise AssertionError("the body never ends")

    async def ask() -> list[Any]:
        sent: list[Any] = []

        async def receive() -> Any:
            await asyncio.sleep(0.02)
            return {"type": "http.request", "body": b"x", "more_body": True}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": "POST",
            "path": "/v1/recognize",
            "query_string": b"",
            "headers": [(b"host", b"localhost")],
        }
        await Guard(app, ServeConfig(upload_s=0.2))(scope, receive, send)
        return sent

    sent = asyncio.run(ask())
    assert sent[0]["status"] == 408
