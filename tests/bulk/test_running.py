"""How often a source is given out: the driver of a run alone, with a cluster that loses some of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bulk_toys import CONFIG, VIEW, Opener
from landmarq.bulk import BulkConfig, Output
from landmarq.bulk import running as module
from landmarq.bulk.output import PHOTOS_NAME, partition_name
from landmarq.bulk.running import Full
from landmarq.bulk.sources import Source


@dataclass(frozen=True)
class Lossy(module._Work):
    """A cluster that loses sources without a word: some the first time, some each time."""

    once: frozenset[int] = frozenset()
    always: frozenset[int] = frozenset()
    tries: Counter[int] = field(default_factory=Counter)

    def _run(
        self, sources: Sequence[Source], full: Full, config: BulkConfig, *, before: int, total: int
    ) -> tuple[dict[int, str], set[int]]:
        assert (config, full) == (CONFIG, {})
        assert 0 <= before < total
        done = set()
        for number in (each.number for each in sources):
            self.tries[number] += 1
            if number not in self.always and (number not in self.once or self.tries[number] > 1):
                self.output.write(f"{PHOTOS_NAME}/{partition_name(number, 0, 'end')}", b"x")
                if number % 2:  # of the others it is not said that they are done
                    done.add(number)
        return {}, done


@pytest.mark.parametrize("window", [1, 4, 100])
def test_what_is_lost_is_given_out_once_more_and_then_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opener: Opener, window: int
) -> None:
    monkeypatch.setattr(module, "_WINDOW", window)
    output = Output(str(tmp_path))
    sources = [Source(number, "files", (f"{number}.jpg",)) for number in range(20)]
    work = Lossy(output, opener, "x", VIEW, None, once=frozenset({0, 7, 19}), always=frozenset({1, 2, 18}))
    problems = work.run(sources, {}, CONFIG)
    assert problems == dict.fromkeys((1, 2, 18), "its workers died, or their machines: Ray's logs say more")
    assert work.tries == Counter({number: 2 if number in work.once | work.always else 1 for number in range(20)})
    assert len(output.partitions()) == 17
