"""Retrieval: where the relevant photos stand in a query's ranking.

A *rank* counts from 0: the photos that stand before. Junk photos (relevant in a way that the protocol leaves
out) are taken from the ranking before ranks are counted. Among equal similarities the irrelevant come
first, so that the order of a database never matters.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from landmarq.errors import InputError
from landmarq.types import Floats

Ranks = NDArray[np.int64]
"""Ranks of a query's positives, counted from 0, int64, shape (positives,), rising."""


def ranks_of_positives(positives: Floats, others: Iterable[Floats]) -> Ranks:
    """Return the rank of each positive, without sorting the database: it may come in shards.

    Args:
        positives: the query's similarity to each positive, shape (p,).
        others: its similarities to the irrelevant photos, junk left out, in shards of any length, shape (m,).

    Raises:
        InputError: a similarity that is NaN.
    """
    _refuse_nan(positives)
    ahead = np.sort(positives)[::-1]
    ranks = np.arange(len(ahead), dtype=np.int64)
    for shard in others:
        _refuse_nan(shard)
        # Each irrelevant photo stands before all positives that are not more similar than it.
        ranks += len(shard) - np.searchsorted(np.sort(shard), ahead, side="left")
    return ranks


def trapezoid_average_precision(ranks: Ranks) -> float:
    """Return the area under the precision-recall curve by trapezoids (the Oxford buildings protocol).

    For the j-th positive (from 0) at rank k the recall grows by 1/p between precision j/k before it (1 where
    k = 0) and (j + 1)/(k + 1) after it; AP is the sum of the means of the two, over p.

    Raises:
        InputError: no positives.
    """
    _need_positives(ranks)
    found = np.arange(len(ranks))
    before = np.divide(found, ranks, out=np.ones(len(ranks)), where=ranks > 0)
    after = (found + 1) / (ranks + 1)
    return float(np.mean((before + after) / 2))


def precision_at(ranks: Ranks, k: int) -> float:
    """Return the share of positives among the first k photos (Radenović et al. 2018).

    A query with fewer than k photos up to its last positive is cut there: after the last positive
    nothing is left to find.

    Raises:
        InputError: no positives, or k below 1.
    """
    _need_positives(ranks)
    if k < 1:
        raise InputError(f"precision is measured among the first 1 or more photos, not {k}")
    depth = min(k, int(ranks[-1]) + 1)
    return int(np.count_nonzero(ranks < depth)) / depth


def average_precision_at(ranks: Ranks, k: int, *, n_positives: int) -> float:
    """Return AP@k of Google Landmarks v2 retrieval: (1 / min(m, k)) sum over i <= k of P(i) rel(i).

    Args:
        ranks: ranks of the positives found; those at k and beyond don't count.
        k: length of the answer, 100 in the benchmark.
        n_positives: m, all positives of the query, found or not.

    Raises:
        InputError: no positives, or k below 1.
    """
    if n_positives < max(1, len(ranks)) or k < 1:
        raise InputError(f"a query needs at least one positive and one place in the ranking, not {n_positives}, {k}")
    shown = ranks[ranks < k]
    return float(np.sum(np.arange(1, len(shown) + 1) / (shown + 1)) / min(n_positives, k))


def top_k_accuracy(neighbours: NDArray[Any], labels: NDArray[Any]) -> NDArray[np.float64]:
    """Return for each k = 1..K the share of queries with a photo of their own label among the k nearest.

    Args:
        neighbours: labels of each query's K nearest photos, nearest first, shape (n, K), any dtype.
        labels: label of each query, shape (n,).

    Returns:
        float64, shape (K,), rising.

    Raises:
        InputError: no queries or no neighbours.
    """
    _check_neighbours(neighbours, labels)
    found = np.logical_or.accumulate(neighbours == labels[:, None], axis=1)
    return np.asarray(np.mean(found, axis=0), np.float64)


def vote(neighbours: NDArray[Any], similarities: Floats) -> NDArray[Any]:
    """Return each query's label by its nearest neighbours: the most votes, then the largest sum of similarities.

    Args:
        neighbours: labels of the k nearest photos, shape (n, k).
        similarities: their similarities, shape (n, k).

    Returns:
        Labels, shape (n,), dtype of ``neighbours``.

    Raises:
        InputError: no neighbours, shapes that differ, or a NaN.
    """
    if neighbours.ndim != 2 or neighbours.shape != similarities.shape or neighbours.size == 0:
        raise InputError("a vote needs at least one neighbour a query, each with its similarity")
    _refuse_nan(similarities)
    names, codes = np.unique(neighbours, return_inverse=True)
    codes = codes.reshape(neighbours.shape)
    rows = np.repeat(np.arange(len(neighbours)), neighbours.shape[1])
    votes = np.zeros((len(neighbours), len(names)))
    sums = np.zeros_like(votes)
    np.add.at(votes, (rows, codes.ravel()), 1)
    np.add.at(sums, (rows, codes.ravel()), similarities.ravel())
    leading = votes == votes.max(axis=1, keepdims=True)
    return np.asarray(names[np.argmax(np.where(leading, sums, -np.inf), axis=1)])


def _refuse_nan(similarities: Floats) -> None:
    if np.any(np.isnan(similarities)):
        raise InputError("a similarity is NaN: some vector is broken")


def _need_positives(ranks: Ranks) -> None:
    if len(ranks) == 0:
        raise InputError("the query has no positives: it can't be scored, leave it out")


def _check_neighbours(neighbours: NDArray[Any], labels: NDArray[Any]) -> None:
    if neighbours.ndim != 2 or neighbours.size == 0 or len(neighbours) != len(labels):
        raise InputError("there are no queries with neighbours to score")
