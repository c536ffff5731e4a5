"""Scalars for TensorBoard."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from torch.utils.tensorboard import SummaryWriter

from landmarq.artifacts import storage_errors


class Board:
    """Event files in a folder; what a resumed run writes again takes the place of what it wrote before.

    Scalars: ``train/loss``, ``train/gradient_norm``, ``train/photos_per_s`` and ``rate/...`` a step;
    ``validation/...`` an epoch.
    """

    def __init__(self, folder: Path, *, step: int) -> None:
        """Open the folder; scalars of ``step`` and later are forgotten.

        Raises:
            StorageError: no space or no permission.
        """
        self._folder = folder
        with storage_errors(folder):
            self._writer = SummaryWriter(str(folder), purge_step=step)

    def write(self, scalars: Mapping[str, float], *, step: int) -> None:
        """Write scalars by name.

        Raises:
            StorageError: no space.
        """
        with storage_errors(self._folder):
            for name, value in scalars.items():
                self._writer.add_scalar(name, value, step)

    def flush(self) -> None:
        """Bring everything to disk.

        Raises:
            StorageError: no space.
        """
        with storage_errors(self._folder):
            self._writer.flush()

    def close(self) -> None:
        """Close the files.

        Raises:
            StorageError: no space.
        """
        with storage_errors(self._folder):
            self._writer.close()
