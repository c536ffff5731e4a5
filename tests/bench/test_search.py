from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from landmarq.bench.made_vectors import directions, in_blocks, photos_of
from landmarq.bench.search import SearchConfig, SearchCost, measure_search, search_table


def test_made_photos_of_landmarks_have_the_cosine_asked_for() -> None:
    rng = np.random.default_rng(0)
    centroids = directions(rng, 300)
    photos = photos_of(centroids, rng, 200, cosine=0.75)
    assert np.linalg.norm(photos, axis=1) == pytest.approx(1, abs=1e-5)
    assert (photos @ centroids.T).max(axis=1).mean() == pytest.approx(0.75, abs=0.02)
    assert [list(each) for each in in_blocks(5, 2)] == [[0, 1], [2, 3], [4]]


def test_search_is_measured_exactly_by_place_and_by_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("faiss", reason="the extra search is not installed")
    monkeypatch.setattr("landmarq.bench.search._SECONDS", 0.01)
    monkeypatch.setattr("landmarq.bench.search._QUERIES", 128)
    config = SearchConfig(centroids=(500,), batches=(1, 16))
    costs = measure_search(config, folder=tmp_path)
    assert [(each.centroids, each.way) for each in costs] == [(500, "exact"), (500, "place"), (500, "index")]
    exact, place, index = costs
    assert place.recall >= 0.99
    assert index.recall >= 0.99
    assert exact.build_s is None
    assert index.build_s is not None
    assert len(search_table(costs, config).rows[0]) == len(search_table(costs, config).columns) == 9


def test_the_table_tells_how_each_way_grows() -> None:
    costs = [
        SearchCost(10, "exact", (50.0, 1000.0), 1.0, 1.0, None, 0.1),
        SearchCost(10, "index", (50.0, 1000.0), 1.0, 1.0, 1.0, 0.1),
        SearchCost(100, "exact", (5.0, 80.0), 1.0, 10.0, None, 0.1),
        SearchCost(100, "index", (40.0, 500.0), 1.0, 10.0, 1.0, 0.1),
    ]
    assert [row[-1] for row in search_table(costs, SearchConfig()).rows] == [
        None,
        None,
        "x 12 for x 10",
        "x 2 for x 10",
    ]
