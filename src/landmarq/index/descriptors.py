"""Nearest neighbours among the many local descriptors of a database, by FAISS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from landmarq.errors import InputError, MissingExtraError
from landmarq.types import Floats, Ints

_SAMPLES_A_LIST = 64
_BLOCK = 65_536


@dataclass(frozen=True)
class DescriptorIndexConfig:
    """Inverted lists over descriptors of one byte a number.

    Attributes:
        points_a_list: descriptors in a list on average; it sets the number of lists.
        probes: lists looked into for each query.
        seed: of the clustering that makes the lists.
    """

    points_a_list: int = 1000
    probes: int = 16
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        if self.points_a_list < 1 or self.probes < 1 or self.seed < 0:
            raise ValueError(f"an index with {self}")


class DescriptorIndex:
    """Approximate nearest neighbours by Euclidean distance; an inverted file with scalar quantisation (IVF, SQ8)."""

    def __init__(
        self, codes: NDArray[np.int8], *, config: DescriptorIndexConfig | None = None, scale: float = 127
    ) -> None:
        """Build the index.

        Args:
            codes: (n, d) int8, descriptors times ``scale``.
            config: lists and probes.
            scale: what the codes were multiplied with.

        Raises:
            InputError: there are no descriptors.
            MissingExtraError: FAISS is not installed.
        """
        faiss, config = _faiss(), config or DescriptorIndexConfig()
        if not len(codes):
            raise InputError("the photos of the database have no local features: there is nothing to search")
        self.size, self._scale = len(codes), np.float32(scale)
        lists = max(1, len(codes) // config.points_a_list)
        rng = np.random.default_rng(config.seed)
        sample = codes
        if len(codes) > lists * _SAMPLES_A_LIST:
            sample = codes[np.sort(rng.choice(len(codes), lists * _SAMPLES_A_LIST, replace=False))]
        # The numbers already are whole steps of one byte: coded directly, nothing is rounded again.
        quantiser = faiss.IndexFlatL2(codes.shape[1])
        self._index: Any = faiss.IndexIVFScalarQuantizer(
            quantiser, codes.shape[1], lists, faiss.ScalarQuantizer.QT_8bit_direct_signed, faiss.METRIC_L2, False
        )
        self._index.cp.seed = config.seed + 1
        self._index.cp.min_points_per_centroid = 1
        self._index.train(sample.astype(np.float32))
        for block in _blocks(codes):
            self._index.add(block.astype(np.float32))
        self._index.nprobe = min(config.probes, lists)

    def nearest(self, descriptors: Floats, *, k: int) -> tuple[Floats, Ints]:
        """Return each query's nearest descriptors.

        Args:
            descriptors: (m, d) float32 of unit length.
            k: how many.

        Returns:
            Squared distances, (m, k) float32 rising, infinite where fewer were found; row numbers, (m, k) int64, -1
            there.
        """
        squared, rows = self._index.search(np.ascontiguousarray(descriptors * self._scale, np.float32), k)
        distances: Floats = np.where(rows < 0, np.inf, squared / self._scale**2).astype(np.float32)
        return distances, rows

    @property
    def n_bytes(self) -> int:
        """Bytes that the index takes in memory: codes, row numbers and lists."""
        return int(self.size * (self._index.code_size + 8) + self._index.nlist * self._index.d * 4)


def _blocks(codes: NDArray[np.int8]) -> Iterator[NDArray[np.int8]]:
    return (codes[start : start + _BLOCK] for start in range(0, len(codes), _BLOCK))


def _faiss() -> Any:
    try:
        import faiss
    except ImportError:
        raise MissingExtraError(what="Searching local features", extra="local") from None
    return faiss
