"""A small world for the training tests: landmarks as patterns of colour, everyday photos as patches."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from landmarq.training.config import (
    AugmentConfig,
    MachineConfig,
    NetworkConfig,
    OptimiserConfig,
    SamplingConfig,
    ScheduleConfig,
    StageConfig,
    TrainConfig,
)
from training_toys import LANDMARKS, Listener, paint


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Compute with one thread: for pictures this small the others only wait. Processes started from here do too."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")
        yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with ``photos.csv``, ``landmarks.csv`` and their photos: four landmarks in two regions."""
    root = tmp_path_factory.mktemp("small-world")
    random = np.random.default_rng(7)
    rows = []
    for kind, landmark in enumerate(LANDMARKS):
        for number in range(11):
            name = f"photos/{landmark}-{number}.jpg"
            paint(root / name, kind=kind, random=random)
            rows.append((name, landmark, "train" if number < 8 else "val"))
    for number in range(14):
        name = f"photos/everyday-{number}.jpg"
        paint(root / name, kind=None, random=random)
        rows.append((name, "", "train_negative" if number < 9 else "val_negative"))
    with (root / "photos.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([("path", "landmark", "role"), *rows])
    with (root / "landmarks.csv").open("w", newline="") as stream:
        table = [(id_, id_, "Town", "Land", region, "", "") for id_, region in LANDMARKS.items()]
        csv.writer(stream).writerows([("id", "name", "city", "country", "region", "lat", "lon"), *table])
    return root


@pytest.fixture
def tiny() -> TrainConfig:
    """Return a recipe of seconds: a network of 0.4 million weights at 32 pixels, two stages."""
    return TrainConfig(
        precision="float32",
        network=NetworkConfig(backbone="test_resnet", weights="none", dimension=16),
        augment=AugmentConfig(size=32, crop_scale=(0.6, 1.0), flip=0),
        sampling=SamplingConfig(batch=12),
        optimiser=OptimiserConfig(backbone_rate=0.02, embedding_rate=0.05, classifier_rate=0.05, weight_decay=5e-4),
        schedule=ScheduleConfig(epochs=3),
        machine=MachineConfig(device="cpu", workers=0),
        stages=(StageConfig("europe", ("europe",)), StageConfig("asia", ("asia",))),
    )


@pytest.fixture
def listener() -> Listener:
    """Return ears."""
    return Listener()
