from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from landmarq.cleaning import (
    HASH_SIDE,
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
from landmarq.types import Ints

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


def _yes(pairs: Ints) -> NDArray[np.bool_]:
    return np.ones(len(pairs), bool)


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


def test_pairs_are_found_by_vectors_and_dropped_only_where_pixels_confirm() -> None:
    claims, decisions = rows([0, 1, 2], [0, 0, 0])
    assert similar_pairs(claims, decisions, similarity=0.95).tolist() == [[0, 1]]
    assert len(similar_pairs(claims, decisions, similarity=0.999)) == 0
    for confirm, dropped in ((_yes, 1), (_no, 0)):
        found = without_duplicates(claims, decisions, CleanConfig(), confirm=confirm, pixels=np.ones(4))
        assert found.count(Outcome.DROPPED) == dropped


def test_the_hash_ignores_brightness_and_sees_another_picture() -> None:
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 200, (HASH_SIDE, HASH_SIDE, 3), np.uint8)
    other = rng.integers(0, 200, (HASH_SIDE, HASH_SIDE, 3), np.uint8)
    assert differing_bits(perceptual_hash(picture), perceptual_hash(picture + np.uint8(40))) == 0
    assert differing_bits(perceptual_hash(picture), perceptual_hash(other)) > 16
    ramp = np.repeat(np.arange(HASH_SIDE, dtype=np.uint8)[None, :, None], HASH_SIDE, 0).repeat(3, axis=2)
    assert perceptual_hash(ramp) == 2**64 - 1
    assert perceptual_hash(ramp[:, ::-1]) == 0
