"""Requests made up from the OpenAPI description: every answer is one that it names, and none is a 5xx."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from hypothesis import HealthCheck, given, settings

pytest.importorskip("schemathesis", reason="needs schemathesis")

import schemathesis

from landmarq.server.app import create_app
from landmarq.server.config import ServeConfig
from landmarq.server.service import Parts


@pytest.fixture
def described(parts: Parts) -> Iterator[Any]:
    """The description of a server in a thread."""
    app = create_app(parts, ServeConfig(port=0))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield schemathesis.openapi.from_url(f"http://127.0.0.1:{port}/openapi.json")
    server.should_exit = True
    thread.join()


def test_no_request_is_a_server_error(described: Any) -> None:
    asked = 0
    for operation in described.get_all_operations():
        strategy = operation.ok().as_strategy()

        @settings(max_examples=12, suppress_health_check=list(HealthCheck))
        @given(strategy)
        def answered(case: Any) -> None:
            nonlocal asked
            response = case.call(timeout=30)
            asked += 1
            assert response.status_code < 500, (case.method, case.path, response.text)
            if response.status_code >= 400:
                assert response.headers["content-type"][0].startswith("application/problem+json")
            else:
                case.validate_response(response)

        answered()
    assert asked > 100
