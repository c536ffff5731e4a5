"""Search, vote and verification: the right landmark by many inliers, strangers by few."""

from __future__ import annotations

import numpy as np
import pytest

from landmarq.errors import InputError
from landmarq.local_features import LocalFeatures, encoded, root_sift
from landmarq.rivals.local_search import LocalSearch, LocalSearchConfig
from landmarq.rivals.verdict import NOTHING
from textured import view
from toys import unit_vectors

Database = tuple[list[LocalFeatures], list[str]]


def test_the_landmark_has_more_inliers_than_any_stranger(database: Database) -> None:
    search = LocalSearch(*database, LocalSearchConfig())
    known = search.verify(search.search([root_sift(view(seed, turn=3, zoom=1.1, noise=4)) for seed in range(4)]))
    strangers = search.verify(search.search([root_sift(view(50 + seed)) for seed in range(6)]))
    assert [verdict.landmark for verdict in known] == list("0123")
    assert min(verdict.score or 0 for verdict in known) > 1.5 * max(verdict.score or 0 for verdict in strangers)


def test_no_point_stands_in_two_pairs_of_one_photo() -> None:
    random = np.random.default_rng(0)
    photos = [encoded(random.uniform(0, 99, (50, 2)), unit_vectors(random, 50, 16)) for _ in range(4)]
    search = LocalSearch(photos[:3], ["a", "b", "c"], LocalSearchConfig(neighbours=20))
    (candidates,) = search.search([photos[3]])
    assert len(candidates) == 3
    for each in candidates:
        assert 10 < len(each.asked) == len(each.found) <= 50
        assert len(np.unique(each.asked, axis=0)) == len(np.unique(each.found, axis=0)) == len(each.asked)


def test_candidates_are_those_with_most_pairs(database: Database) -> None:
    asked = [root_sift(view(2, noise=3))]
    (three,) = LocalSearch(*database, LocalSearchConfig(candidates=3)).search(asked)
    (every,) = LocalSearch(*database, LocalSearchConfig(candidates=99)).search(asked)
    pairs = [len(each.asked) for each in every]
    assert pairs == sorted(pairs, reverse=True)
    assert [each.photo for each in three] == [each.photo for each in every[:3]]
    assert {each.photo for each in every[:2]} == {4, 5}


def test_the_sum_counts_all_photos_of_a_landmark(database: Database) -> None:
    asked = [root_sift(view(3, noise=3))]
    best, total = (
        search.verify(search.search(asked))[0]
        for search in (
            LocalSearch(*database, LocalSearchConfig(decision="best")),
            LocalSearch(*database, LocalSearchConfig(decision="sum")),
        )
    )
    assert best.landmark == total.landmark == "3"
    assert (total.score or 0) > (best.score or 0)


def test_photos_are_answered_one_by_one_as_together(database: Database) -> None:
    search = LocalSearch(*database, LocalSearchConfig())
    asked = [root_sift(view(seed, noise=2)) for seed in (0, 60, 3)]
    together = search.verify(search.search(asked))
    assert together == [search.verify(search.search([each]))[0] for each in asked]


def test_a_photo_without_points_has_no_candidate(database: Database) -> None:
    nothing = encoded(np.empty((0, 2)), np.empty((0, 128)))
    search = LocalSearch(*database, LocalSearchConfig())
    assert search.verify(search.search([nothing])) == [NOTHING]
    found = search.verify(search.search([nothing, root_sift(view(1))]))
    assert found[0] == NOTHING
    assert found[1].landmark == "1"


def test_a_database_that_makes_no_sense_is_refused(database: Database) -> None:
    with pytest.raises(InputError, match="landmarks"):
        LocalSearch(database[0], ["one"], LocalSearchConfig())


def test_more_points_take_more_bytes(database: Database) -> None:
    many, few = (LocalSearch(*database, LocalSearchConfig(points=n)).bytes_a_photo for n in (200, 50))
    assert many > few > 50 * 128
