"""From vectors to decisions: candidates, thresholds and references, many photos at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landmarq.gallery import Gallery
from landmarq.geo import PlaceGrid
from landmarq.recognize.candidates import Candidates, CandidateSearch
from landmarq.recognize.rule import SQUARE_M
from landmarq.types import Floats, Ints, Place, Vectors


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


class Decider:
    """A gallery, the places of its landmarks and their limits, ready to decide."""

    def __init__(self, gallery: Gallery, *, grid: PlaceGrid, limits: Limits, search: CandidateSearch) -> None:
        """Prepare.

        Args:
            gallery: what the landmarks look like.
            grid: where the landmarks stand, numbered as in the gallery.
            limits: what they ask for.
            search: finds candidates in the gallery.
        """
        self._gallery, self._grid, self._limits, self._search = gallery, grid, limits, search
        self._means, self._counts = gallery.reference_means()

    def decide(self, vectors: Vectors, places: Sequence[Place | None], *, references: bool) -> Decisions:
        """Decide which landmarks are on photos.

        A photo with a place is compared with the landmarks near it and no others.

        Args:
            vectors: (n, d) float32 unit rows.
            places: place of each photo, or None: then every landmark is a candidate.
            references: whether candidates of photos without a place are checked against their references.
        """
        located = np.array([place is not None for place in places], bool)
        parts = [*self._near(vectors, places, np.flatnonzero(located))]
        rest = np.flatnonzero(~located).astype(np.int64)
        parts += [self._anywhere(vectors, rest[block], references) for block in self._search.blocks(len(rest))]
        return _joined(parts, photos=len(vectors))

    def _anywhere(self, vectors: Vectors, rows: Ints, references: bool) -> tuple[Ints, Decisions]:
        block, limits = vectors[rows], self._limits
        candidates = self._search.anywhere(block)
        background = self._background(block)
        score: Floats = candidates.similarity - limits.eta[candidates.landmark] - background[:, None]
        reference: Floats = np.full_like(score, np.nan)
        if references:
            reference = self._reference(block, candidates.landmark)
            score = np.fmin(score, reference - limits.rho[candidates.landmark])
        return rows, _decisions(candidates, score, reference, background, placed=False)

    def _near(
        self, vectors: Vectors, places: Sequence[Place | None], located: Ints
    ) -> Iterator[tuple[Ints, Decisions]]:
        """Decide on photos with a place, those of one cell at a time."""
        centers = [place for place in places if place is not None]
        for members, landmarks, inside in self._grid.in_squares(centers, side_m=SQUARE_M):
            rows = located[members]
            found = self._search.among(vectors[rows], landmarks)
            background = self._background(vectors[rows])
            score = found.similarity - self._limits.eta_place[landmarks] - background[:, None]
            score[~inside] = -np.inf
            reference = np.full_like(score, np.nan)
            yield rows, _decisions(found, score, reference, background, placed=True)

    def _background(self, vectors: Vectors) -> Floats:
        """Return what the photos' nearness to non-landmark photos adds to eta, (n,)."""
        limits = self._limits
        if not limits.weight:
            return np.zeros(len(vectors), np.float32)
        raised: Floats = limits.weight * _nearest_mean(vectors @ self._gallery.background.T, limits.nearest)
        return raised

    def _reference(self, vectors: Vectors, landmark: Ints) -> Floats:
        """Return the mean similarity to each candidate's references, (n, m); NaN where it has none."""
        if len(landmark) > 1:
            means = np.einsum("nd,nkd->nk", vectors, self._means[landmark], dtype=np.float32)
        else:
            every = landmark.shape[1] == len(self._means)
            means = vectors @ (self._means if every else self._means[landmark[0]]).T
        reference: Floats = np.where(self._counts[landmark] > 0, means, np.nan)
        return reference


def _decisions(
    candidates: Candidates, score: Floats, reference: Floats, background: Floats, *, placed: bool
) -> Decisions:
    """Choose among the candidates of some photos by their scores (n, m), -inf for those that are none."""
    n, landmark, similarity = len(score), candidates.landmark, candidates.similarity
    if not score.shape[1]:  # a column that is no candidate, so that there is one to choose from
        landmark, score = np.zeros((1, 1), np.int64), np.full((n, 1), -np.inf, np.float32)
        reference = similarity = np.full((n, 1), np.nan, np.float32)
    landmark = np.broadcast_to(landmark, score.shape)
    rows = np.arange(n)
    best = score.argmax(axis=1)
    highest = score[rows, best]
    none = np.isneginf(highest)
    photo, column = np.nonzero(score >= 0)
    order = np.lexsort((-score[photo, column], photo))
    photo, column = photo[order], column[order]
    return Decisions(
        best=np.where(none, -1, landmark[rows, best]),
        similarity=np.where(none, np.nan, similarity[rows, best]),
        reference=np.where(none, np.nan, reference[rows, best]),
        background=background,
        score=np.where(none, np.nan, highest),
        place_used=np.full(n, placed),
        matched_photo=photo,
        matched_landmark=landmark[photo, column],
        matched_similarity=similarity[photo, column],
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


_MATCHED = ("matched_photo", "matched_landmark", "matched_similarity")


def _joined(parts: Sequence[tuple[Ints, Decisions]], *, photos: int) -> Decisions:
    """Put decisions on some rows each into the order of the rows."""
    if not parts:
        floats, ints = np.empty(0, np.float32), np.empty(0, np.int64)
        return Decisions(ints, floats, floats, floats, floats, np.empty(0, bool), ints, ints, floats)
    order = np.argsort(np.concatenate([rows for rows, _ in parts]), kind="stable")
    if len(order) != photos:
        raise ValueError(f"{photos} photos, but {len(order)} places")
    whole = {
        field.name: np.concatenate([getattr(part, field.name) for _, part in parts])
        for field in dataclasses.fields(Decisions)
    }
    photo = np.concatenate([rows[part.matched_photo] for rows, part in parts])
    matched = np.argsort(photo, kind="stable")
    return Decisions(
        **{name: values[order] for name, values in whole.items() if name not in _MATCHED},
        matched_photo=photo[matched],
        **{name: whole[name][matched] for name in _MATCHED[1:]},
    )
