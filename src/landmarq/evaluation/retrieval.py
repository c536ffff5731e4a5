"""Retrieval among labelled photos: top-k for k = 1 to 20, a k-NN recogniser, and the nearest photos to look at."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landmarq import metrics
from landmarq.catalog import CatalogRow
from landmarq.errors import InputError
from landmarq.evaluation.figures import Figure, figure
from landmarq.types import Floats, Ints, Vectors

_BLOCK = 2**24
"""Similarities held at once; with float32 this is 64 MB."""


@dataclass(frozen=True)
class RetrievalConfig:
    """What is measured.

    Attributes:
        deepest: top-k is given for k = 1 to this many.
        neighbours: the k-NN recogniser's numbers of neighbours.
        shown: nearest photos on the page, for each query shown.
        queries_shown: queries on the page: the first wrong ones and as many right ones.
        confidence: two-sided, of the intervals.
    """

    deepest: int = 20
    neighbours: tuple[int, ...] = (1, 3, 5, 10)
    shown: int = 6
    queries_shown: int = 12
    confidence: float = metrics.CONFIDENCE


@dataclass(frozen=True, slots=True)
class TopK:
    """Share of queries with a photo of their landmark among the ``k`` nearest."""

    k: int
    found: Figure


@dataclass(frozen=True, slots=True)
class NearestVote:
    """Share of queries named right by a vote of their ``k`` nearest photos."""

    k: int
    right: Figure


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A photo near a query."""

    path: str
    landmark: str
    similarity: float


@dataclass(frozen=True, slots=True)
class ShownQuery:
    """A query and its nearest photos, nearest first."""

    path: str
    landmark: str
    nearest: tuple[Neighbour, ...]


@dataclass(frozen=True, slots=True)
class RetrievalReport:
    """Retrieval of one network on one catalog.

    Attributes:
        queries, pool: photos.
        left_out: queries whose landmark the pool doesn't have; they count nowhere.
        landmarks: landmarks among the queries.
        top_k: for k = 1, 2, ...
        votes: of the k-NN recogniser.
        shown: queries to look at.
    """

    queries: int
    pool: int
    left_out: int
    landmarks: int
    top_k: tuple[TopK, ...]
    votes: tuple[NearestVote, ...]
    shown: tuple[ShownQuery, ...]


@dataclass(frozen=True)
class LabelledVectors:
    """Photos with a landmark each, and their vectors (n, d) float32 unit rows."""

    rows: Sequence[CatalogRow]
    vectors: Vectors

    def __post_init__(self) -> None:
        """Refuse what retrieval can't be measured on."""
        if len(self.rows) != len(self.vectors):
            raise InputError(f"{len(self.rows)} photos with {len(self.vectors)} vectors")
        if not np.all(np.isfinite(self.vectors)):
            raise InputError("a vector is NaN: the network is broken")

    @property
    def labels(self) -> NDArray[np.str_]:
        """Landmark of each photo, (n,)."""
        return np.array([row.landmark for row in self.rows], np.str_)

    def of(self, landmarks: Collection[str]) -> LabelledVectors:
        """Return the photos of some landmarks."""
        kept = [number for number, row in enumerate(self.rows) if row.landmark and row.landmark in landmarks]
        return LabelledVectors([self.rows[number] for number in kept], self.vectors[kept])


def evaluate_retrieval(queries: LabelledVectors, pool: LabelledVectors, config: RetrievalConfig) -> RetrievalReport:
    """Search each query in the pool; a photo never finds itself.

    Raises:
        InputError: no queries of the pool's landmarks, or a pool smaller than the deepest k.
    """
    depth = max(config.deepest, config.shown, *config.neighbours)
    if len(pool.rows) <= depth:
        raise InputError(f"the pool has {len(pool.rows)} photos: too few for the {depth} nearest")
    everything = len(queries.rows)
    queries = queries.of(frozenset(pool.labels.tolist()))
    if not len(queries.rows):
        raise InputError(f"none of the {everything} queries shows a landmark of the pool")
    near, similarity = nearest(queries.vectors, pool.vectors, depth, same=_same_photo(queries, pool))
    found = pool.labels[near]
    labels = queries.labels
    accuracy = metrics.top_k_accuracy(found[:, : config.deepest], labels)
    votes = [(k, metrics.vote(found[:, :k], similarity[:, :k]) == labels) for k in config.neighbours]

    def counted(hits: float) -> Figure:
        return figure(metrics.Proportion(round(hits), len(labels)), config.confidence)

    return RetrievalReport(
        queries=len(labels),
        pool=len(pool.rows),
        left_out=everything - len(labels),
        landmarks=len(np.unique(labels)),
        top_k=tuple(TopK(k, counted(share * len(labels))) for k, share in enumerate(accuracy, 1)),
        votes=tuple(NearestVote(k, counted(float(np.count_nonzero(right)))) for k, right in votes),
        shown=_shown(queries, pool, near[:, : config.shown], similarity, config.queries_shown),
    )


def nearest(queries: Vectors, pool: Vectors, k: int, *, same: Ints | None = None) -> tuple[Ints, Floats]:
    """Return the k nearest pool vectors of each query, exactly, nearest first.

    Args:
        queries: (n, d).
        pool: (m, d), m >= k.
        k: 1 or more.
        same: (n,) number of the pool's photo that is the query itself, -1 for none; it is passed over.

    Returns:
        Numbers in the pool, (n, k) int64, and similarities, (n, k) float32.
    """
    numbers, similarities = [], []
    rows = max(1, _BLOCK // len(pool))
    for start in range(0, len(queries), rows):
        block = queries[start : start + rows] @ pool.T
        if same is not None:
            own = same[start : start + rows]
            block[np.flatnonzero(own >= 0), own[own >= 0]] = -np.inf
        some = np.argpartition(-block, k - 1, axis=1)[:, :k]
        order = np.argsort(-np.take_along_axis(block, some, 1), axis=1, kind="stable")
        numbers.append(np.take_along_axis(some, order, 1))
        similarities.append(np.take_along_axis(block, numbers[-1], 1))
    return np.concatenate(numbers), np.concatenate(similarities)


def _same_photo(queries: LabelledVectors, pool: LabelledVectors) -> Ints:
    places = {row.path: number for number, row in enumerate(pool.rows)}
    return np.array([places.get(row.path, -1) for row in queries.rows], np.int64)


def _shown(
    queries: LabelledVectors, pool: LabelledVectors, near: Ints, similarity: Floats, most: int
) -> tuple[ShownQuery, ...]:
    """Return queries whose nearest photo is wrong, then right ones spread over the rest."""
    right = pool.labels[near[:, 0]] == queries.labels
    chosen = [*np.flatnonzero(~right)[:most]]
    others = np.flatnonzero(right)
    chosen += [*others[:: max(1, len(others) // most)][:most]]
    return tuple(
        ShownQuery(
            queries.rows[query].path,
            queries.rows[query].landmark,
            tuple(
                Neighbour(pool.rows[number].path, pool.rows[number].landmark, float(value))
                for number, value in zip(near[query], similarity[query], strict=False)
            ),
        )
        for query in chosen
    )
