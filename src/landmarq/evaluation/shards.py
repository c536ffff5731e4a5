"""Vectors of distractors, read in pieces: a million of them need no more memory than one piece."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from landmarq.embed import VectorStore
from landmarq.errors import InputError
from landmarq.types import Vectors

PIECE = 8192
"""Vectors held at once."""
_STORE = ".sqlite"


def stream_vectors(files: Sequence[Path], *, model: str, dimension: int) -> Iterator[Vectors]:
    """Yield the vectors of some files in pieces, (m, d) float32.

    Args:
        files: ``.npy`` arrays (n, d) of float32 or float16, or vector stores (``.sqlite``) of ``landmarq embed``.
        model: fingerprint of the model; of a store only its vectors are taken.
        dimension: d.

    Raises:
        InputError: a file is missing, is no array of vectors of this dimension, or holds a NaN.
    """
    for file in files:
        if not file.is_file():
            raise InputError(f"no such file of vectors: {file}")
        pieces = _from_store(file, model) if file.suffix == _STORE else _from_array(file, dimension)
        for piece in pieces:
            if not np.all(np.isfinite(piece)):
                raise InputError(f"{file} holds vectors that are NaN")
            yield piece


def _from_store(file: Path, model: str) -> Iterator[Vectors]:
    with VectorStore(file) as store:
        number = store.model(model)
        if not store.contents_with_vector(number):
            raise InputError(f"{file} holds no vectors of this model: run `landmarq embed` with it first")
        for _, vectors in store.each_vector(number, batch=PIECE):
            yield vectors


def _from_array(file: Path, dimension: int) -> Iterator[Vectors]:
    try:
        array = np.load(file, mmap_mode="r", allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        raise InputError(f"{file} is not an array of vectors: {error}") from None
    if array.ndim != 2 or array.shape[1] != dimension or array.dtype.kind != "f":
        raise InputError(f"{file} has {array.dtype} {array.shape}; vectors of this model are (n, {dimension})")
    for start in range(0, len(array), PIECE):
        yield np.asarray(array[start : start + PIECE], np.float32)
