from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from landmarq.cleaning.score import best_threshold, plain_decisions, score_decisions, scores_table, svg

LABEL = np.zeros(6, np.int64)
TRUTH = np.array([0, 0, 0, 0, -1, 1])
SCORES = np.array([0.9, 0.8, 0.7, 0.2, 0.6, 0.1])


def test_shares_are_worked_out_by_hand() -> None:
    decisions = plain_decisions(SCORES, LABEL, threshold=0.65)
    score, curve = score_decisions("rule", decisions, LABEL, TRUTH, scores=SCORES)
    assert (score.right, score.wrong) == (4, 2)
    assert (score.right_kept, score.wrong_removed) == (0.75, 1.0)
    assert score.balance == score.best_balance == 0.875
    # Kept from the top: right, right, right, wrong, right, wrong.
    assert curve.precision == pytest.approx([1, 1, 1, 3 / 4, 4 / 5, 4 / 6])
    assert curve.recall == pytest.approx([0.25, 0.5, 0.75, 0.75, 1, 1])
    assert curve.wrong_removed == pytest.approx([1, 1, 1, 0.5, 0.5, 0])
    assert best_threshold(SCORES, LABEL == TRUTH) == 0.7


def test_some_rows_are_counted_by_themselves_and_stand_in_the_table() -> None:
    decisions = plain_decisions(SCORES, LABEL, threshold=0.65)
    rows = np.array([True, False, False, True, False, True])
    score, curve = score_decisions("rule", decisions, LABEL, TRUTH, scores=SCORES, rows=rows, region="asia")
    assert (score.right, score.wrong, score.right_kept, score.wrong_removed) == (2, 1, 0.5, 1.0)
    assert curve.recall == pytest.approx([0.5, 1, 1])
    assert (
        scores_table([score]).splitlines()[2]
        == "| asia | 2 | 1 | rule | 50.0 % | 100.0 % | 75.0 % | 100.0 % | 100.0 % |"
    )


def test_rows_with_one_score_are_kept_or_dropped_together() -> None:
    same = np.full(6, 0.5)
    _, curve = score_decisions("rule", plain_decisions(same, LABEL, threshold=0.5), LABEL, TRUTH, scores=same)
    assert curve.recall.tolist() == [1.0]
    assert curve.precision == pytest.approx([4 / 6])


def test_the_drawing_is_well_formed_and_shows_names_as_text() -> None:
    _, curve = score_decisions("a < b", plain_decisions(SCORES, LABEL, threshold=0.5), LABEL, TRUTH, scores=SCORES)
    drawing = ET.fromstring(svg([curve]))
    assert "a < b" in {text.text for text in drawing.iter("{http://www.w3.org/2000/svg}text")}
