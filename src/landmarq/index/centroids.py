"""Nearest centroids among very many: an inverted file whose recall is measured when it is built, by FAISS.

Only candidates come from here; how similar they are is computed anew from the centroids themselves, so that a
decision never rests on rounded vectors.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from landmarq.artifacts import atomic_write, read_json, storage_errors, write_json
from landmarq.errors import ArtifactError, MissingExtraError
from landmarq.types import Ints, Vectors

_BLOCK = 65_536
_FORMAT = 2
_BITS = 4
"""Of a code: 16 entries a table, which fit a vector register (André et al. 2015; FAISS's "fast scan")."""
FEWEST = 1 << _BITS
"""Centroids that an index can be built over."""


@dataclass(frozen=True)
class CentroidIndexConfig:
    """Inverted lists over centroids in product quantisation, at first four bits for four numbers.

    Attributes:
        lists_a_root: lists are this many times the square root of the number of centroids.
        samples_a_list: centroids that the clustering sees for each list.
        recall: share of the queries below whose nearest centroid must be among the candidates; more lists are looked
            into, then finer codes are taken, until it is.
        candidates: nearest centroids that the index is asked for, to be compared exactly.
        queries: centroids, blurred, that recall is measured with.
        blur: cosine of such a query with its centroid: less than most photos of a landmark have.
        seed: of sample, clustering and blur.
    """

    lists_a_root: float = 2.0
    samples_a_list: int = 40
    recall: float = 0.998
    candidates: int = 24
    queries: int = 1000
    blur: float = 0.7
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        if not (self.lists_a_root > 0 and self.samples_a_list >= 1 and self.queries >= 1):
            raise ValueError("lists, samples and queries must be positive")
        if not (0 < self.recall <= 1 and 0 < self.blur < 1):
            raise ValueError(f"recall {self.recall} or blur {self.blur} is not between 0 and 1")


class CentroidIndex:
    """An index over centroids; ``probes`` lists are looked into, and ``recall`` is what that gave when built."""

    def __init__(self, index: Any, *, recall: float) -> None:
        """Take a built FAISS index."""
        self._index = index
        self.recall = recall

    @property
    def probes(self) -> int:
        """Lists that are looked into for each query."""
        return int(self._index.nprobe)

    def __len__(self) -> int:
        """Return the number of centroids."""
        return int(self._index.ntotal)

    def candidates(self, vectors: Vectors, *, count: int) -> Ints:
        """Return the numbers of the centroids nearest to each vector.

        Args:
            vectors: (n, d) float32 unit rows.
            count: how many for each.

        Returns:
            (n, count) int64, nearest first; -1 where fewer were found.
        """
        rows: Ints = self._index.search(np.ascontiguousarray(vectors, np.float32), count)[1]
        return rows

    def save(self, path: Path) -> None:
        """Write the index; beside it, as JSON, its recall."""
        faiss = _faiss()
        with atomic_write(path) as stream:
            faiss.write_index(self._index, faiss.PyCallbackIOWriter(stream.write))
        write_json(_beside(path), {"format": _FORMAT, "faiss": faiss.__version__, "recall": self.recall})


def build_index(centroids: Vectors, config: CentroidIndexConfig | None = None) -> CentroidIndex:
    """Build an index over centroids, (n, d) float32 unit rows, that finds the exact nearest as often as asked for.

    Raises:
        MissingExtraError: FAISS is not installed.
        ValueError: there are fewer than ``FEWEST`` centroids.
    """
    faiss, config = _faiss(), config or CentroidIndexConfig()
    if len(centroids) < FEWEST:
        raise ValueError(f"{len(centroids)} centroids are too few for an index")
    rng = np.random.default_rng(config.seed)
    queries = _blurred(centroids, config, rng)
    exact = _nearest(queries, centroids)
    n = len(centroids)
    lists = max(1, min(n, round(config.lists_a_root * np.sqrt(n))))
    sample = np.sort(rng.choice(n, min(n, max(1024, lists * config.samples_a_list)), replace=False))
    for empty in _empty_indexes(faiss, centroids.shape[1], lists):
        empty.cp.seed, empty.cp.niter, empty.cp.spherical = config.seed + 1, 8, True
        empty.cp.min_points_per_centroid = 1
        empty.train(np.ascontiguousarray(centroids[sample]))
        for start in range(0, n, _BLOCK):
            empty.add(np.ascontiguousarray(centroids[start : start + _BLOCK]))
        built = _tuned(empty, queries, exact, config)
        if built.recall >= config.recall:
            break
    return built


def _empty_indexes(faiss: Any, dimension: int, lists: int) -> Iterator[Any]:
    """Yield kinds of index, coarser and faster ones first: four bits for four numbers, for two, one byte for each."""
    for length in (4, 2):
        if dimension % length == 0:
            quantiser = faiss.IndexFlatIP(dimension)
            parts = dimension // length
            yield faiss.IndexIVFPQFastScan(quantiser, dimension, lists, parts, _BITS, faiss.METRIC_INNER_PRODUCT)
    quantiser, kind = faiss.IndexFlatIP(dimension), faiss.ScalarQuantizer.QT_8bit
    yield faiss.IndexIVFScalarQuantizer(quantiser, dimension, lists, kind, faiss.METRIC_INNER_PRODUCT, False)


def open_index(path: Path) -> CentroidIndex | None:
    """Open an index that ``CentroidIndex.save`` wrote; None where there is none that serves.

    FAISS trusts what it reads: open only what this person's own landmarq wrote.

    Raises:
        MissingExtraError: FAISS is not installed.
    """
    faiss = _faiss()
    try:
        values = read_json(_beside(path))
        if values.get("format") != _FORMAT or values.get("faiss") != faiss.__version__:
            return None
        index = faiss.read_index(str(path))
    except (ArtifactError, RuntimeError):
        return None
    return CentroidIndex(index, recall=float(values["recall"]))


def cached_index(
    centroids: Vectors, folder: Path, *, fingerprint: str, config: CentroidIndexConfig | None = None
) -> CentroidIndex:
    """Return the index of some centroids from a folder of this person's, building it where it is not there.

    Args:
        centroids: (n, d) float32 unit rows.
        folder: where built indexes are kept; only this person may be able to write there.
        fingerprint: SHA-256 over the centroids.
        config: how to build.

    Raises:
        MissingExtraError: FAISS is not installed.
        StorageError: the folder can't be written.
    """
    import hashlib

    config = config or CentroidIndexConfig()
    key = hashlib.sha256(f"{fingerprint} {json.dumps(asdict(config), sort_keys=True)}".encode()).hexdigest()
    path = folder / f"{key[:32]}.faiss"
    found = open_index(path)
    if found is not None and len(found) == len(centroids):
        return found
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    build_index(centroids, config).save(path)
    opened = open_index(path)
    if opened is None:
        raise ArtifactError(f"{path} can't be read back: remove it and try again")
    return opened


def _tuned(index: Any, queries: Vectors, exact: Ints, config: CentroidIndexConfig) -> CentroidIndex:
    """Look into more and more lists until the recall is reached, or all are looked into."""
    index.nprobe = 1
    while True:
        found = index.search(queries, config.candidates)[1]
        recall = float(np.mean(np.any(found == exact[:, None], axis=1)))
        if recall >= config.recall or index.nprobe >= index.nlist:
            return CentroidIndex(index, recall=recall)
        index.nprobe = min(index.nlist, max(index.nprobe + 1, int(index.nprobe * 1.25)))


def _blurred(centroids: Vectors, config: CentroidIndexConfig, rng: np.random.Generator) -> Vectors:
    """Return queries of the wanted cosine to some centroids, moved along differences that centroids have."""
    n = len(centroids)
    of, one, other = (rng.integers(0, n, config.queries) for _ in range(3))
    chosen = centroids[of]
    noise = centroids[one] - centroids[other] + rng.normal(0, 1e-3, chosen.shape).astype(np.float32)
    noise -= np.einsum("ij,ij->i", noise, chosen)[:, None] * chosen
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    queries: Vectors = (config.blur * chosen + np.sqrt(1 - config.blur**2) * noise).astype(np.float32)
    return queries


def _nearest(queries: Vectors, centroids: Vectors) -> Ints:
    """Return the exact nearest centroid of each query, a block of centroids at a time."""
    best = np.full(len(queries), -np.inf, np.float32)
    number = np.zeros(len(queries), np.int64)
    for start in range(0, len(centroids), _BLOCK):
        products = queries @ centroids[start : start + _BLOCK].T
        at = products.argmax(axis=1)
        value = products[np.arange(len(queries)), at]
        better = value > best
        best[better], number[better] = value[better], at[better] + start
    return number


def _beside(path: Path) -> Path:
    return path.with_suffix(".json")


def _faiss() -> Any:
    try:
        import faiss
    except ImportError:
        raise MissingExtraError(what="Searching a gallery of this size", extra="search") from None
    return faiss
