"""Points of one photo with their descriptors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError

from landmarq.errors import ArtifactError
from landmarq.types import Floats


@dataclass(frozen=True)
class LocalFeatures:
    """n points, the surest first.

    Attributes:
        points: (n, 2) float32, x and y in pixels of the photo as it was described.
        codes: (n, d) int8, unit descriptors times 127; a dot product of two rows, over 127 squared, is their
            similarity.
    """

    points: NDArray[np.float32]
    codes: NDArray[np.int8]

    def __post_init__(self) -> None:
        """Refuse what does not fit together."""
        if self.points.dtype != np.float32 or self.points.ndim != 2 or self.points.shape[1] != 2:
            raise ValueError("points must be float32 of shape (n, 2)")
        if self.codes.dtype != np.int8 or self.codes.ndim != 2 or len(self.codes) != len(self.points):
            raise ValueError("codes must be int8 of shape (n, d), one row a point")
        if not np.isfinite(self.points).all():
            raise ValueError("a point is not finite")

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self.points)

    @property
    def descriptors(self) -> NDArray[np.float32]:
        """Descriptors, (n, d) float32, of about unit length."""
        wide: NDArray[np.float32] = self.codes.astype(np.float32) / np.float32(127)
        return wide

    def first(self, count: int) -> LocalFeatures:
        """Return the ``count`` surest points."""
        return LocalFeatures(self.points[:count], self.codes[:count])

    def to_bytes(self) -> bytes:
        """Return them as safetensors."""
        from safetensors.numpy import save

        return save({"points": np.ascontiguousarray(self.points), "codes": np.ascontiguousarray(self.codes)})

    @classmethod
    def from_bytes(cls, data: bytes) -> LocalFeatures:
        """Read what ``to_bytes`` wrote.

        Raises:
            ArtifactError: the bytes are damaged.
        """
        from safetensors.numpy import load

        try:
            arrays = load(data)
            return cls(arrays["points"], arrays["codes"])
        except (SafetensorError, KeyError, ValueError) as error:
            raise ArtifactError(f"stored local features are damaged: {error}") from None


def encoded(points: Floats, descriptors: Floats) -> LocalFeatures:
    """Return points with unit descriptors (n, d), kept in one byte a number."""
    codes = np.clip(np.rint(descriptors * 127), -127, 127).astype(np.int8)
    return LocalFeatures(np.ascontiguousarray(points, np.float32), codes)
