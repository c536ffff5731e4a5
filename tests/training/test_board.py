from __future__ import annotations

import threading
from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from landmarq.errors import StorageError
from landmarq.training.board import Board


def test_what_a_resumed_run_writes_again_takes_the_place_of_what_was_written_before(tmp_path: Path) -> None:
    first = Board(tmp_path / "board", step=0)
    for step in range(4):
        first.write({"train/loss": 4.0 - step, "rate/backbone": 0.5}, step=step)
    first.close()
    again = Board(tmp_path / "board", step=2)
    again.write({"train/loss": 7.0}, step=2)
    again.flush()
    told = EventAccumulator(str(tmp_path / "board")).Reload()
    assert [(each.step, each.value) for each in told.Scalars("train/loss")] == [(0, 4.0), (1, 3.0), (2, 7.0)]
    assert [each.step for each in told.Scalars("rate/backbone")] == [0, 1]
    again.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_one_line_and_no_thread_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "open", lambda path, mode: open("/dev/full", "wb"))  # noqa: ARG005, PTH123, SIM115
    threads = threading.active_count()
    board = Board(tmp_path, step=0)
    assert threading.active_count() == threads
    with pytest.raises(StorageError, match="no space left"):
        board.flush()
    with pytest.raises(StorageError, match="no space left"):
        board.close()
