"""Which landmarks come into question for photos, and how similar each is: all of them, those near, or the nearest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from landmarq.gallery import Gallery
from landmarq.index.centroids import CentroidIndex, CentroidIndexConfig
from landmarq.types import Ints, Vectors

RANKED = CentroidIndexConfig().candidates
"""Centroids that an index is asked for: several of one landmark, and some landmarks more than may be on a photo."""

_CELLS = 2**25
"""Similarities held at once; with float32 this is 128 MB."""


@dataclass(frozen=True)
class Candidates:
    """Candidates for n photos, m for each.

    Attributes:
        landmark: (n, m) int64, or (1, m) where all photos have the same.
        similarity: (n, m) float32, of the landmark's nearest centroid; -inf where a column is none for a photo.
    """

    landmark: Ints
    similarity: Vectors


@dataclass(frozen=True)
class IndexedPart:
    """Landmarks ``first`` to ``last`` - 1 of a gallery, which are so many that they are searched through an index."""

    first: int
    last: int
    index: CentroidIndex


class CandidateSearch:
    """Finds the candidates of photos in one gallery."""

    def __init__(self, gallery: Gallery, indexed: Sequence[IndexedPart] = ()) -> None:
        """Prepare a gallery; what no index covers is compared whole."""
        self._gallery = gallery
        self._starts: Ints = np.searchsorted(gallery.centroid_owner, np.arange(gallery.size + 1)).astype(np.int64)
        self._indexed = tuple(indexed)
        covered = np.zeros(gallery.size, bool)
        for part in self._indexed:
            covered[part.first : part.last] = True
        self._plain: Ints = np.flatnonzero(~covered).astype(np.int64)

    def blocks(self, n: int) -> Iterator[slice]:
        """Yield slices of n photos that may be searched at once."""
        columns = int(np.sum(self._starts[self._plain + 1] - self._starts[self._plain])) if self._indexed else 0
        width = (columns or len(self._gallery.centroids)) + len(self._gallery.background)
        rows = max(1, _CELLS // max(1, width))
        if self._indexed:
            rows = max(1, min(rows, _CELLS // (len(self._indexed) * RANKED * self._gallery.dimension)))
        return (slice(start, start + rows) for start in range(0, n, rows))

    def anywhere(self, vectors: Vectors) -> Candidates:
        """Return every landmark, or of those behind an index the nearest, as candidates."""
        parts = [self.among(vectors, self._plain)] if len(self._plain) else []
        parts += [self._ranked(vectors, part) for part in self._indexed]
        if len(parts) == 1:
            return parts[0]
        rows = len(vectors)
        return Candidates(
            np.concatenate([np.broadcast_to(each.landmark, (rows, each.landmark.shape[1])) for each in parts], axis=1),
            np.concatenate([each.similarity for each in parts], axis=1),
        )

    def among(self, vectors: Vectors, landmarks: Ints) -> Candidates:
        """Return some landmarks as the candidates of all photos; ``landmarks`` (m,) ascending."""
        if not len(landmarks):
            return Candidates(landmarks[None], np.empty((len(vectors), 0), np.float32))
        if len(landmarks) == self._gallery.size:
            centroids, starts = self._gallery.centroids, self._starts[:-1]
        else:
            counts = self._starts[landmarks + 1] - self._starts[landmarks]
            starts = np.cumsum(counts) - counts
            rows = np.repeat(self._starts[landmarks] - starts, counts) + np.arange(int(counts.sum()))
            centroids = self._gallery.centroids[rows]
        return Candidates(landmarks[None], np.maximum.reduceat(vectors @ centroids.T, starts, axis=1))

    def _ranked(self, vectors: Vectors, part: IndexedPart) -> Candidates:
        """Return the landmarks of the nearest centroids; each once, at the nearest of its centroids."""
        found = part.index.candidates(vectors, count=min(RANKED, len(part.index)))
        rows = np.maximum(found, 0) + self._starts[part.first]
        similarity = np.einsum("nd,nkd->nk", vectors, self._gallery.centroids[rows], dtype=np.float32)
        similarity[found < 0] = -np.inf
        order = np.argsort(-similarity, axis=1, kind="stable")
        landmark: Ints = np.take_along_axis(self._gallery.centroid_owner[rows], order, axis=1)
        similarity = np.take_along_axis(similarity, order, axis=1)
        for column in range(1, similarity.shape[1]):
            again = np.any(landmark[:, :column] == landmark[:, column : column + 1], axis=1)
            similarity[again, column] = -np.inf
        return Candidates(landmark, similarity)
