from __future__ import annotations

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from landmarq.catalog import CatalogRow
from landmarq.errors import InputError
from landmarq.evaluation.retrieval import LabelledVectors, RetrievalConfig, evaluate_retrieval, nearest
from toys import unit_vectors

SMALL = RetrievalConfig(deepest=3, neighbours=(1, 3), shown=2, queries_shown=2)


def on_circle(*photos: tuple[str, str, float]) -> LabelledVectors:
    """Photos as (path, landmark, angle in degrees)."""
    angles = np.radians([angle for _, _, angle in photos])
    rows = [CatalogRow(path, landmark) for path, landmark, _ in photos]
    return LabelledVectors(rows, np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32))


POOL = on_circle(("p0", "a", 0), ("p1", "b", 10), ("p2", "b", 12), ("p3", "a", 40), ("p4", "c", 90))


def test_by_hand() -> None:
    # q0 at 1: p0 a, p1 b, p2 b. q1 at 30: p3 a, p2 b, p1 b. q2 at 89: p4 c. q3 shows what the pool doesn't have.
    queries = on_circle(("q0", "b", 1), ("q1", "a", 30), ("q2", "c", 89), ("q3", "d", 50))
    got = evaluate_retrieval(queries, POOL, SMALL)
    assert (got.queries, got.pool, got.left_out, got.landmarks) == (3, 5, 1, 3)
    assert [(each.k, each.found.hits) for each in got.top_k] == [(1, 2), (2, 3), (3, 3)]
    # By three neighbours q0 is b (two of three), q1 b though it is a, and q2 c: of three single votes the nearest.
    assert [(each.k, each.right.hits) for each in got.votes] == [(1, 2), (3, 2)]
    assert [query.path for query in got.shown] == ["q0", "q1", "q2"], "the wrong one first"
    assert [near.path for near in got.shown[0].nearest] == ["p0", "p1"]
    assert got.shown[0].nearest[0].similarity == pytest.approx(np.cos(np.radians(1)))


def test_a_photo_never_finds_itself() -> None:
    got = evaluate_retrieval(on_circle(("p0", "a", 0)), POOL, SMALL)
    assert [near.path for near in got.shown[0].nearest] == ["p1", "p2"]
    assert got.top_k[0].found.hits == 0


def test_the_nearest_are_scikit_learns() -> None:
    rng = np.random.default_rng(0)
    queries, pool = unit_vectors(rng, 50, 8), unit_vectors(rng, 300, 8)
    numbers, similarities = nearest(queries, pool, 7)
    theirs = NearestNeighbors(n_neighbors=7, metric="cosine", algorithm="brute").fit(pool).kneighbors(queries)
    assert np.array_equal(numbers, theirs[1])
    assert np.allclose(similarities, 1 - theirs[0], atol=1e-5)


def test_blocks_give_what_one_product_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    queries, pool = unit_vectors(rng, 23, 4), unit_vectors(rng, 40, 4)
    same = np.where(np.arange(23) % 2, np.arange(23), -1)
    whole = nearest(queries, pool, 5, same=same)
    monkeypatch.setattr("landmarq.evaluation.retrieval._BLOCK", 120)
    parts = nearest(queries, pool, 5, same=same)
    assert np.array_equal(whole[0], parts[0])
    assert not np.any(whole[0] == same[:, None])


def test_what_can_not_be_measured_is_an_error() -> None:
    with pytest.raises(InputError, match="too few for the 5 nearest"):
        evaluate_retrieval(POOL, POOL, RetrievalConfig(deepest=5, neighbours=(1,), shown=2))
    with pytest.raises(InputError, match="none of the 1 queries"):
        evaluate_retrieval(on_circle(("q", "z", 0)), POOL, SMALL)
    with pytest.raises(InputError, match="NaN"):
        LabelledVectors(POOL.rows[:1], np.array([[np.nan, 1]], np.float32))
    with pytest.raises(InputError, match="2 photos with 1 vectors"):
        LabelledVectors(POOL.rows[:2], POOL.vectors[:1])
