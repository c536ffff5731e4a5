"""What a stage is to do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from landmarq.training.classes import Classes
from landmarq.training.config import TrainConfig
from landmarq.training.data import PhotoSet


@dataclass(frozen=True)
class StageJob:
    """What a stage is to do.

    Attributes:
        name: for the progress line.
        number: from 1; part of the seed.
        config: the recipe, with the stage's own epochs and size in it.
        classes: the classes and their order.
        train: the photos that train.
        validation: the photos that validate; may be empty.
        folder: where checkpoints go.
        board: where TensorBoard's event files go.
        fingerprint: of the stage's manifest.
    """

    name: str
    number: int
    config: TrainConfig
    classes: Classes
    train: PhotoSet
    validation: PhotoSet
    folder: Path
    board: Path
    fingerprint: str
