from __future__ import annotations

import numpy as np
import pytest

from landmarq.errors import InputError
from landmarq.evaluation.tail import false_alarm_tail


def test_below_the_bar_it_counts() -> None:
    scores = np.arange(100) / 100
    tail = false_alarm_tail(scores)
    assert tail.start == 0.89, "a tenth of the scores lies above"
    assert tail.rate(np.array([0.0, 0.5, 0.505, 0.89])).tolist() == [1.0, 0.5, 0.49, 0.11]


def test_beyond_the_bar_it_falls_exponentially_with_the_mean_excess() -> None:
    scores = np.arange(100) / 100
    tail = false_alarm_tail(scores)
    assert tail.scale == pytest.approx(np.mean(np.arange(1, 11) / 100))
    assert tail.rate(np.array([0.89 + tail.scale]))[0] == pytest.approx(0.1 / np.e)


def test_a_true_exponential_tail_is_found_far_beyond_the_data() -> None:
    rng = np.random.default_rng(0)
    tail = false_alarm_tail(rng.exponential(0.05, 4000))
    # At t the true rate is exp(-t / 0.05); at 0.5 it is 4.5e-5, where 4000 photos show nothing.
    assert tail.rate(np.array([0.5]))[0] == pytest.approx(np.exp(-10), rel=0.9)


def test_a_bounded_tail_is_estimated_too_high_and_not_too_low() -> None:
    rng = np.random.default_rng(1)
    tail = false_alarm_tail(rng.beta(2, 6, 4000))
    far = rng.beta(2, 6, 2_000_000)
    thresholds = np.array([0.6, 0.7, 0.8, 0.85])
    assert np.all(tail.rate(thresholds) >= [np.mean(far >= t) for t in thresholds])


def test_photos_without_a_candidate_are_never_accepted() -> None:
    tail = false_alarm_tail(np.concatenate([np.full(100, -np.inf), np.arange(100) / 100]))
    assert tail.rate(np.array([-5.0]))[0] == 0.5


@pytest.mark.parametrize(
    ("scores", "words"),
    [(np.arange(10) / 10, "too few"), (np.full(100, -np.inf), "0 non-landmark"), (np.full(50, 0.5), "all the same")],
)
def test_nothing_to_fit(scores: np.ndarray, words: str) -> None:
    with pytest.raises(InputError, match=words):
        false_alarm_tail(scores)
