"""k nearest neighbours against a naive loop, and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmarq.errors import InputError
from landmarq.rivals.neighbours import Neighbours, NeighboursConfig
from toys import unit_vectors


def test_by_hand() -> None:
    # Of the three nearest to (1, 0), one is of a (similarity 1), two of b (0.8 and 0.6): 1 / 3 against 1.4 / 3.
    pool = np.array([[1, 0], [0.8, 0.6], [0.6, 0.8], [-1, 0]], np.float32)
    (verdict,) = Neighbours(pool, ["a", "b", "b", "a"], NeighboursConfig(k=3)).verdicts(pool[:1])
    assert verdict.landmark == "b"
    assert verdict.score == pytest.approx(1.4 / 3)
    (first,) = Neighbours(pool, ["a", "b", "b", "a"]).verdicts(pool[:1])
    assert (first.landmark, first.score) == ("a", 1)


@given(st.integers(1, 7), st.integers(0, 99))
def test_against_a_loop(k: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    pool, asked = unit_vectors(random, 30), unit_vectors(random, 5)
    names = [str(number) for number in random.integers(0, 6, 30)]
    verdicts = Neighbours(pool, names, NeighboursConfig(k=k)).verdicts(asked)
    for vector, verdict in zip(asked, verdicts, strict=True):
        near = sorted(((float(vector @ each), name) for each, name in zip(pool, names, strict=True)), reverse=True)[:k]
        votes = {name: sum(s for s, other in near if other == name) / k for _, name in near}
        assert verdict.score == pytest.approx(max(votes.values()), abs=1e-5)
        assert votes[verdict.landmark] == pytest.approx(max(votes.values()), abs=1e-5)


def test_too_small_a_pool_is_refused() -> None:
    with pytest.raises(InputError, match="neighbours"):
        Neighbours(np.eye(2, dtype=np.float32), ["a", "b"], NeighboursConfig(k=3))
