from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from landmarq.metrics import Decisions, decisions, global_average_precision


def test_by_hand() -> None:
    # Ranked: right, non-landmark, right, wrong; the fourth landmark photo has no answer. M = 4.
    photos = decisions(
        [0.9, 0.8, 0.7, 0.6, None], ["a", "a", "b", "a", ""], ["a", "", "b", "b", "a"], known=frozenset("ab")
    )
    assert global_average_precision(photos) == pytest.approx((1 / 1 + 2 / 3) / 4)


def test_equal_scores_count_the_wrong_first() -> None:
    photos = decisions([0.5, 0.5], ["a", "a"], ["a", ""], known=frozenset("a"))
    assert global_average_precision(photos) == pytest.approx(1 / 2)


def test_no_answer_at_all_is_zero_right_of_some() -> None:
    assert global_average_precision(decisions([None], [""], ["a"], known=frozenset("a"))) == 0


def test_is_scikit_learns_average_precision_scaled_to_all_positives() -> None:
    rng = np.random.default_rng(1)
    positive = rng.random(300) < 0.5
    right = positive & (rng.random(300) < 0.8)
    scores = rng.normal(size=300) + right
    ours = global_average_precision(Decisions(scores, right, positive))
    assert ours == pytest.approx(average_precision_score(right, scores) * right.sum() / positive.sum())


@given(
    st.lists(st.tuples(st.sampled_from([0.1, 0.2, 0.3]), st.booleans(), st.booleans()), min_size=1), st.floats(-1, 1)
)
def test_is_a_naive_sum_and_another_negative_never_helps(rows: list[tuple[float, bool, bool]], score: float) -> None:
    rows = [(s, right and positive, positive) for s, right, positive in rows] + [(0.15, True, True)]
    photos = Decisions(*(np.array(column) for column in zip(*rows, strict=True)))
    ranked = sorted(rows, key=lambda row: (-row[0], row[1]))
    naive = 0.0
    for i, (_, right, _) in enumerate(ranked):
        if right:
            naive += sum(other for _, other, _ in ranked[: i + 1]) / (i + 1)
    got = global_average_precision(photos)
    assert got == pytest.approx(naive / sum(positive for _, _, positive in rows))
    more = Decisions(np.append(photos.scores, score), np.append(photos.right, False), np.append(photos.positive, False))
    assert global_average_precision(more) <= got + 1e-12
