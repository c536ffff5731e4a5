from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from landmarq.cleaning import Decisions, Outcome, Reason
from landmarq.cleaning.answers import Answers, follow, numbered, rows_of
from landmarq.errors import CatalogError

ROW = ("a.jpg", "tower")


def test_every_answer_is_on_disk_at_once_and_can_be_taken_back(tmp_path: Path) -> None:
    answers = Answers(tmp_path / "answers.csv")
    answers.set(ROW, "dome")
    answers.set(("b.jpg", "tower"), "")
    again = Answers(tmp_path / "answers.csv")
    assert (again.get(ROW), again.get(("b.jpg", "tower")), len(again)) == ("dome", "", 2)
    assert again.shown() == [("a.jpg", "dome")]
    again.set(ROW, None)
    assert Answers(tmp_path / "answers.csv").get(ROW) is None


def test_a_table_of_something_else_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "answers.csv").write_text("path,landmark\na.jpg,tower\n")
    with pytest.raises(CatalogError, match="lacks the column 'shows'"):
        Answers(tmp_path / "answers.csv")


def test_a_person_s_word_decides(tmp_path: Path) -> None:
    answers = Answers(tmp_path / "answers.csv")
    answers.set(("0", "tower"), "tower")
    answers.set(("1", "tower"), "")
    answers.set(("2", "tower"), "dome")
    answers.set(("4", "tower"), "unheard of")
    rows = [(str(at), "tower") for at in range(5)]
    places, shown = numbered(rows_of(answers, rows), ("tower", "dome"))
    outcome = np.full(5, Outcome.UNSURE, object)
    before = Decisions(
        outcome, np.full(5, Reason.DOUBTFUL, object), np.zeros(5, np.int64), np.full(5, -1), np.array([0.5, 0.5])
    )
    done = follow(before, places, shown, np.zeros(5, np.int64))
    assert done.outcome.tolist() == ["kept", "dropped", "relabelled", "unsure", "unsure"]
    assert done.landmark.tolist() == [0, 0, 1, 0, 0]
    assert done.reason.tolist() == [*[Reason.PERSON] * 3, *[Reason.DOUBTFUL] * 2]
    assert before.count(Outcome.UNSURE) == 5
