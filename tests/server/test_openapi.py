"""Requests made up from the OpenAPI description: every answer is one that it names, and none is a 5xx."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

pytest.importorskip("schemathesis", reason="needs schemathesis")

import schemathesis

from landmarq.server.client import Client
from landmarq.server.service import Parts
from server_toys import serving


@pytest.fixture
def address(parts: Parts) -> Iterator[str]:
    """A server in a thread."""
    with serving(parts) as opened:
        yield opened


def with_real_ids(case: Any, photos: list[str]) -> None:
    """Name what is there in place of what was made up, so that requests come through to where the work is done."""
    if "id" in (case.path_parameters or {}):
        case.path_parameters["id"] = photos[0]
    if "landmark" in (case.query or {}):
        case.query["landmark"] = "red_tower"
    if isinstance(case.body, dict):
        if isinstance(case.body.get("photos"), list):
            case.body["photos"] = photos[: 1 + len(case.body["photos"]) % len(photos)]
        if "landmark" in case.body:
            case.body["landmark"] = "red_tower"


@pytest.mark.parametrize("real", [False, True], ids=["made-up", "real-ids"])
def test_no_request_is_a_server_error(address: str, real: bool) -> None:
    with Client(address) as client:
        albums = [album for city in client.albums().cities for album in city.landmarks]
    photos = [photo.id for album in albums for photo in album.photos]
    statuses: Counter[str] = Counter()
    described: Any = schemathesis.openapi.from_url(f"{address}/openapi.json")
    for operation in described.get_all_operations():
        strategy = operation.ok().as_strategy()

        @settings(max_examples=12, suppress_health_check=list(HealthCheck))
        @given(strategy)
        def answered(case: Any) -> None:
            if real:
                with_real_ids(case, photos)
            response = case.call(timeout=30)
            statuses[f"{case.method} {case.path} {response.status_code // 100}xx"] += 1
            assert response.status_code < 500, (case.method, case.path, response.text)
            assert str(response.status_code) in case.operation.definition.raw["responses"], (case.path, response.text)
            if response.status_code >= 400:
                assert response.headers["content-type"][0].startswith("application/problem+json")
            else:
                case.validate_response(response)

        answered()
    assert statuses.total() > 100
    if real:
        for reached in ("not-this", "it-is"):
            assert statuses[f"POST /v1/corrections/{reached} 2xx"] > 0
        assert statuses["GET /v1/photos/{id}/explanations 2xx"] > 0
        assert statuses["POST /v1/teach/preview 2xx"] > 0
