from __future__ import annotations

import numpy as np
import pytest

from landmarq.cleaning import (
    LOOK_SIDE,
    Decisions,
    Outcome,
    Reason,
    is_drawing,
    set_drawings_aside,
    staying,
)
from landmarq.types import Pixels


def page(colour: int = 255) -> Pixels:
    return np.full((LOOK_SIDE, LOOK_SIDE, 3), colour, np.uint8)


def line_drawing(*, paper: int = 255, every: int = 12) -> Pixels:
    """Crossing dark lines, three pixels wide."""
    drawn = page(paper)
    for offset in range(3):
        drawn[offset::every] = 20
        drawn[:, offset::every] = 20
    return drawn


def photo(seed: int = 0) -> Pixels:
    """A bright sky without clouds over something with texture."""
    rng = np.random.default_rng(seed)
    shown = page(250)
    shown[100:] = rng.integers(0, 256, (LOOK_SIDE - 100, LOOK_SIDE, 3))
    return shown


def test_lines_on_white_are_a_drawing_and_no_noise_of_a_scanner_changes_that() -> None:
    assert is_drawing(line_drawing())
    noise = np.random.default_rng(0).integers(-6, 7, (LOOK_SIDE, LOOK_SIDE, 3))
    assert is_drawing(np.clip(line_drawing(paper=249).astype(int) + noise, 0, 255).astype(np.uint8))


@pytest.mark.parametrize(
    ("shown", "lacks"),
    [
        (photo(), "few colours: it has white and sharp edges"),
        (page(), "sharp edges: it has white and one colour"),
        (line_drawing(paper=120), "white: it has few colours and sharp edges"),
    ],
)
def test_what_lacks_one_of_the_three_is_none(shown: Pixels, lacks: str) -> None:
    assert not is_drawing(shown), lacks


def test_only_rows_that_stay_are_looked_at_and_drawings_become_unsure_under_their_own_label() -> None:
    outcome = np.array([Outcome.KEPT, Outcome.KEPT, Outcome.RELABELLED, Outcome.DROPPED, Outcome.UNSURE], object)
    decisions = Decisions(
        outcome=outcome,
        reason=np.array([Reason.SHOWS_IT, Reason.NO_LANDMARK, Reason.ANOTHER, Reason.UNLIKE, Reason.DOUBTFUL], object),
        landmark=np.array([0, -1, 1, 0, 0]),
        same_as=np.full(5, -1),
        threshold=np.full(2, 0.6),
    )
    assert staying(decisions).tolist() == [0, 2]
    aside = set_drawings_aside(decisions, np.array([2]), np.array([0, -1, 0, 0, 0]))
    assert aside.outcome.tolist() == ["kept", "kept", "unsure", "dropped", "unsure"]
    assert (aside.reason[2], aside.landmark[2]) == (Reason.DRAWING, 0)
    assert decisions.outcome[2] == Outcome.RELABELLED
