from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from landmarq.errors import StorageError
from landmarq.training.augment import Augment, Squash
from landmarq.training.config import AugmentConfig
from landmarq.training.data import Batch, PhotoReader, PhotoSet, least_side, load_batches
from landmarq.training.sampler import Draw
from landmarq.types import Pixels

DRAWS = [[Draw(0, 5), Draw(1, 6)], [Draw(2, 7), Draw(0, 8), Draw(1, 9)]]


@pytest.fixture
def photos(tmp_path: Path) -> PhotoSet:
    random = np.random.default_rng(0)
    files = [tmp_path / f"{number}.png" for number in range(3)]
    for file in files:
        Image.fromarray(random.integers(0, 256, (40, 60, 3), dtype=np.uint8)).save(file)
    return PhotoSet(tuple(files), np.array([4, 5, 6]))


def reader_of(photos: PhotoSet) -> PhotoReader:
    return PhotoReader(photos, Augment(AugmentConfig(size=16)), size=16, at_least=16)


@pytest.mark.filterwarnings("ignore:This DataLoader will create")  # on a machine with one core
@pytest.mark.parametrize(("workers", "keep"), [(0, True), (2, False), (1, True)])
def test_batches_are_the_same_however_they_are_read(photos: PhotoSet, workers: int, keep: bool) -> None:
    expected = list(load_batches(reader_of(photos), DRAWS, workers=0))
    reader = reader_of(photos)
    if keep:
        reader.keep_in_memory()
        for file in photos.files:
            file.unlink()
    batches = list(load_batches(reader, DRAWS, workers=workers))
    assert [batch.labels.tolist() for batch in batches] == [[4, 5], [6, 4, 5]]
    assert [batch.indices.tolist() for batch in batches] == [[0, 1], [2, 0, 1]]
    for batch, same in zip(batches, expected, strict=True):
        assert batch.pixels.shape[1:] == (3, 16, 16)
        assert torch.equal(batch.pixels, same.pixels)


def test_unread_photos_are_left_out_and_named(photos: PhotoSet) -> None:
    photos.files[1].write_bytes(b"no photo")
    photos.files[2].unlink()
    batches = list(load_batches(reader_of(photos), DRAWS, workers=0))
    assert [batch.indices.tolist() for batch in batches] == [[0], [0]]
    assert [len(batch.unread) for batch in batches] == [1, 2]
    assert str(photos.files[1]) in batches[0].unread[0]
    assert "\n" not in batches[0].unread[0]


@pytest.mark.parametrize("left", [0, 1, 2])
def test_fillers_make_two_photos_that_count_for_nothing(left: int) -> None:
    pixels = torch.full((left, 3, 8, 8), 9, dtype=torch.uint8)
    batch = Batch(pixels, torch.full((left,), 3), torch.arange(left), ())
    filled, labels, weights = batch.filled(torch.device("cpu"))
    assert filled.shape == (2, 3, 8, 8)
    assert len(labels) == 2
    assert weights.tolist() == [1.0] * left + [0.0] * (2 - left)


class Deadly:
    """A transform in which the process dies."""

    def __call__(self, photo: Pixels, *, seed: int) -> torch.Tensor:
        del photo, seed
        import os
        import signal

        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


def test_a_reading_process_that_is_killed_is_one_line(photos: PhotoSet) -> None:
    reader = PhotoReader(photos, Deadly(), size=16, at_least=16)
    with pytest.raises(StorageError, match=r"process that reads photos was killed.*lower machine\.workers"):
        list(load_batches(reader, DRAWS, workers=1))


def test_a_large_photo_keeps_enough_pixels_for_its_smallest_crop() -> None:
    assert least_side(AugmentConfig(size=100, crop_scale=(0.25, 1))) == 200
    assert Squash(20)(np.zeros((5, 9, 3), np.uint8), seed=0).shape == (3, 20, 20)
