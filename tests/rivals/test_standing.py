"""A rival's verdicts in the scorer's form."""

from __future__ import annotations

from pathlib import Path

import pytest

from landmarq.catalog import Catalog, CatalogRow
from landmarq.evaluation.labelled import labelled_photos
from landmarq.rivals.standing import as_answers
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
