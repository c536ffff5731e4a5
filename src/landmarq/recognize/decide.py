"""From vectors to decisions: products, maxima and thresholds, many photos at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landmarq.gallery import Gallery
from landmarq.geo import PlaceGrid
from landmarq.recognize.rule import SQUARE_M
from landmarq.types import Floats, Ints, Place, Vectors

_CELLS = 2**25
"""Similarities held at once; with float32 this is 128 MB."""


@dataclass(frozen=True)
class Limits:
    """What each of n landmarks asks for, in arrays of shape (n,), float32, and how the background counts.

    Attributes:
        eta, eta_place, rho: thresholds (see ``pack.Thresholds``), one a landmark, so that packs can be mixed.
        weight: weight of the background.
        nearest: background vectors averaged.
    """

    eta: Floats
    eta_place: Floats
    rho: Floats
    weight: float
    nearest: int


@dataclass(frozen=True)
class Decisions:
    """Decisions on n photos, as arrays of shape (n,).

    Attributes:
        best: landmark with the largest score; -1 where no landmark was a candidate.
        similarity: of the best landmark, its nearest centroid; NaN where there is none.
        reference: mean similarity to the best landmark's references; NaN where not asked for.
        background: what the photo's nearness to non-landmark photos added to eta.
        score: as in ``Recognition``; NaN where there is no candidate.
        place_used: whether the photo's place restricted the candidates.
        matched_photo, matched_landmark, matched_similarity: every landmark that passes, shape (k,), by photo,
            then by falling score.
    """

    best: Ints
    similarity: Floats
    reference: Floats
    background: Floats
    score: Floats
    place_used: NDArray[np.bool_]
    matched_photo: Ints
    matched_landmark: Ints
    matched_similarity: Floats


def decide(
    vectors: Vectors,
    places: Sequence[Place | None],
    *,
    gallery: Gallery,
    grid: PlaceGrid,
    limits: Limits,
    references: bool,
) -> Decisions:
    """Decide which landmarks are on photos.

    Args:
        vectors: (n, d) float32 unit rows.
        places: place of each photo, or None: then every landmark is a candidate.
        gallery: what the landmarks look like.
        grid: where the landmarks stand, numbered as in the gallery.
        limits: what they ask for.
        references: whether candidates of photos without a place are checked against their references.
    """
    means, counts = gallery.reference_means()
    rows = max(1, _CELLS // max(1, len(gallery.centroids) + len(gallery.background)))
    parts = []
    for start in range(0, len(vectors), rows):
        block = vectors[start : start + rows]
        scores = _Scores.of(block, gallery=gallery, limits=limits, means=means if references else None, counts=counts)
        for row, place in enumerate(places[start : start + rows]):
            if place is not None:
                scores.restrict(row, grid.in_square(place, side_m=SQUARE_M), limits)
        parts.append(scores.decisions(start))
    return _joined(parts)


@dataclass
class _Scores:
    """Scores of a block of photos (rows) for all landmarks (columns)."""

    similarity: Floats
    reference: Floats
    background: Floats
    score: Floats
    place_used: NDArray[np.bool_]

    @classmethod
    def of(cls, vectors: Vectors, *, gallery: Gallery, limits: Limits, means: Vectors | None, counts: Ints) -> _Scores:
        starts = np.searchsorted(gallery.centroid_owner, np.arange(gallery.size))
        similarity = np.maximum.reduceat(vectors @ gallery.centroids.T, starts, axis=1)
        background: Floats = np.zeros(len(vectors), np.float32)
        if limits.weight:  # most of the work, where the background is large
            background = limits.weight * _nearest_mean(vectors @ gallery.background.T, limits.nearest)
        score = similarity - limits.eta - background[:, None]
        reference = np.full_like(similarity, np.nan)
        if means is not None:
            reference = np.where(counts > 0, vectors @ means.T, np.nan)
            score = np.fmin(score, reference - limits.rho)
        return cls(similarity, reference, background, score, np.zeros(len(vectors), bool))

    def restrict(self, row: int, near: Ints, limits: Limits) -> None:
        """Leave only the landmarks near the photo's place as candidates, with their lower threshold."""
        self.place_used[row] = True
        self.reference[row] = np.nan
        score = np.full(self.score.shape[1], -np.inf, self.score.dtype)
        score[near] = self.similarity[row, near] - limits.eta_place[near] - self.background[row]
        self.score[row] = score

    def decisions(self, start: int) -> Decisions:
        rows = np.arange(len(self.score))
        best = self.score.argmax(axis=1)
        score = self.score[rows, best]
        none = np.isneginf(score)
        photo, landmark = np.nonzero(self.score >= 0)
        order = np.lexsort((-self.score[photo, landmark], photo))
        photo, landmark = photo[order], landmark[order]
        return Decisions(
            best=np.where(none, -1, best),
            similarity=np.where(none, np.nan, self.similarity[rows, best]),
            reference=np.where(none, np.nan, self.reference[rows, best]),
            background=self.background,
            score=np.where(none, np.nan, score),
            place_used=self.place_used,
            matched_photo=photo + start,
            matched_landmark=landmark,
            matched_similarity=self.similarity[photo, landmark],
        )


def _nearest_mean(similarities: Floats, nearest: int) -> Floats:
    """Return the mean of each row's largest ``nearest`` values; 0 where there are no columns."""
    columns = similarities.shape[1]
    if not columns:
        return np.zeros(len(similarities), np.float32)
    if nearest < columns:
        similarities = np.partition(similarities, columns - nearest, axis=1)[:, columns - nearest :]
    mean: Floats = similarities.mean(axis=1)
    return mean


def _joined(parts: Sequence[Decisions]) -> Decisions:
    names = Decisions.__dataclass_fields__
    if not parts:
        floats, ints = np.empty(0, np.float32), np.empty(0, np.int64)
        return Decisions(ints, floats, floats, floats, floats, np.empty(0, bool), ints, ints, floats)
    return Decisions(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})
