"""What a photo costs in each system, measured side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from landmarq.types import Pixels

BLOCK = 8
"""Photos that go through a stage together."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Stages:
    """One system, stage by stage; each takes what the one before gave, a list with one entry a photo.

    Attributes:
        decode: a file into pixels.
        network: pixels into vectors or local features.
        search: those into candidates.
        verification: candidates into a verdict; None where the search has decided.
    """

    decode: Callable[[Path], Pixels]
    network: Callable[[Sequence[Pixels]], Sequence[Any]]
    search: Callable[[Sequence[Any]], Sequence[Any]]
    verification: Callable[[Sequence[Any]], Sequence[Any]] | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds a photo, all cores at work, and the sum."""

    decode_ms: float
    network_ms: float
    search_ms: float
    verification_ms: float

    @property
    def total_ms(self) -> float:
        """All four together."""
        return self.decode_ms + self.network_ms + self.search_ms + self.verification_ms


def measure(systems: Sequence[Stages], files: Sequence[Path], progress: Progress | None = None) -> list[Cost]:
    """Time systems on the same photos, block by block in turn, so that a busy moment hits all alike.

    Each block is run once unmeasured first: photos of new shapes have kernels made for them.

    Returns:
        For each system the median over the blocks.
    """
    blocks = [files[start : start + BLOCK] for start in range(0, len(files), BLOCK)]
    spent: list[list[tuple[float, ...]]] = [[] for _ in systems]
    with ThreadPoolExecutor() as pool:
        for number, block in enumerate(blocks):
            for system, times in zip(systems, spent, strict=True):
                _run(system, block, pool)
                times.append(_run(system, block, pool))
            if progress:
                progress(number + 1, len(blocks))
    return [Cost(*np.median(np.array(times), axis=0).tolist()) for times in spent]


def _run(system: Stages, block: Sequence[Path], pool: ThreadPoolExecutor) -> tuple[float, float, float, float]:
    def decode(files: Sequence[Path]) -> Sequence[Pixels]:
        return list(pool.map(system.decode, files))

    value: Sequence[Any] = block
    spent = []
    for stage in (decode, system.network, system.search, system.verification):
        begun = time.perf_counter()
        if stage is not None:
            value = stage(value)
        spent.append(1000 * (time.perf_counter() - begun) / len(block))
    return spent[0], spent[1], spent[2], spent[3]
