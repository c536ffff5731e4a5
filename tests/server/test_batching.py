"""Requests that come together share the network; none waits longer than it may."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from fastapi.testclient import TestClient

from landmarq.embed import BATCH
from landmarq.server.service import Parts
from landmarq.types import Pixels, Vectors
from server_toys import GatedNetwork, ServeParts, small_jpeg
from toys import ToyNetwork

COLOURS = {"red": "red_tower", "green": "green_dome", "blue": "blue_bridge"}


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def ask(client: TestClient, *colours: str) -> Any:
    files = [("photo", (f"{colour}.jpg", small_jpeg(colour))) for colour in colours]
    return client.post("/v1/recognize", files=files)


def first_landmarks(answer: Any) -> list[str]:
    return [photo["landmarks"][0]["id"] for photo in answer.json()["photos"]]


def test_requests_that_come_together_share_one_call_of_the_network(parts: Parts, serve_parts: ServeParts) -> None:
    network = GatedNetwork()
    client = serve_parts(dataclasses.replace(parts, network=network))
    ready = client.app.state.service.batcher._ready
    with ThreadPoolExecutor(8) as threads:
        first = threads.submit(ask, client, "red")
        until(lambda: network.batches == [1])
        # Six requests with seven photos while the network is busy with the first.
        rest = [threads.submit(ask, client, colour) for colour in ("green", "blue", "red", "green", "blue")]
        rest.append(threads.submit(ask, client, "red", "blue"))
        until(lambda: ready.qsize() == 7)
        network.gate.set()
        answers = [first.result(), *(each.result() for each in rest)]
    assert network.batches == [1, 7]
    asked = [["red"], ["green"], ["blue"], ["red"], ["green"], ["blue"], ["red", "blue"]]
    assert [first_landmarks(each) for each in answers] == [[COLOURS[colour] for colour in each] for each in asked]
    metrics = client.get("/metrics").text
    assert "landmarq_batch_photos_sum 8.0" in metrics
    assert "landmarq_batch_photos_count 2.0" in metrics
    assert "landmarq_waiting_photos 0.0" in metrics


def test_a_batch_is_never_larger_than_the_networks_own(parts: Parts, serve_parts: ServeParts) -> None:
    network = GatedNetwork()
    client = serve_parts(dataclasses.replace(parts, network=network))
    ready = client.app.state.service.batcher._ready
    with ThreadPoolExecutor(3) as threads:
        first = threads.submit(ask, client, "red")
        until(lambda: network.batches == [1])
        many = threads.submit(ask, client, *["blue"] * (BATCH + 3))
        until(lambda: ready.qsize() == BATCH + 3)
        network.gate.set()
        assert first_landmarks(first.result()) == ["red_tower"]
        assert first_landmarks(many.result()) == ["blue_bridge"] * (BATCH + 3)
    assert network.batches == [1, BATCH, 3]


def test_an_answer_that_takes_too_long_is_given_up_and_the_next_one_comes(
    parts: Parts, serve_parts: ServeParts
) -> None:
    network = GatedNetwork()
    client = serve_parts(dataclasses.replace(parts, network=network), answer_s=0.5)
    started = time.monotonic()
    late = ask(client, "red")
    assert time.monotonic() - started < 25
    assert (late.status_code, late.headers["content-type"]) == (503, "application/problem+json")
    assert int(late.headers["retry-after"]) >= 1
    assert "landmarq_waiting_photos 0.0" in client.get("/metrics").text  # its place in the queue is free again
    network.gate.set()
    assert first_landmarks(ask(client, "green")) == ["green_dome"]


def test_a_network_that_fails_costs_its_requests_and_not_the_server(parts: Parts, serve_parts: ServeParts) -> None:
    class FailingOnce(ToyNetwork):
        failed = False

        def embed(self, pixels: Pixels) -> Vectors:
            if not self.failed:
                self.failed = True
                raise RuntimeError("the runtime gave up")
            return super().embed(pixels)

    client = serve_parts(dataclasses.replace(parts, network=FailingOnce()))
    broken = ask(client, "red")
    assert (broken.status_code, broken.headers["content-type"]) == (500, "application/problem+json")
    assert "gave up" not in broken.text
    assert first_landmarks(ask(client, "red")) == ["red_tower"]
