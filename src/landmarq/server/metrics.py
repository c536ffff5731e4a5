"""Figures for Prometheus: outcomes, latency by stage, similarities; so that drift shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from landmarq.recognize import Recognition

_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The figures of one server; each has a registry of its own."""

    def __init__(self, waiting: Callable[[], int], about: Mapping[str, str]) -> None:
        """Start counting.

        Args:
            waiting: tells how many photos are being worked on now.
            about: names of what runs, such as the model: a figure that changed is compared with them.
        """
        self._registry = CollectorRegistry()
        Gauge("landmarq_info", "What runs; always 1.", list(about), registry=self._registry).labels(**about).set(1)
        self.requests = Counter(
            "landmarq_requests", "Requests, by route and status.", ["route", "status"], registry=self._registry
        )
        self.photos = Counter("landmarq_photos", "Photos answered, by outcome.", ["outcome"], registry=self._registry)
        self.refused = Counter("landmarq_refused", "Requests answered 429.", registry=self._registry)
        self.seconds = Histogram(
            "landmarq_stage_seconds",
            "Seconds that a stage took: receive and answer of a request; decode (with the wait for a decoder) and "
            "queue (the wait for the network) of a photo; network and decide of a batch.",
            ["stage"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self.batch = Histogram(
            "landmarq_batch_photos", "Photos of a batch.", buckets=(1, 2, 4, 8, 16, 32), registry=self._registry
        )
        self.similarity = Histogram(
            "landmarq_similarity",
            "Similarity to the best candidate, by whether it was accepted.",
            ["accepted"],
            buckets=[each / 20 for each in range(-4, 21)],
            registry=self._registry,
        )
        Gauge("landmarq_waiting_photos", "Photos being worked on.", registry=self._registry).set_function(waiting)
        for outcome in ("landmark", "none", "unreadable"):
            self.photos.labels(outcome)

    def count(self, answer: Recognition) -> None:
        """Count one answer."""
        self.photos.labels("landmark" if answer.matches else "none").inc()
        if answer.best:
            self.similarity.labels(str(bool(answer.matches)).lower()).observe(answer.best.similarity)

    def count_request(self, route: str, status: int) -> None:
        """Count one request; ``route`` as it is described, such as /v1/photos/{id}."""
        self.requests.labels(route, str(status)).inc()

    def text(self) -> bytes:
        """Return all figures in the text format."""
        return generate_latest(self._registry)
