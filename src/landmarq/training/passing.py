"""One pass over photos as a model sees them when it recognises: whole, squashed to a square."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from landmarq.training.augment import Squash, normalise
from landmarq.training.config import TrainConfig
from landmarq.training.data import Batch, PhotoReader, PhotoSet, load_batches
from landmarq.training.network import Embedder, image_statistics
from landmarq.training.sampler import Draw

BATCH = 64


def whole_photos(
    embedder: Embedder,
    config: TrainConfig,
    photos: PhotoSet,
    *,
    device: torch.device,
    unread: Callable[[str], None] | None = None,
) -> Iterator[tuple[Tensor, Batch]]:
    """Yield normalised pixels, (m, 3, size, size) on ``device``, and their batch, of the photos that can be read.

    ``unread`` is called with a line on each of the others.
    """
    size = config.augment.recognised_size
    reader = PhotoReader(photos, Squash(size), size=size, at_least=size)
    mean, std = (value.to(device) for value in image_statistics(embedder))
    draws = [Draw(index, 0) for index in range(len(photos))]
    batches = [draws[at : at + BATCH] for at in range(0, len(draws), BATCH)]
    workers = config.machine.readers(on_gpu=device.type == "cuda")
    for batch in load_batches(reader, batches, workers=workers):
        if unread is not None:
            for line in batch.unread:
                unread(line)
        if len(batch.labels):
            yield normalise(batch.pixels.to(device), mean, std), batch
