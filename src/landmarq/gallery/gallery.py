"""A gallery: the vectors that stand for landmarks, and those that stand for everything else."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError

from landmarq.artifacts import atomic_write, check_file
from landmarq.errors import ArtifactError, PackError
from landmarq.types import Ints, Vectors

MAX_GALLERY_BYTES = 2**34
_UNIT_TOLERANCE = 1e-3
_MAPPED_BYTES = 64 * 2**20
"""A larger gallery stays on the disk and is mapped into memory: several programs share it, and it opens at once."""

_MAX_HEADER_BYTES = 2**16
_DTYPES: dict[str, np.dtype[Any]] = {"F32": np.dtype("<f4"), "I64": np.dtype("<i8")}


@dataclass(frozen=True)
class Gallery:
    """Centroids and references of n landmarks, numbered 0 to n - 1 as in the landmark table.

    Attributes:
        centroids: (m, d) float32, unit rows; every landmark has at least one.
        centroid_owner: landmark of each centroid, (m,) int64, ascending.
        references: (r, d) float32, unit rows; a landmark may have none.
        reference_owner: landmark of each reference, (r,) int64, ascending.
        background: (b, d) float32, unit rows: photos that show no landmark; b may be 0.
    """

    centroids: Vectors
    centroid_owner: Ints
    references: Vectors
    reference_owner: Ints
    background: Vectors

    def __post_init__(self) -> None:
        """Refuse arrays that do not fit together, are not unit vectors, or leave a landmark without a centroid."""
        for name in ("centroids", "references", "background"):
            _check_units(name, getattr(self, name), self.centroids.shape[-1])
        for name, count in (("centroid_owner", len(self.centroids)), ("reference_owner", len(self.references))):
            owner: Ints = getattr(self, name)
            if owner.dtype != np.int64 or owner.shape != (count,) or np.any(np.diff(owner) < 0):
                raise ValueError(f"{name} must be {count} ascending int64 numbers")
        if not np.array_equal(np.unique(self.centroid_owner), np.arange(self.size)):
            raise ValueError("every landmark needs a centroid")
        if len(self.reference_owner) and not 0 <= self.reference_owner[0] <= self.reference_owner[-1] < self.size:
            raise ValueError("a reference belongs to no landmark")

    @property
    def size(self) -> int:
        """Number of landmarks."""
        return int(self.centroid_owner[-1]) + 1 if len(self.centroid_owner) else 0

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self.centroids.shape[1])

    @property
    def share_with_several_centroids(self) -> float:
        """Share of the landmarks that have more than one centroid, 0 to 1 (the paper: 0.2)."""
        return float(np.mean(np.bincount(self.centroid_owner) > 1)) if self.size else 0.0

    def reference_means(self) -> tuple[Vectors, Ints]:
        """Return each landmark's mean reference, (n, d), and its number of references, (n,).

        The dot product with a mean of vectors is the mean of the dot products: one product checks them all.
        A mean is not a unit vector; without references it is zero.
        """
        counts: Ints = np.bincount(self.reference_owner, minlength=self.size).astype(np.int64)
        means: Vectors = np.zeros((self.size, self.dimension), np.float32)
        having = np.flatnonzero(counts)
        if len(having):
            starts = np.searchsorted(self.reference_owner, having)
            means[having] = np.add.reduceat(self.references, starts) / counts[having, None].astype(np.float32)
        return means, counts

    def save(self, path: Path) -> None:
        """Write the gallery as safetensors, atomically."""
        from safetensors.numpy import save

        with atomic_write(path) as stream:
            stream.write(save({name: np.ascontiguousarray(getattr(self, name)) for name in _FIELDS}))


_FIELDS = ("centroids", "centroid_owner", "references", "reference_owner", "background")


def open_gallery(path: Path) -> Gallery:
    """Read a gallery.

    Raises:
        PackError: missing, damaged, or not a gallery.
    """
    from safetensors.numpy import load_file

    try:
        check_file(path, at_most=MAX_GALLERY_BYTES)
        large = path.stat().st_size > _MAPPED_BYTES
        arrays: Mapping[str, Vectors] = _mapped(path) if large else load_file(path)
        return Gallery(**{name: arrays[name] for name in _FIELDS})  # type: ignore[arg-type]  # checked by Gallery
    except ArtifactError as error:
        raise PackError(str(error)) from None
    except KeyError as error:
        raise PackError(f"{path} is damaged: it has no {error}") from None
    except (SafetensorError, ValueError, TypeError, OSError, IndexError) as error:
        raise PackError(f"{path} is damaged: {error}") from None


def _mapped(path: Path) -> dict[str, Vectors]:
    """Return the arrays of a safetensors file, mapped into memory.

    Raises:
        ValueError: the file is damaged.
    """
    with path.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        if length > _MAX_HEADER_BYTES:
            raise ValueError("its header is absurd")
        header = json.loads(stream.read(length))
    whole = np.memmap(path, np.uint8, "r", offset=8 + length)
    arrays = {}
    for name in _FIELDS:
        start, end = header[name]["data_offsets"]
        if not 0 <= start <= end <= len(whole):
            raise ValueError(f"{name} goes beyond the file")
        dtype = _DTYPES[header[name]["dtype"]]
        arrays[name] = whole[start:end].view(dtype).reshape(header[name]["shape"])
    return arrays


def joined(galleries: Sequence[Gallery]) -> Gallery:
    """Return one gallery of several, their landmarks numbered on in the given order.

    Raises:
        ValueError: no gallery, or galleries of different dimension.
    """
    if not galleries:
        raise ValueError("nothing to join")
    if len(galleries) == 1:  # perhaps mapped into memory: not to be copied
        return galleries[0]
    starts = np.cumsum([0, *(each.size for each in galleries)])
    return Gallery(
        centroids=np.concatenate([each.centroids for each in galleries]),
        centroid_owner=np.concatenate([each.centroid_owner + at for each, at in zip(galleries, starts, strict=False)]),
        references=np.concatenate([each.references for each in galleries]),
        reference_owner=np.concatenate(
            [each.reference_owner + at for each, at in zip(galleries, starts, strict=False)]
        ),
        background=np.concatenate([each.background for each in galleries]),
    )


def _check_units(name: str, vectors: Vectors, dimension: int) -> None:
    if vectors.dtype != np.float32 or vectors.ndim != 2 or vectors.shape[1] != dimension:
        raise ValueError(f"{name} must be float32 of shape (n, {dimension})")
    if len(vectors) and not np.all(np.abs(np.einsum("ij,ij->i", vectors, vectors) - 1) < _UNIT_TOLERANCE):
        raise ValueError(f"{name} must be unit vectors")
