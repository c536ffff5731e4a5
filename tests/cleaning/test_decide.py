from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmarq.cleaning import Claims, CleanConfig, Evidence, Outcome, Reason, decide, thresholds


def claims(labels: list[int], *, photos: list[int] | None = None) -> Claims:
    vectors = np.eye(8, dtype=np.float32)
    photo = np.array(photos if photos is not None else range(len(labels)))
    return Claims(vectors, photo, np.array(labels), vectors[:3], np.arange(3), 3)


def evidence(rows: list[tuple[float, float, float]]) -> Evidence:
    """The probability of landmarks 0, 1 and 2 for each photo; the rest is everyday."""
    given_rows = np.array(rows + [(0.0, 0.0, 0.0)] * (8 - len(rows)), np.float32)
    return Evidence(np.tile(np.arange(3), (8, 1)), given_rows, 1 - given_rows.sum(axis=1))


def test_each_row_gets_what_its_probabilities_say() -> None:
    judged = decide(
        claims([0, 0, 0, 0, 0, -1]),
        evidence([(0.9, 0, 0), (0.5, 0.4, 0), (0.05, 0.9, 0), (0.05, 0, 0), (0.05, 0.5, 0.45), (0.9, 0, 0)]),
        CleanConfig(keep_above=0.6),
    )
    assert judged.outcome.tolist() == ["kept", "unsure", "relabelled", "dropped", "dropped", "kept"]
    assert judged.reason.tolist() == [
        *(Reason.SHOWS_IT, Reason.DOUBTFUL, Reason.ANOTHER, Reason.EVERYDAY, Reason.UNLIKE, Reason.NO_LANDMARK)
    ]
    assert judged.landmark.tolist() == [0, 0, 1, 0, 0, -1]


def test_a_photo_taken_far_away_is_never_kept() -> None:
    judged = decide(
        claims([0, 0]), evidence([(0.9, 0, 0), (0.1, 0, 0)]), CleanConfig(keep_above=0.6), far=np.array([True, True])
    )
    assert judged.outcome.tolist() == ["unsure", "dropped"]
    assert judged.reason[0] is Reason.FAR


def test_the_threshold_from_an_error_is_worked_out_by_hand() -> None:
    # Of the best 1, 2, 3 and 4 rows an estimated 0.12, 0.32, 0.62 and 1.02 are wrong, of all 11.02.
    probability = np.array([0.6, 0.88, *[0.0] * 10, 0.7, 0.8], np.float32)
    label = np.zeros(14, np.int64)
    for error, found in ((0.02, 0.88), (0.03, 0.8), (0.06, 0.7), (0.1, 0.6)):
        assert thresholds(probability, label, 1, CleanConfig(error=error))[0] == pytest.approx(found)
    assert thresholds(probability, label, 1, CleanConfig(keep_above=0.7))[0] == 0.7


@given(
    probabilities=st.lists(st.sampled_from([0.0, 0.1, 0.55, 0.6, 0.75, 0.8, 0.89]), min_size=1, max_size=30),
    error=st.floats(0.01, 0.5),
)
def test_no_more_of_the_wrong_rows_stay_than_is_said_and_no_lower_threshold_does(
    probabilities: list[float], error: float
) -> None:
    probability = np.array(probabilities)
    found = thresholds(
        probability.astype(np.float32), np.zeros(len(probability), np.int64), 1, CleanConfig(error=error)
    )

    def staying(threshold: float) -> float:
        return float((1 - probability[probability >= threshold]).sum() / (1 - probability).sum())

    assert staying(found[0] - 1e-6) <= error + 1e-6
    lower = probability[(probability >= 0.5) & (probability < found[0] - 1e-6)]
    assert not len(lower) or staying(float(lower.max())) > error - 1e-6


def test_what_is_more_probably_wrong_is_never_kept_and_what_is_nearly_sure_always() -> None:
    label = np.zeros(3, np.int64)
    assert thresholds(np.array([0.1, 0.2, 0.6], np.float32), label, 1, CleanConfig(error=0.6))[0] == 0.5
    assert thresholds(np.array([0.99, 0.98, 0.91], np.float32), label, 1, CleanConfig())[0] == 0.9
    assert thresholds(np.empty(0, np.float32), label[:0], 1, CleanConfig())[0] == 0.9


def test_each_landmark_has_its_own_threshold_or_there_is_one_for_all() -> None:
    probability = np.array([0.88, 0.88, 0.6, 0.6, 0.0, 0.0], np.float32)
    label = np.array([0, 1, 1, 1, 1, 1])
    one = thresholds(probability, label, 2, CleanConfig(error=0.38))
    assert one == pytest.approx([0.6, 0.6])
    # Ten rows stand for all: three of 0, four of 0.6, three of 0.88. With them an estimated 2.08 of 5.08 wrong rows of
    # the first landmark would stay at 0.6, of the second 2.88 of 7.88.
    own = thresholds(probability, label, 2, CleanConfig(error=0.38, per_landmark=True))
    assert own == pytest.approx([0.88, 0.6])


@given(
    probabilities=st.lists(st.floats(0, 1, width=32), min_size=1, max_size=8),
    low=st.floats(0.3, 0.9),
    step=st.floats(0, 0.1),
)
def test_a_higher_threshold_never_keeps_more(probabilities: list[float], low: float, step: float) -> None:
    rows = claims([0] * len(probabilities))
    shown = evidence([(each, 0.0, 0.0) for each in probabilities])

    def kept(threshold: float) -> set[int]:
        return set(np.flatnonzero(decide(rows, shown, CleanConfig(keep_above=threshold)).outcome == Outcome.KEPT))

    assert kept(low + step) <= kept(low)


def test_every_row_has_one_outcome() -> None:
    rng = np.random.default_rng(3)
    shares = rng.dirichlet(np.ones(4), 8)[:, :3]
    judged = decide(claims([0, 1, 2, 0, 1, 2, -1, 0]), evidence([tuple(row) for row in shares.tolist()]), CleanConfig())
    assert sum(judged.count(outcome) for outcome in Outcome) == 8
