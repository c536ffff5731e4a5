from __future__ import annotations

import numpy as np
import pytest

from landmarq.errors import InputError
from landmarq.metrics import Decisions, decisions

KNOWN = frozenset({"eiffel", "colosseum"})


def test_a_photo_is_right_when_the_best_candidate_is_the_known_landmark_on_it() -> None:
    got = decisions(
        [0.3, 0.2, -0.1, None, 0.5, 0.1],
        ["eiffel", "eiffel", "colosseum", "", "eiffel", "eiffel"],
        ["eiffel", "colosseum", "colosseum", "eiffel", "", "big_ben"],
        known=KNOWN,
    )
    assert got.right.tolist() == [True, False, True, False, False, False]
    assert got.positive.tolist() == [True, True, True, True, False, False], "big_ben is unknown, hence a negative"
    assert got.scores[3] == -np.inf
    assert (got.n_positives, got.n_negatives, len(got)) == (4, 2, 6)
    assert got.right_scores.tolist() == [0.3, -0.1]
    assert got.wrong_scores.tolist() == [0.2, -np.inf]
    assert got.negative_scores.tolist() == [0.5, 0.1]


def test_an_unknown_landmark_named_by_its_own_id_is_still_not_right() -> None:
    got = decisions([0.3], ["big_ben"], ["big_ben"], known=KNOWN)
    assert not got.right[0]
    assert not got.positive[0]


def test_where_keeps_the_chosen_photos() -> None:
    got = decisions([0.3, 0.2], ["eiffel", "eiffel"], ["eiffel", ""], known=KNOWN)
    assert got.where(got.positive).scores.tolist() == [0.3]


@pytest.mark.parametrize(
    ("scores", "right", "positive", "words"),
    [
        ([], [], [], "no photos"),
        ([np.nan, 1.0], [False, False], [True, False], "1 of 2 scores"),
        ([np.inf], [False], [True], "1 of 1 scores"),
        ([1.0], [True], [False], "can't be right"),
        ([-np.inf], [True], [True], "can't be right"),
        ([1.0], [True, False], [True], "one length"),
    ],
)
def test_what_can_not_be_scored_is_refused(
    scores: list[float], right: list[bool], positive: list[bool], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        Decisions(np.array(scores, np.float64), np.array(right, np.bool_), np.array(positive, np.bool_))


def test_answers_for_other_photos_are_refused() -> None:
    with pytest.raises(InputError, match="not one a photo"):
        decisions([0.1], ["eiffel", "eiffel"], ["eiffel"], known=KNOWN)


def test_one_kind_of_photo_only_is_named() -> None:
    with pytest.raises(InputError, match="specificity means nothing"):
        decisions([0.1], ["eiffel"], ["eiffel"], known=KNOWN).need_both()
    with pytest.raises(InputError, match="sensitivity means nothing"):
        decisions([0.1], ["eiffel"], [""], known=KNOWN).need_both()
