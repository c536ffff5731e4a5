from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmarq.training.config import ScheduleConfig
from landmarq.training.schedule import rate_factor


def test_the_paper_divides_by_ten_at_epochs_12_and_24_of_30() -> None:
    config = ScheduleConfig()
    factors = [rate_factor(config, epoch=epoch) for epoch in (0, 11.999, 12, 23.999, 24, 29.999)]
    assert factors == pytest.approx([1, 1, 0.1, 0.1, 0.01, 0.01])


def test_cosine_falls_from_one_to_the_last_share() -> None:
    config = ScheduleConfig(kind="cosine", epochs=10, last=0.2)
    factors = [rate_factor(config, epoch=epoch) for epoch in (0, 5, 10)]
    assert factors == pytest.approx([1, 0.2 + 0.8 * (1 + math.cos(math.pi / 2)) / 2, 0.2])


def test_warmup_rises_linearly_and_takes_half_of_a_short_stage_at_most() -> None:
    config = ScheduleConfig(kind="cosine", epochs=10, warmup_epochs=2)
    assert [rate_factor(config, epoch=epoch) for epoch in (0, 1, 2)] == pytest.approx([0, 0.5, 1])
    short = ScheduleConfig(kind="step", drops=(), epochs=2, warmup_epochs=50)
    assert [rate_factor(short, epoch=epoch) for epoch in (0.5, 1, 2)] == pytest.approx([0.5, 1, 1])


@given(epoch=st.floats(0, 30), warmup=st.floats(0, 40), kind=st.sampled_from(["step", "cosine"]))
def test_factors_lie_between_0_and_1(epoch: float, warmup: float, kind: str) -> None:
    config = ScheduleConfig(kind="cosine" if kind == "cosine" else "step", warmup_epochs=warmup)
    assert 0 <= rate_factor(config, epoch=epoch) <= 1
