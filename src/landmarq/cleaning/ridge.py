"""What the regressions of all landmarks share: the numbers of a photo, and one inverted matrix.

Ridge regression: Hoerl & Kennard, "Ridge regression" (Technometrics 1970), equation 2.1.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from landmarq.cleaning.claims import Stored
from landmarq.types import Floats, Vectors

BLOCK = 4096
_SAMPLE = 100_000


@dataclass(frozen=True)
class Ridge:
    """Linear regression from centred unit vectors and a constant, (d + 1) numbers a photo.

    Attributes:
        center: mean vector of the crawl, (d,): what all its photos share says nothing.
        inverse: (X'X + noise I)^-1, X the numbers of all photos and references, (d + 1, d + 1) float64.
    """

    center: Vectors
    inverse: Floats

    def numbers(self, vectors: Stored) -> Vectors:
        """Return the numbers of photos, (n, d + 1) float32."""
        return _numbers(vectors, self.center)

    def blocks(self, vectors: Stored) -> Iterator[tuple[slice, Vectors]]:
        """Yield (rows, their numbers) for all vectors, a block at a time: never all of them."""
        return _blocks(vectors, self.center)

    def leverage(self, numbers: Vectors) -> Vectors:
        """Return how much each photo's own label weighs in its score, (n,) float32, 0 to 1."""
        mapped = numbers @ self._root
        found: Vectors = np.einsum("ij,ij->i", mapped, mapped)
        return found

    @functools.cached_property
    def _root(self) -> Vectors:
        return np.linalg.cholesky(self.inverse).astype(np.float32)


def make_ridge(vectors: Stored, references: Vectors, *, noise: float) -> Ridge:
    """Prepare the regression.

    Args:
        vectors: photos, (n, d) unit rows, n >= 1.
        references: (r, d) unit rows.
        noise: added to the sum of squares of every direction: more believes each label less.
    """
    center = vectors[:: max(1, len(vectors) // _SAMPLE)].astype(np.float32).mean(axis=0)
    total = noise * np.eye(len(center) + 1)
    for some in (vectors, references):
        for _, numbers in _blocks(some, center):
            total += numbers.T @ numbers
    return Ridge(center, np.linalg.inv(total))


def centred(vectors: Stored, center: Vectors) -> Vectors:
    """Return the vectors less the center, of unit length again, float32; one at the center stays zero."""
    moved = vectors.astype(np.float32)
    moved -= center
    moved /= np.maximum(np.sqrt(np.einsum("ij,ij->i", moved, moved)), 1e-12)[:, None]
    return moved


def _blocks(vectors: Stored, center: Vectors) -> Iterator[tuple[slice, Vectors]]:
    for start in range(0, len(vectors), BLOCK):
        rows = slice(start, min(start + BLOCK, len(vectors)))
        yield rows, _numbers(vectors[rows], center)


def _numbers(vectors: Stored, center: Vectors) -> Vectors:
    numbers = np.ones((len(vectors), len(center) + 1), np.float32)
    numbers[:, :-1] = centred(vectors, center)
    return numbers
