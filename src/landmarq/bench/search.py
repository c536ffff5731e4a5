"""Search among centroids: exact products and the index, what they cost as the number of centroids grows."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from landmarq.bench.made_vectors import directions, photos_of
from landmarq.bench.table import Table
from landmarq.gallery import Gallery, open_gallery
from landmarq.geo import PlaceGrid
from landmarq.index.centroids import CentroidIndex, build_index, open_index
from landmarq.recognize.candidates import CandidateSearch, IndexedPart
from landmarq.recognize.decide import Decider, Limits
from landmarq.types import Place, Vectors

Progress = Callable[[int, int], None]

_QUERIES = 512
_SECONDS = 1.5


@dataclass(frozen=True)
class SearchConfig:
    """What is measured.

    Attributes:
        centroids: sizes of galleries; every landmark has one centroid, and each tenth a reference. How many references
            a landmark has costs a photo nothing: it is compared with their mean.
        batches: photos decided at once.
        seed: of the vectors made.
    """

    centroids: tuple[int, ...] = (10_000, 100_000, 1_000_000)
    batches: tuple[int, ...] = (1, 64)
    seed: int = 0


@dataclass(frozen=True)
class SearchCost:
    """One way to search one gallery.

    Attributes:
        centroids: size of the gallery.
        way: ``exact``, ``index`` or ``place``.
        queries_a_second: photos decided a second, by the size of batch.
        recall: share of the photos whose best landmark is the exact one.
        megabytes: of the gallery's file, which is mapped into memory, or the index's, which is read.
        build_s: seconds to build; None where nothing is built.
        load_s: seconds to open, mapped into memory.
    """

    centroids: int
    way: str
    queries_a_second: tuple[float, ...]
    recall: float
    megabytes: float
    build_s: float | None
    load_s: float


def measure_search(config: SearchConfig, *, folder: Path, progress: Progress | None = None) -> list[SearchCost]:
    """Measure deciding on photos: by all centroids, by the index, and with a place.

    Args:
        config: sizes.
        folder: for galleries and indexes; 3 KB a centroid, removed by the caller.
        progress: called with (steps done, steps).

    Raises:
        MissingExtraError: FAISS is not installed.
    """
    costs = []
    for number, count in enumerate(config.centroids):
        rng = np.random.default_rng(config.seed)
        path, index_path = folder / f"{count}.safetensors", folder / f"{count}.faiss"
        _made_gallery(rng, count).save(path)
        began = time.perf_counter()
        gallery = open_gallery(path)
        load = time.perf_counter() - began
        photos = photos_of(gallery.centroids, rng, _QUERIES)
        anywhere: list[Place | None] = [None] * _QUERIES
        _tell(progress, 3 * number, config)
        exact = _decider(gallery, None, rng)
        best = exact.decide(photos, anywhere, references=True).best
        size = path.stat().st_size / 1e6
        rates = _rates(exact, photos, anywhere, config.batches)
        costs.append(SearchCost(count, "exact", rates, 1.0, size, None, load))
        _tell(progress, 3 * number + 1, config)
        places: list[Place | None] = [_place(int(each)) for each in best]
        rates = _rates(exact, photos, places, config.batches)
        right = float(np.mean(exact.decide(photos, places, references=True).best == best))
        costs.append(SearchCost(count, "place", rates, right, size, None, load))
        _tell(progress, 3 * number + 2, config)
        began = time.perf_counter()
        build_index(gallery.centroids).save(index_path)
        build, began = time.perf_counter() - began, time.perf_counter()
        index = open_index(index_path)
        load = time.perf_counter() - began
        if index is None:
            raise RuntimeError("the index can't be read back")
        indexed = _decider(gallery, index, rng)
        recall = float(np.mean(indexed.decide(photos, anywhere, references=True).best == best))
        rates = _rates(indexed, photos, anywhere, config.batches)
        costs.append(SearchCost(count, "index", rates, recall, index_path.stat().st_size / 1e6, build, load))
    return costs


def search_table(costs: list[SearchCost], config: SearchConfig) -> Table:
    """Return costs as a table; its last column says how the milliseconds of a photo grow with the gallery."""
    columns = ("centroids", "way", *(f"photos/s, {each} at once" for each in config.batches), "recall@1", "MB")
    rows = []
    before: dict[str, SearchCost] = {}
    for each in costs:
        told = (
            each.centroids,
            each.way,
            *each.queries_a_second,
            each.recall,
            each.megabytes,
            each.build_s,
            each.load_s,
        )
        rows.append((*told, _growth(before.get(each.way), each)))
        before[each.way] = each
    return Table("Deciding on photos, vectors given", (*columns, "build s", "load s", "ms beside before"), tuple(rows))


def _growth(before: SearchCost | None, now: SearchCost) -> str | None:
    """Return how much longer a photo takes, in the largest batches, than in a gallery so many times smaller."""
    if before is None:
        return None
    longer = before.queries_a_second[-1] / now.queries_a_second[-1]
    return f"x {longer:.2g} for x {now.centroids / before.centroids:.2g}"


def _made_gallery(rng: np.random.Generator, count: int) -> Gallery:
    centroids, owner = directions(rng, count), np.arange(count)
    return Gallery(centroids, owner, centroids[: count // 10], owner[: count // 10], centroids[:0])


def _decider(gallery: Gallery, index: CentroidIndex | None, rng: np.random.Generator) -> Decider:
    eta = rng.uniform(0.4, 0.6, gallery.size).astype(np.float32)
    limits = Limits(eta, eta - np.float32(0.2), eta, weight=0.0, nearest=1)
    parts = [IndexedPart(0, gallery.size, index)] if index else []
    grid = PlaceGrid([_place(number) for number in range(gallery.size)])
    return Decider(gallery, grid=grid, limits=limits, search=CandidateSearch(gallery, parts))


def _place(number: int) -> Place:
    """Spread landmarks over cities of a hundred, each some kilometres wide."""
    city, within = divmod(number, 100)
    lat, lon = (city * 0.61803) % 1 * 120 - 60, (city * 0.75487) % 1 * 358 - 179
    return Place(lat + (within // 10) * 0.005, lon + (within % 10) * 0.005)


def _rates(
    decider: Decider, photos: Vectors, places: list[Place | None], batches: tuple[int, ...]
) -> tuple[float, ...]:
    """Return photos a second by the size of batch: the median of as many batches as fit the time, three at least."""
    rates = []
    for batch in batches:
        spent: list[float] = []
        deadline = time.perf_counter() + _SECONDS
        for start in range(0, 1 << 30, batch):
            rows = np.arange(start, start + batch) % len(photos)
            some, where = photos[rows], [places[row] for row in rows]
            began = time.perf_counter()
            decider.decide(some, where, references=True)
            spent.append(time.perf_counter() - began)
            if len(spent) >= 4 and time.perf_counter() > deadline:
                break
        rates.append(batch / statistics.median(spent[1:]))
    return tuple(rates)


def _tell(progress: Progress | None, done: int, config: SearchConfig) -> None:
    if progress:
        progress(done, 3 * len(config.centroids))
