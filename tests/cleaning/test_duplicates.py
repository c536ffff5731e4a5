from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from landmarq.cleaning import (
    LOOK_SIDE,
    Claims,
    CleanConfig,
    Decisions,
    Outcome,
    Reason,
    differing_bits,
    drop_duplicates,
    perceptual_hash,
    similar_pairs,
    without_duplicates,
)
from landmarq.cleaning.score import right_kept, wrong_removed
from landmarq.types import Ints, Pixels

NONE = np.empty((0, 2), np.int64)


def rows(photo: list[int], label: list[int], *, moved: dict[int, int] | None = None) -> tuple[Claims, Decisions]:
    """Kept rows, and those ``moved`` to another landmark, over four photos of which 0 and 1 are nearly the same."""
    vectors = np.eye(4, dtype=np.float32)
    vectors[1] = np.array([0.99, np.sqrt(1 - 0.99**2), 0, 0])
    claims = Claims(vectors, np.array(photo), np.array(label), vectors[:2], np.arange(2), 2)
    outcome = np.full(len(photo), Outcome.KEPT, object)
    reason = np.full(len(photo), Reason.SHOWS_IT, object)
    landmark = np.array(label)
    for row, to in (moved or {}).items():
        outcome[row], reason[row], landmark[row] = Outcome.RELABELLED, Reason.ANOTHER, to
    return claims, Decisions(outcome, reason, landmark, np.full(len(photo), -1), np.full(2, 0.5))


def _first(pairs: Ints) -> NDArray[np.bool_]:
    """Photos 0 and 1 are one picture."""
    found: NDArray[np.bool_] = (pairs[:, 0] == 0) & (pairs[:, 1] == 1)
    return found


def _no(pairs: Ints) -> NDArray[np.bool_]:
    return np.zeros(len(pairs), bool)


def test_the_same_file_twice_stays_once() -> None:
    claims, decisions = rows([2, 2, 3], [0, 0, 0])
    found = drop_duplicates(claims, decisions, pairs=NONE, pixels=np.ones(4))
    assert found.outcome.tolist() == ["kept", "dropped", "kept"]
    assert found.reason[1] is Reason.SAME_FILE
    assert found.same_as.tolist() == [-1, 0, -1]


def test_the_same_file_under_two_landmarks_is_no_duplicate() -> None:
    claims, decisions = rows([2, 2], [0, 1])
    assert drop_duplicates(claims, decisions, pairs=NONE, pixels=np.ones(4)).count(Outcome.DROPPED) == 0


def test_of_one_picture_in_two_files_the_larger_stays() -> None:
    claims, decisions = rows([0, 1], [0, 0])
    found = drop_duplicates(claims, decisions, pairs=np.array([[0, 1]]), pixels=np.array([100.0, 400, 1, 1]))
    assert found.outcome.tolist() == ["dropped", "kept"]
    assert found.reason[0] is Reason.SAME_PICTURE
    assert found.same_as.tolist() == [1, -1]


def test_a_relabelled_row_goes_where_its_landmark_already_has_the_photo() -> None:
    claims, decisions = rows([2, 2], [0, 1], moved={0: 1})
    found = drop_duplicates(claims, decisions, pairs=NONE, pixels=np.ones(4))
    assert found.outcome.tolist() == ["dropped", "kept"]
    assert found.reason[0] is Reason.ANOTHER_KEPT
    assert found.landmark.tolist() == [0, 1]
    truth = np.array([1, 1])
    assert right_kept(found, claims.label, truth).tolist() == [False, True]
    assert wrong_removed(found, claims.label, truth).tolist() == [True, False]


def test_each_photo_is_paired_with_those_most_like_it_under_its_landmark() -> None:
    claims, decisions = rows([0, 1, 2, 3], [0, 0, 0, 1])
    nearest = similar_pairs(claims, decisions, neighbours=1).tolist()
    assert nearest[0] == [0, 1]
    assert nearest[1:] in ([[0, 2]], [[1, 2]])
    assert similar_pairs(claims, decisions, neighbours=5).tolist() == [[0, 1], [0, 2], [1, 2]]
    assert len(similar_pairs(*rows([2, 3], [0, 1]), neighbours=3)) == 0


def test_photos_are_one_picture_only_where_pixels_confirm() -> None:
    claims, decisions = rows([0, 1, 2], [0, 0, 0])
    for confirm, dropped in ((_first, 1), (_no, 0)):
        found = without_duplicates(claims, decisions, CleanConfig(), confirm=confirm, pixels=np.ones(4))
        assert found.count(Outcome.DROPPED) == dropped


def test_five_copies_among_many_photos_become_one() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(60, 32)).astype(np.float32)
    vectors[10:15] = vectors[10] + rng.normal(scale=0.05, size=(5, 32))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    claims = Claims(vectors, np.arange(60), np.zeros(60, np.int64), vectors[:1], np.zeros(1, np.int64), 1)
    kept = np.full(60, Outcome.KEPT, object)
    reason = np.full(60, Reason.SHOWS_IT, object)
    decisions = Decisions(kept, reason, claims.label.copy(), np.full(60, -1), np.full(1, 0.5))

    def copies(pairs: Ints) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = (np.abs(pairs - 12) <= 2).sum(axis=1) == 2
        return found

    found = without_duplicates(claims, decisions, CleanConfig(), confirm=copies, pixels=np.arange(60.0))
    assert np.flatnonzero(found.outcome == Outcome.DROPPED).tolist() == [10, 11, 12, 13]
    assert set(found.same_as[10:14].tolist()) == {14}


def test_the_hash_ignores_brightness_and_size_and_sees_another_picture() -> None:
    rng = np.random.default_rng(0)

    def bits(one: Pixels, other: Pixels) -> int:
        hashes = [np.array([perceptual_hash(each)], np.uint64) for each in (one, other)]
        return int(differing_bits(*hashes)[0])

    small, other = (rng.integers(0, 200, (9, 9, 3)).astype(np.uint8) for _ in range(2))
    picture = small.repeat(28, axis=0).repeat(28, axis=1)
    assert bits(picture, picture + np.uint8(40)) == bits(picture, small) == 0
    assert bits(picture, other) > 16
    ramp = np.linspace(0, 255, LOOK_SIDE).astype(np.uint8)[None, :, None].repeat(LOOK_SIDE, 0).repeat(3, axis=2)
    assert perceptual_hash(ramp) == 2**64 - 1
    assert perceptual_hash(ramp[:, ::-1]) == 0
