from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score
from sklearn.neighbors import KNeighborsClassifier

from landmarq.errors import InputError
from landmarq.metrics import (
    average_precision_at,
    precision_at,
    ranks_of_positives,
    top_k_accuracy,
    trapezoid_average_precision,
    vote,
)

LEVELS = st.sampled_from([0.1, 0.2, 0.3, 0.4, 0.5])
SOME = st.lists(LEVELS, min_size=1, max_size=8)
ANY = st.lists(LEVELS, max_size=12)


def naive_ranks(positives: list[float], others: list[float]) -> list[int]:
    """Sort the whole database, irrelevant first among equals, and look where the positives are."""
    database = [(-s, 1) for s in positives] + [(-s, 0) for s in others]
    return [rank for rank, (_, positive) in enumerate(sorted(database)) if positive]


def naive_trapezoid(ranks: list[int]) -> float:
    """Walk down the ranking and add a trapezoid at each positive."""
    area, found, precision, recall = 0.0, 0, 1.0, 0.0
    for rank in range(max(ranks) + 1):
        found += rank in ranks
        new_recall, new_precision = found / len(ranks), found / (rank + 1)
        area += (new_recall - recall) * (precision + new_precision) / 2
        recall, precision = new_recall, new_precision
    return area


def test_ranks_by_hand() -> None:
    # In order: 0.9+ 0.8- 0.7- 0.7+ 0.1+: the tie at 0.7 goes to the irrelevant photo.
    assert ranks_of_positives(np.array([0.7, 0.1, 0.9]), [np.array([0.8]), np.array([0.7])]).tolist() == [0, 3, 4]


@given(SOME, ANY, st.integers(0, 12))
def test_ranks_are_those_of_a_sorted_database_however_it_is_sharded(
    positives: list[float], others: list[float], cut: int
) -> None:
    expected = naive_ranks(positives, others)
    assert ranks_of_positives(np.array(positives), [np.array(others)]).tolist() == expected
    shards = [np.array(others[:cut]), np.array(others[cut:])]
    assert ranks_of_positives(np.array(positives[::-1]), shards).tolist() == expected


@given(SOME, ANY)
def test_trapezoids_are_those_of_a_walk_down_the_ranking(positives: list[float], others: list[float]) -> None:
    ranks = naive_ranks(positives, others)
    assert trapezoid_average_precision(np.array(ranks)) == pytest.approx(naive_trapezoid(ranks))


@given(SOME, ANY, LEVELS, st.integers(1, 12))
def test_a_wrong_distractor_never_helps(positives: list[float], others: list[float], wrong: float, k: int) -> None:
    before = ranks_of_positives(np.array(positives), [np.array(others)])
    after = ranks_of_positives(np.array(positives), [np.array([*others, wrong])])
    n = len(positives)
    assert trapezoid_average_precision(after) <= trapezoid_average_precision(before) + 1e-12
    assert average_precision_at(after, k, n_positives=n) <= average_precision_at(before, k, n_positives=n) + 1e-12


def test_average_precision_by_hand() -> None:
    # Positives first and fourth: trapezoids (1 + 1)/2 and (1/3 + 2/4)/2, each over a recall of 1/2.
    assert trapezoid_average_precision(np.array([0, 3])) == pytest.approx(((1 + 1) / 2 + (1 / 3 + 2 / 4) / 2) / 2)
    # Google's sums the precisions: 1 and 2/4, over the two positives, or over three where one is not found.
    assert average_precision_at(np.array([0, 3]), 100, n_positives=2) == pytest.approx((1 + 2 / 4) / 2)
    assert average_precision_at(np.array([0, 3]), 100, n_positives=3) == pytest.approx((1 + 2 / 4) / 3)
    assert average_precision_at(np.array([0, 3]), 3, n_positives=5) == pytest.approx(1 / 3)
    assert average_precision_at(np.array([], np.int64), 3, n_positives=5) == 0


def test_average_precision_is_scikit_learns_when_the_whole_database_is_ranked() -> None:
    rng = np.random.default_rng(2)
    relevant = rng.random(80) < 0.3
    similarity = rng.normal(size=80) + relevant
    ranks = ranks_of_positives(similarity[relevant], [similarity[~relevant]])
    ours = average_precision_at(ranks, 10**6, n_positives=int(relevant.sum()))
    assert ours == pytest.approx(average_precision_score(relevant, similarity))


def test_precision_at_by_hand() -> None:
    assert precision_at(np.array([0, 3]), 1) == 1
    assert precision_at(np.array([0, 3]), 2) == 1 / 2
    assert precision_at(np.array([0, 3]), 10) == 2 / 4, "after the last positive nothing is left to find"
    assert precision_at(np.array([1]), 1) == 0


def test_top_k_by_hand_and_rising() -> None:
    neighbours = np.array([["a", "b", "c"], ["b", "a", "a"], ["c", "c", "c"]])
    assert top_k_accuracy(neighbours, np.array(["a", "a", "a"])).tolist() == [1 / 3, 2 / 3, 2 / 3]


def test_a_vote_by_hand() -> None:
    neighbours = np.array([["a", "b", "b"], ["a", "b", "c"], ["c", "a", "a"]])
    similarities = np.array([[0.9, 0.3, 0.3], [0.5, 0.6, 0.4], [0.9, 0.1, 0.1]])
    assert vote(neighbours, similarities).tolist() == ["b", "b", "a"], "most votes; among equal, most similarity"


def test_a_vote_is_scikit_learns_where_no_votes_tie() -> None:
    rng = np.random.default_rng(4)
    pool, queries = rng.normal(size=(60, 3)), rng.normal(size=(40, 3))
    pool /= np.linalg.norm(pool, axis=1, keepdims=True)
    queries /= np.linalg.norm(queries, axis=1, keepdims=True)
    labels = rng.integers(0, 2, 60)  # two classes and an odd k: never a tie
    similarities = queries @ pool.T
    nearest = np.argsort(-similarities, axis=1)[:, :5]
    ours = vote(labels[nearest], np.take_along_axis(similarities, nearest, axis=1))
    theirs = KNeighborsClassifier(5, algorithm="brute").fit(pool, labels).predict(queries)
    assert np.array_equal(ours, theirs)


def test_broken_input_is_refused() -> None:
    none, one = np.array([], np.int64), np.array([0])
    for call in (
        lambda: trapezoid_average_precision(none),
        lambda: precision_at(none, 1),
        lambda: precision_at(one, 0),
        lambda: average_precision_at(none, 100, n_positives=0),
        lambda: ranks_of_positives(np.array([np.nan]), []),
        lambda: ranks_of_positives(np.array([0.1]), [np.array([np.nan])]),
        lambda: top_k_accuracy(np.zeros((0, 3)), np.zeros(0)),
        lambda: vote(np.array([["a"]]), np.array([[np.nan]])),
        lambda: vote(np.zeros((2, 0)), np.zeros((2, 0))),
    ):
        with pytest.raises(InputError):
            call()
