"""What a row comes to: shares with intervals, all by ``landmarq.metrics``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage

from landmarq import metrics
from landmarq.catalog import CatalogRow
from landmarq.evaluation.figures import Figure, figure
from landmarq.evaluation.retrieval import LabelledVectors, RetrievalConfig, evaluate_retrieval, nearest
from landmarq.gallery import Gallery, GalleryConfig
from landmarq.metrics import Decisions
from landmarq.types import Floats, Ints, Vectors

RARE_BELOW = 40
"""Training photos under which a landmark is rare."""

DEEPEST = 20


@dataclass(frozen=True)
class Photos:
    """Photos with their vectors (n, d): unit rows, or raw ones."""

    rows: tuple[CatalogRow, ...]
    vectors: Vectors

    def __post_init__(self) -> None:
        """Refuse what does not fit together."""
        if len(self.rows) != len(self.vectors):
            raise ValueError(f"{len(self.rows)} photos with {len(self.vectors)} vectors")

    def of(self, wanted: Sequence[bool]) -> Photos:
        """Return those for which ``wanted`` holds."""
        kept = np.flatnonzero(wanted)
        return Photos(tuple(self.rows[at] for at in kept), self.vectors[kept])

    def roles(self, *roles: str) -> Photos:
        """Return those of some roles."""
        return self.of([row.role in roles for row in self.rows])


@dataclass(frozen=True)
class Guesses:
    """The best candidate of each photo and how sure it is."""

    landmarks: tuple[str, ...]
    scores: Floats


def by_centroids(photos: Photos, gallery: Gallery, landmarks: Sequence[str]) -> Guesses:
    """Name photos by the nearest of the gallery's centroids; the score is the similarity."""
    return _best(photos.vectors @ gallery.centroids.T, [landmarks[owner] for owner in gallery.centroid_owner])


def by_neighbour(photos: Photos, pool: Photos) -> Guesses:
    """Name photos by the nearest photo of the pool (k-NN with k = 1)."""
    numbers, similarity = nearest(photos.vectors, pool.vectors, 1)
    return Guesses(tuple(pool.rows[number].landmark for number in numbers[:, 0]), similarity[:, 0])


def by_raw_centroids(photos: Photos, pool: Photos, config: GalleryConfig) -> Guesses:
    """Name photos by the nearest mean of a complete-link cluster of vectors that are not normalised.

    A cluster's diameter is a Euclidean distance here: ``max_diameter`` D of unit vectors is sqrt(2 D) there, which
    is multiplied with the mean length of the pool's vectors. The score is minus the distance.
    """
    labels = np.array([row.landmark for row in pool.rows])
    unit = float(np.linalg.norm(pool.vectors, axis=1).mean())
    centres, owners = [], []
    for landmark in np.unique(labels):
        own = pool.vectors[labels == landmark]
        clusters = _raw_clusters(own, diameter=unit * (2 * config.max_diameter) ** 0.5)
        sizes = np.bincount(clusters)
        valid = [own[clusters == at] for at in np.flatnonzero(sizes >= config.valid_size(len(own)))] or [own]
        centres += [group.mean(axis=0) for group in valid]
        owners += [str(landmark)] * len(valid)
    points = np.stack(centres)
    squares = (photos.vectors**2).sum(axis=1)[:, None] + (points**2).sum(axis=1) - 2 * photos.vectors @ points.T
    return _best(-np.sqrt(np.maximum(squares, 0)), owners)


