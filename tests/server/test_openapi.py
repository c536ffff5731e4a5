"""Requests made up from the OpenAPI description: every answer is one that it names, and none is a 5xx."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

pytest.importorskip("schemathesis", reason="needs schemathesis")

import schemathesis

from landmarq.server.service import Parts
from server_toys import serving


@pytest.fixture
def described(parts: Parts) -> Iterator[Any]:
    """The description of a server in a thread."""
    with serving(parts) as address:
        yield schemathesis.openapi.from_url(f"{address}/openapi.json")


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
