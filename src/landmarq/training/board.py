"""Scalars for TensorBoard."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

from landmarq.artifacts import storage_errors

VERSION = "brain.Event:2"


class Board:
    """An event file in a folder; what a resumed run writes again takes the place of what it wrote before.

    Scalars: ``train/loss``, ``train/gradient_norm``, ``train/photos_per_s`` and ``rate/...`` a step;
    ``validation/...`` an epoch. Written by this thread: torch's writer has one of its own, which tells of a full disk
    in a traceback.
    """

    def __init__(self, folder: Path, *, step: int) -> None:
        """Open a file in the folder; scalars of ``step`` and later in its older files are forgotten.

        Raises:
            StorageError: no space or no permission.
        """
        self._folder = folder
        with storage_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            # TensorBoard reads the files in the order of their names.
            self._stream = (folder / f"events.out.tfevents.{time.time_ns()}").open("xb")
        self._records = RecordWriter(self._stream)
        self._write(Event(step=step, file_version=VERSION))
        self._write(Event(step=step, session_log=SessionLog(status=SessionLog.START)))

    def write(self, scalars: Mapping[str, float], *, step: int) -> None:
        """Write scalars by name.

        Raises:
            StorageError: no space.
        """
        values = [Summary.Value(tag=name, simple_value=value) for name, value in scalars.items()]
        self._write(Event(step=step, summary=Summary(value=values)))

    def flush(self) -> None:
        """Bring everything to disk.

        Raises:
            StorageError: no space.
        """
        with storage_errors(self._folder):
            self._records.flush()

    def close(self) -> None:
        """Close the file.

        Raises:
            StorageError: no space.
        """
        with storage_errors(self._folder):
            self._records.close()

    def _write(self, event: Event) -> None:
        event.wall_time = time.time()
        with storage_errors(self._folder):
            self._records.write(event.SerializeToString())
