from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from landmarq.cleaning.picking import propose


def views(sizes: list[int]) -> tuple[np.ndarray[tuple[int, int], np.dtype[np.float32]], list[int]]:
    """Photos of some views that have nothing in common, and the view of each."""
    rng = np.random.default_rng(0)
    view = [number for number, size in enumerate(sizes) for _ in range(size)]
    vectors = np.eye(16)[view] + rng.normal(scale=0.03, size=(len(view), 16))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), view


def test_each_view_is_proposed_once_the_commonest_first() -> None:
    vectors, view = views([3, 20, 8])
    assert [view[at] for at in propose(vectors, count=3)] == [1, 2, 0]


def test_the_medoid_is_the_photo_nearest_to_all_of_its_view() -> None:
    vectors, _ = views([7])
    nearest = int((vectors @ vectors.T).sum(axis=1).argmax())
    assert propose(vectors, count=1).tolist() == [nearest]


@given(sizes=st.lists(st.integers(1, 9), min_size=0, max_size=6), count=st.integers(1, 9))
def test_there_are_as_many_as_asked_for_and_none_twice(sizes: list[int], count: int) -> None:
    vectors, view = views(sizes) if sizes else (np.empty((0, 16), np.float32), [])
    found = propose(vectors, count=count).tolist()
    assert len(set(found)) == len(found) == min(count, len(view))


def test_of_very_many_photos_some_are_looked_at() -> None:
    vectors, _ = views([4000])
    assert len(propose(vectors)) == 9
