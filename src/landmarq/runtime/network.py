"""What a running network offers, whichever runtime runs it."""

from __future__ import annotations

from typing import Literal, Protocol

import numpy as np

from landmarq.errors import ModelError
from landmarq.runtime.model import ModelInfo
from landmarq.types import Floats, Pixels, Vectors

Precision = Literal["float32", "bf16"]

_UNIT_TOLERANCE = 0.02  # of the squared length; bf16 has three digits


class Network(Protocol):
    """A network ready to run. Photos do not see each other: a vector never depends on its batch.

    Attributes:
        info: the model's description.
        precision: what the arithmetic runs in; part of no fingerprint, but recorded with every vector.
        runtime: name and version of the runtime, for the record.
        device: what it computes on, as ONNX Runtime names it: ``CPU``, ``CUDA``, ``CoreML``.
    """

    info: ModelInfo
    precision: Precision
    runtime: str
    device: str

    def embed(self, pixels: Pixels) -> Vectors:
        """Return the embeddings, (n, d) float32 unit length, of pixels (n, size, size, 3) uint8 RGB."""

    def features(self, pixels: Pixels) -> Floats:
        """Return the feature maps before pooling, (n, channels, h, w) float32, of pixels (n, size, size, 3)."""


def as_units(vectors: Vectors, info: ModelInfo) -> Vectors:
    """Check that a network's vectors (n, d) are of unit length, and return them.

    Raises:
        ModelError: they are not, or not numbers: similarities to them would mean nothing.
    """
    if not np.all(np.abs(np.einsum("ij,ij->i", vectors, vectors) - 1) < _UNIT_TOLERANCE):
        raise ModelError(f"the model {info.name} gives vectors that are not of unit length: it is damaged")
    return vectors


def as_batch(pixels: Pixels, size: int) -> Pixels:
    """Check that pixels are (n, size, size, 3) uint8 and return them contiguous.

    Raises:
        ValueError: another shape or dtype.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 4 or pixels.shape[1:] != (size, size, 3):
        raise ValueError(f"expected uint8 pixels (n, {size}, {size}, 3), got {pixels.dtype} {pixels.shape}")
    return np.ascontiguousarray(pixels)
