"""Photos of a stage: read, varied, and put into batches by as many processes as the machine has to spare."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from landmarq.errors import PhotoError, StorageError
from landmarq.photos import read_rgb
from landmarq.training.config import AugmentConfig
from landmarq.training.sampler import Draw
from landmarq.types import Ints, Pixels


@dataclass(frozen=True)
class PhotoSet:
    """Photos and their classes.

    Attributes:
        files: where each photo lies.
        labels: class of each, (n,) int64; -1 (validation only) is a landmark or scene that is not trained.
    """

    files: tuple[Path, ...]
    labels: Ints

    def __post_init__(self) -> None:
        """Check that both are as long."""
        if len(self.files) != len(self.labels):
            raise ValueError(f"{len(self.files)} files but {len(self.labels)} labels")

    def __len__(self) -> int:
        """Return the number of photos."""
        return len(self.files)

    def subset(self, indices: Ints) -> PhotoSet:
        """Return the photos of these indices."""
        return PhotoSet(tuple(self.files[index] for index in indices.tolist()), self.labels[indices])


class Transform(Protocol):
    """Makes a square of a photo."""

    def __call__(self, photo: Pixels, *, seed: int) -> Tensor:
        """Return (3, size, size) uint8 of a photo (H, W, 3)."""


@dataclass(frozen=True)
class Batch:
    """Some photos, ready for the network.

    Attributes:
        pixels: (m, 3, size, size) uint8; only those that could be read.
        labels: (m,) int64.
        indices: (m,) int64, rows of the ``PhotoSet``.
        unread: a line for each photo that could not be read.
    """

    pixels: Tensor
    labels: Tensor
    indices: Tensor
    unread: tuple[str, ...]

    def filled(self, device: torch.device) -> tuple[Tensor, Tensor, Tensor]:
        """Return pixels, labels and weights (m,) on a device: a weight is 1, or 0 for a filler.

        Batch norm needs two photos, and every process must take part in a step: where fewer than two could be
        read, fillers that count for nothing take their place.
        """
        pixels, labels = self.pixels, self.labels
        missing = max(0, 2 - len(labels))
        if missing:
            like = pixels[:1] if len(labels) else pixels.new_zeros(1, *pixels.shape[1:])
            pixels = torch.cat([pixels, like.expand(missing, -1, -1, -1)])
            labels = torch.cat([labels, (labels[:1] if len(labels) else labels.new_zeros(1)).expand(missing)])
        weights = torch.ones(len(labels))
        weights[len(labels) - missing :] = 0
        return pixels.to(device), labels.to(device), weights.to(device)


def least_side(config: AugmentConfig) -> int:
    """Return the short side, pixels, that a photo must keep so that the smallest crop is not enlarged."""
    return math.ceil(config.size / math.sqrt(config.crop_scale[0]))


class PhotoReader(Dataset[tuple[Tensor | str, Draw]]):
    """Reads the photo of a draw; one that can't be read becomes the line that says why."""

    def __init__(self, photos: PhotoSet, transform: Transform, *, size: int, at_least: int) -> None:
        """Keep what to read and how.

        Args:
            photos: the photos.
            transform: from photo to square.
            size: side of that square, pixels.
            at_least: short side at which large photos may be decoded, pixels.
        """
        self.photos = photos
        self.transform = transform
        self.size = size
        self.at_least = at_least
        self._kept: dict[int, Pixels | str] = {}

    def keep_in_memory(self) -> None:
        """Decode all photos now; processes started later share them."""
        with ThreadPoolExecutor() as pool:
            self._kept = dict(enumerate(pool.map(self._read, range(len(self.photos)))))

    def __getitem__(self, draw: Draw) -> tuple[Tensor | str, Draw]:
        """Return the square of a draw, or why there is none."""
        photo = self._kept[draw.index] if self._kept else self._read(draw.index)
        return (photo if isinstance(photo, str) else self.transform(photo, seed=draw.seed)), draw

    def collate(self, items: Sequence[tuple[Tensor | str, Draw]]) -> Batch:
        """Make a batch of those that could be read."""
        read = [(pixels, draw.index) for pixels, draw in items if not isinstance(pixels, str)]
        indices = np.array([index for _, index in read], dtype=np.int64)
        return Batch(
            pixels=torch.stack([pixels for pixels, _ in read])
            if read
            else torch.empty((0, 3, self.size, self.size), dtype=torch.uint8),
            labels=torch.from_numpy(self.photos.labels[indices]),
            indices=torch.from_numpy(indices),
            unread=tuple(pixels for pixels, _ in items if isinstance(pixels, str)),
        )

    def _read(self, index: int) -> Pixels | str:
        file = self.photos.files[index]
        try:
            return read_rgb(file, at_least=self.at_least)
        except PhotoError as error:
            return f"{file}: {error}" if str(file) not in str(error) else str(error)


def _apart(worker: int) -> None:
    """Put a reading process into a group of its own: the Ctrl-C that the training answers politely is not for it."""
    del worker
    if hasattr(os, "setpgrp"):
        os.setpgrp()


def load_batches(reader: PhotoReader, batches: Sequence[Sequence[Draw]], *, workers: int) -> Iterator[Batch]:
    """Yield the batches in order, read ahead by ``workers`` processes (0: by this one).

    Raises:
        StorageError: a process that reads was killed, most likely for want of memory.
    """
    loader = DataLoader(
        reader,
        batch_sampler=batches,  # type: ignore[arg-type]  # any iterable of lists of keys serves
        num_workers=min(workers, len(batches)),
        collate_fn=reader.collate,
        prefetch_factor=4 if workers and batches else None,
        pin_memory=torch.cuda.is_available(),
        worker_init_fn=_apart,
    )
    try:
        yield from loader
    except RuntimeError as error:
        if "DataLoader worker" not in str(error):
            raise
        raise StorageError(
            "a process that reads photos was killed, most likely for want of memory: lower machine.workers or switch "
            "machine.cache off; the same command goes on from the last checkpoint"
        ) from None
