"""What a crawl claims, as arrays: photos, the labels of its rows, and the references."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landmarq.types import Ints, Vectors

Stored = NDArray[np.float16] | NDArray[np.float32]


@dataclass(frozen=True)
class Claims:
    """Distinct photos and what the rows of a crawl say of them; k landmarks, numbered 0 to k - 1.

    Attributes:
        vectors: distinct photos, (n, d) float16 or float32, unit rows; float16 halves the memory.
        photo: photo of each row, (m,) int64.
        label: landmark that each row claims, (m,) int64; -1 for a row that says: no landmark.
        references: vectors of the photos that a person picked, (r, d) float32, unit rows.
        reference_label: landmark of each reference, (r,) int64; every landmark has at least one.
        landmarks: k.
    """

    vectors: Stored
    photo: Ints
    label: Ints
    references: Vectors
    reference_label: Ints
    landmarks: int

    def __post_init__(self) -> None:
        """Refuse arrays that do not fit together."""
        if self.photo.shape != self.label.shape or self.references.shape != (
            len(self.reference_label),
            self.vectors.shape[1],
        ):
            raise ValueError("rows and labels, or references and their labels, do not fit together")
        if len(self.photo) and not (self.photo.min() >= 0 and self.photo.max() < len(self.vectors)):
            raise ValueError("a row belongs to no photo")
        if len(self.label) and not (self.label.min() >= -1 and self.label.max() < self.landmarks):
            raise ValueError("a row claims a landmark that there is not")
        if not np.array_equal(np.unique(self.reference_label), np.arange(self.landmarks)):
            raise ValueError("every landmark needs a reference")

    @property
    def photos(self) -> int:
        """Number of distinct photos."""
        return len(self.vectors)
