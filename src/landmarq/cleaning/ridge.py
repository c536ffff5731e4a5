"""A kernel on unit vectors, in few functions: Nyström's approximation with a basis of photos.

Williams & Seeger, "Using the Nyström method to speed up kernel machines" (NIPS 2000).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from landmarq.cleaning.claims import Stored
from landmarq.types import Floats, Vectors

BLOCK = 4096
_SAMPLE = 100_000
_JITTER = 1e-6


@dataclass(frozen=True)
class Kernel:
    """k(x, y) = exp(sharpness * (x.y - 1)) of centred unit vectors, through a basis.

    Attributes:
        center: mean vector of the crawl, (d,): what all its photos share says nothing.
        basis: centred unit vectors, (b, d) float32.
        sharpness: see ``CleanConfig``.
    """

    center: Vectors
    basis: Vectors
    sharpness: float

    def functions(self, vectors: Stored) -> Vectors:
        """Return k(x, each of the basis) for each vector, (n, b) float32, 0 to 1."""
        products = centred(vectors, self.center) @ self.basis.T
        products -= 1
        products *= self.sharpness
        values: Vectors = np.exp(products, out=products)
        return values

    def blocks(self, vectors: Stored) -> Iterator[tuple[slice, Vectors]]:
        """Yield (rows, their functions) for all vectors, a block at a time: never all of them."""
        for start in range(0, len(vectors), BLOCK):
            rows = slice(start, min(start + BLOCK, len(vectors)))
            yield rows, self.functions(vectors[rows])


def make_kernel(
    vectors: Stored, references: Vectors, *, basis: int, sharpness: float, rng: np.random.Generator
) -> Kernel:
    """Choose the basis: photos of the crawl at random, and references for up to half of it.

    Args:
        vectors: photos, (n, d) unit rows, n >= 1.
        references: (r, d) unit rows.
        basis: most functions.
        sharpness: of the kernel.
        rng: chooses.
    """
    sample = _some(vectors, _SAMPLE, rng).astype(np.float32)
    center = sample.mean(axis=0)
    chosen = _some(references, basis // 2, rng)
    chosen = np.concatenate([chosen, _some(vectors, basis - len(chosen), rng).astype(np.float32)])
    return Kernel(center, centred(chosen, center), sharpness)


def inverse_root(
    kernel: Kernel, vectors: Stored, references: Vectors, *, noise: float, rng: np.random.Generator
) -> Floats:
    """Return R with R R' = (F'F + noise K)^-1, F all photos' and references' functions, K the basis' own, (b, b).

    F'F of very many photos is estimated from 100,000 of them.
    """
    sample = _some(vectors, _SAMPLE, rng)
    total = np.zeros((len(kernel.basis),) * 2)
    # Sums in double precision: rounded, the matrix of photos that are alike would not be positive definite.
    for _, functions in kernel.blocks(sample):
        total += functions.T.astype(np.float64) @ functions
    total *= len(vectors) / len(sample)
    for _, functions in kernel.blocks(references):
        total += functions.T.astype(np.float64) @ functions
    products = np.exp(kernel.sharpness * (kernel.basis @ kernel.basis.T - 1)).astype(np.float64)
    total += noise * products
    total += _JITTER * np.trace(total) / len(total) * np.eye(len(total))
    root: Floats = np.linalg.inv(np.linalg.cholesky(total)).T
    return root


def centred(vectors: Stored, center: Vectors) -> Vectors:
    """Return the vectors less the center, of unit length again, float32; one at the center stays zero."""
    moved = vectors.astype(np.float32) - center
    moved /= np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-12)
    return moved


def _some(vectors: Stored, count: int, rng: np.random.Generator) -> Stored:
    if len(vectors) <= count:
        return vectors
    return vectors[np.sort(rng.choice(len(vectors), count, replace=False))]