def recognition(
    photos: Photos, guesses: Guesses, *, split: str, known: frozenset[str], training: Sequence[CatalogRow]
) -> dict[str, Figure]:
    """Return top-1, and the sensitivity at 99 and 99.9 % specificity, of the photos of one split.

    Args:
        photos: of the roles ``split``, ``split_negative`` and ``split_unknown``.
        guesses: what was said of them.
        split: ``val`` or ``test``.
        known: landmarks that the system was taught.
        training: rows that trained: they tell rare landmarks from frequent ones.
    """
    truth = [row.landmark for row in photos.rows]
    scored = metrics.decisions(guesses.scores.tolist(), guesses.landmarks, truth, known=known)
    role = np.array([row.role for row in photos.rows])
    everyday = scored.where(scored.positive | (role == f"{split}_negative"))
    counts: dict[str, int] = {}
    for row in training:
        counts[row.landmark] = counts.get(row.landmark, 0) + 1
    rare = np.array([0 < counts.get(landmark, 0) < RARE_BELOW for landmark in truth])
    figures = {
        "top1": figure(metrics.top_1(scored), metrics.CONFIDENCE),
        "everyday_99": _at(everyday, 0.99),
        "all_99": _at(scored, 0.99),
        "all_999": _at(scored, 0.999),
    }
    few = scored.where((scored.positive & rare) | (role == f"{split}_negative"))
    return {**figures, "rare_99": _at(few, 0.99)} if few.n_positives else figures


def top_k(queries: Photos, pool: Photos) -> tuple[Figure, ...]:
    """Return the share of queries with a photo of their landmark among the k nearest, for k = 1 to 20."""
    deepest = min(DEEPEST, len(pool.rows) - 1)
    config = RetrievalConfig(deepest=deepest, neighbours=(1,), shown=1, queries_shown=1)
    report = evaluate_retrieval(
        LabelledVectors(queries.rows, queries.vectors), LabelledVectors(pool.rows, pool.vectors), config
    )
    return tuple(each.found for each in report.top_k)


def chance_top_k(queries: Sequence[CatalogRow], pool: Sequence[CatalogRow]) -> tuple[float, ...]:
    """Return what top-k is worth by chance: 1 - C(N - n, k) / C(N, k) for a landmark with n of the pool's N photos."""
    labels = np.array([row.landmark for row in pool])
    asked = [row.landmark for row in queries if row.landmark in set(labels.tolist())]
    others = np.array([len(labels) - np.count_nonzero(labels == landmark) for landmark in asked], np.float64)
    missed = np.ones(len(asked))
    shares = []
    for drawn in range(min(DEEPEST, len(labels) - 1)):
        missed *= np.maximum(others - drawn, 0) / (len(labels) - drawn)
        shares.append(float(1 - missed.mean()))
    return tuple(shares)


def specificity_elsewhere(
    chosen: tuple[Photos, Guesses], asked: tuple[Photos, Guesses], *, known: frozenset[str], wanted: float = 0.99
) -> Figure:
    """Return the specificity on some everyday photos at the threshold that others set for the wanted one."""
    sets = [
        metrics.decisions(guesses.scores.tolist(), guesses.landmarks, [""] * len(photos.rows), known=known)
        for photos, guesses in (chosen, asked)
    ]
    bar = metrics.threshold_at_specificity(sets[0], wanted)
    return figure(metrics.specificity(sets[1], bar), metrics.CONFIDENCE)


def _at(scored: Decisions, wanted: float) -> Figure:
    share = metrics.sensitivity_at_specificity(scored, wanted)
    interval = metrics.sensitivity_at_specificity_interval(scored, wanted, np.random.default_rng(0))
    return Figure(share.hits, share.total, share.share, interval.low, interval.high)


def _best(similarity: Floats, owners: Sequence[str]) -> Guesses:
    best = similarity.argmax(axis=1)
    return Guesses(tuple(owners[at] for at in best), similarity[np.arange(len(best)), best])


def _raw_clusters(vectors: Vectors, *, diameter: float) -> Ints:
    """Return the cluster of each vector, (n,) from 0."""
    if len(vectors) == 1:
        return np.zeros(1, np.int64)
    clusters: Ints = fcluster(linkage(vectors, method="complete"), t=diameter, criterion="distance") - 1
    return clusters
