"""A rival's verdicts in the scorer's form."""

from __future__ import annotations

from pathlib import Path

import pytest

from landmarq.catalog import Catalog, CatalogRow
from landmarq.evaluation.answers import Answer
from landmarq.evaluation.labelled import labelled_photos
from landmarq.evaluation.offline import OfflineConfig, evaluate
from landmarq.evaluation.scored import score
from landmarq.rivals.standing import as_answers, beside
from landmarq.rivals.verdict import NOTHING, Verdict

ROWS = tuple(CatalogRow(f"{n}.jpg", "a" if n < 3 else "", "test" if n < 3 else "test_negative") for n in range(103))
PHOTOS = labelled_photos(Catalog(ROWS, Path()))


def verdicts() -> dict[str, Verdict]:
    scores = [9, 5, 2, *([1] * 98), 4, 8]
    return {
        row.path: Verdict("a" if n != 1 else "b", score)
        for n, (row, score) in enumerate(zip(ROWS, scores, strict=True))
    }


def test_one_of_a_hundred_negatives_is_accepted() -> None:
    answers = as_answers(PHOTOS, verdicts(), {})
    assert [answer.path for answer in answers if answer.landmarks] == ["0.jpg", "1.jpg", "102.jpg"]
    assert answers[1].best == "b"


def test_no_candidate_and_unread_photos_are_rejected() -> None:
    given = verdicts() | {"0.jpg": NOTHING}
    del given["2.jpg"]
    answers = as_answers(PHOTOS, given, {"2.jpg": "damaged"})
    assert (answers[0].score, answers[0].best) == (None, "")
    assert answers[2].error == "damaged"


def test_half_an_answer_is_refused() -> None:
    with pytest.raises(ValueError, match="both"):
        Verdict("", 3)


def test_two_systems_photo_by_photo_by_hand() -> None:
    """At 99 % one of the hundred everyday photos may pass: the bar is the second highest of their scores."""

    def answers(of_landmarks: list[float], of_others: list[float]) -> tuple[Answer, ...]:
        scores = [*of_landmarks, *of_others, *([-9.0] * (100 - len(of_others)))]
        return tuple(
            Answer(row.path, score, "a", ("a",) if score >= 0 else ()) for row, score in zip(ROWS, scores, strict=True)
        )

    ours, other = answers([3, 3, -1], [4, 2]), answers([3, 1, 1], [2, 0])
    reports = [evaluate(PHOTOS, each, name="", config=OfflineConfig()) for each in (ours, other)]
    found = beside(score(PHOTOS, ours), reports[0], score(PHOTOS, other), reports[1])
    by_bar = {(each.negatives, each.specificity): (each.only_ours, each.only_other) for each in found}
    assert by_bar["non-landmarks", 0.99] == (0, 1), "bars just above 2 and 0: ours finds two, the other all three"
    assert by_bar["non-landmarks", 0.999] == (0, 1), "bars just above 4 and 2: none, and one"
    assert all(each.p_value == 1 for each in found), "one photo proves nothing"
