"""The index of centroids against exact products, ties allowed; what is kept, and what is not taken."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("faiss", reason="the extra search is not installed")

from landmarq.index import centroids as module
from landmarq.index.centroids import CentroidIndexConfig, build_index, cached_index, open_index
from landmarq.types import Vectors
from toys import unit_vectors


def many_centroids(count: int, seed: int = 0, *, dimension: int = 48) -> Vectors:
    """Return centroids in loose groups, as landmarks of one kind are."""
    rng = np.random.default_rng(seed)
    kinds = rng.normal(size=(60, dimension))
    vectors = kinds[rng.integers(0, 60, count)] + rng.normal(size=(count, dimension))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32)


def photos_of(centroids: Vectors, count: int, seed: int) -> Vectors:
    """Return photos of landmarks: a centroid and noise in all directions, at a cosine around 0.75."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=(count, centroids.shape[1])) / np.sqrt(centroids.shape[1])
    vectors = centroids[rng.integers(0, len(centroids), count)] + 0.88 * noise
    photos: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return photos


@pytest.mark.parametrize(("count", "dimension"), [(500, 48), (5_000, 48), (20_000, 48), (6_000, 512)])
def test_the_exact_nearest_is_the_first_in_99_of_100_searches(count: int, dimension: int) -> None:
    centroids = many_centroids(count, dimension=dimension)
    index = build_index(centroids)
    photos = photos_of(centroids, 1000, seed=1)
    exact = photos @ centroids.T
    found = index.candidates(photos, count=24)
    similarity = np.where(found >= 0, np.take_along_axis(exact, np.maximum(found, 0), axis=1), -np.inf)
    assert np.mean(similarity.max(axis=1) >= exact.max(axis=1) - 1e-6) >= 0.99
    assert index.recall >= 0.998
    assert index.probes <= 2 * np.sqrt(count) + 1


def test_a_smaller_recall_looks_into_fewer_lists() -> None:
    centroids = many_centroids(5_000)
    few, many = (build_index(centroids, CentroidIndexConfig(recall=recall)) for recall in (0.7, 0.999))
    assert few.probes < many.probes


def test_candidates_are_each_another_centroid_and_none_is_where_too_few_are() -> None:
    index = build_index(unit_vectors(np.random.default_rng(0), 20, 8))
    found = index.candidates(unit_vectors(np.random.default_rng(1), 3, 8), count=23)
    for row in found:
        real = row[row >= 0]
        assert len(set(real.tolist())) == len(real)
        assert (row[len(real) :] == -1).all()
    assert (found == -1).any()
    with pytest.raises(ValueError, match="too few"):
        build_index(unit_vectors(np.random.default_rng(0), 5, 8))


def test_a_built_index_is_opened_the_second_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    centroids = many_centroids(2_000)
    first = cached_index(centroids, tmp_path / "cache", fingerprint="a")
    monkeypatch.setattr(module, "build_index", _refuse)
    again = cached_index(centroids, tmp_path / "cache", fingerprint="a")
    photos = photos_of(centroids, 50, seed=2)
    assert np.array_equal(first.candidates(photos, count=5), again.candidates(photos, count=5))
    assert (again.recall, again.probes, len(again)) == (first.recall, first.probes, 2_000)
    with pytest.raises(AssertionError, match="built again"):
        cached_index(centroids, tmp_path / "cache", fingerprint="b")


@pytest.mark.parametrize("damage", [b"", b"not an index", b"IwSq" + b"\xff" * 40])
def test_a_damaged_index_is_built_again(tmp_path: Path, damage: bytes) -> None:
    centroids = many_centroids(300)
    cached_index(centroids, tmp_path, fingerprint="a")
    (path,) = tmp_path.glob("*.faiss")
    path.write_bytes(damage or path.read_bytes()[:-100])
    assert len(cached_index(centroids, tmp_path, fingerprint="a")) == 300


def test_an_index_of_another_version_is_not_opened(tmp_path: Path) -> None:
    build_index(many_centroids(100)).save(tmp_path / "i.faiss")
    assert open_index(tmp_path / "i.faiss") is not None
    (tmp_path / "i.json").write_text('{"format": 1, "faiss": "0.0", "recall": 1.0}')
    assert open_index(tmp_path / "i.faiss") is None


def test_impossible_settings_are_refused() -> None:
    for values in ({"recall": 0.0}, {"blur": 1.0}, {"queries": 0}):
        with pytest.raises(ValueError, match=r"recall|positive"):
            CentroidIndexConfig(**values)


def _refuse(*_: object) -> None:
    raise AssertionError("built again")
