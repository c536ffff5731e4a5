"""Stages are timed apart, on the same photos, in turn."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from landmarq.rivals.timing import BLOCK, Cost, Stages, measure
from landmarq.types import Pixels

FILES = [Path(str(number)) for number in range(2 * BLOCK)]


def decode(_: Path) -> Pixels:
    return np.zeros((2, 2, 3), np.uint8)


def taking(ms: float, log: list[str], name: str) -> Any:
    def stage(values: Sequence[Any]) -> Sequence[Any]:
        log.append(name)
        time.sleep(ms * len(values) / 1000)
        return values

    return stage


def test_each_stage_has_its_own_time() -> None:
    system = Stages(decode, taking(4, [], ""), taking(1, [], ""), taking(2, [], ""))
    (cost,) = measure([system], FILES)
    assert cost.network_ms >= 4
    assert 1 <= cost.search_ms < cost.network_ms
    assert cost.verification_ms >= 2
    assert cost.total_ms == pytest.approx(cost.decode_ms + cost.network_ms + cost.search_ms + cost.verification_ms)


def test_systems_take_turns_block_by_block() -> None:
    log: list[str] = []
    measure([Stages(decode, taking(0, log, name), list) for name in "ab"], FILES)
    assert log == ["a", "a", "b", "b"] * 2


def test_a_system_without_verification_spends_nothing_on_it() -> None:
    (cost,) = measure([Stages(decode, list, list)], FILES)
    assert cost.verification_ms < 0.1
    assert Cost(1, 2, 3, 4).total_ms == 10
