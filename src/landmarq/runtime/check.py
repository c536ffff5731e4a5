"""The self-check of a model: inputs and the vectors that they should give, kept beside it.

A processor's bf16, another one's int8, a GPU: each rounds in its own way. The vectors were computed in float32 where
the model was made; a machine may use what comes near to them, so answers are the same everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from landmarq.artifacts import atomic_write, check_file
from landmarq.errors import ArtifactError, ModelError
from landmarq.runtime.model import ModelInfo
from landmarq.types import Pixels, Vectors

CHECK_FILE = "check.safetensors"
_MAX_BYTES = 2**26

MIN_CHECK_COSINE = 0.999
"""A photo's vector must be at least this near to the stored one, for every stored input."""


@dataclass(frozen=True)
class SelfCheck:
    """What is stored.

    Attributes:
        pixels: (n, size, size, 3) uint8, n >= 1.
        vectors: (n, d) float32 unit rows, or None in folders of an older landmarq.
    """

    pixels: Pixels
    vectors: Vectors | None


def read_check(folder: Path, info: ModelInfo) -> SelfCheck:
    """Return the self-check of a model folder.

    Raises:
        ModelError: it is missing, damaged, or of another model.
    """
    try:
        check_file(folder / CHECK_FILE, at_most=_MAX_BYTES)
        arrays = load_file(folder / CHECK_FILE)
        pixels, vectors = arrays["pixels"], arrays.get("vectors")
    except ArtifactError as error:
        raise ModelError(str(error)) from None
    except (OSError, KeyError, ValueError, SafetensorError) as error:
        raise ModelError(f"{folder / CHECK_FILE} is damaged: {error}") from None
    size = info.preprocessing.size
    if pixels.dtype != np.uint8 or pixels.ndim != 4 or pixels.shape[1:] != (size, size, 3) or not len(pixels):
        raise ModelError(f"{folder / CHECK_FILE} does not hold inputs of this model")
    if vectors is not None and (vectors.dtype != np.float32 or vectors.shape != (len(pixels), info.dimension)):
        raise ModelError(f"{folder / CHECK_FILE} does not hold vectors of this model")
    return SelfCheck(pixels, vectors)


def write_check(folder: Path, pixels: Pixels, vectors: Vectors) -> None:
    """Write the self-check of a model: pixels (n, size, size, 3) uint8, their vectors (n, d) float32 unit rows."""
    with atomic_write(folder / CHECK_FILE) as stream:
        stream.write(save({"pixels": pixels, "vectors": np.ascontiguousarray(vectors, np.float32)}))


def worst_cosine(vectors: Vectors, expected: Vectors) -> float:
    """Return the smallest cosine between two networks' vectors, (n, d) unit rows, of the same photos."""
    return float(np.min(np.sum(vectors * expected, axis=1)))
