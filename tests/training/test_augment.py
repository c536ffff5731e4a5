from __future__ import annotations

import numpy as np
import torch
from PIL import Image

from landmarq.training.augment import Augment, Squash, normalise
from landmarq.training.config import AugmentConfig
from landmarq.types import Pixels

EVERYTHING = AugmentConfig(
    size=40,
    rotation_deg=10,
    perspective=0.2,
    hue=0.1,
    grayscale=0.3,
    blur=0.5,
    erasing=0.5,
    relative_ratio=True,
)


def photo(height: int = 60, width: int = 90) -> Pixels:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


def test_the_same_seed_gives_the_same_pixels_and_leaves_the_world_s_chance_alone() -> None:
    augment, before = Augment(EVERYTHING), torch.get_rng_state()
    first = augment(photo(), seed=3)
    assert first.shape == (3, 40, 40)
    assert first.dtype == torch.uint8
    assert torch.equal(first, augment(photo(), seed=3))
    assert not torch.equal(first, augment(photo(), seed=4))
    assert torch.equal(before, torch.get_rng_state())


def test_the_photo_itself_stays_as_it_is() -> None:
    original = photo()
    for seed in range(5):
        Augment(EVERYTHING)(original, seed=seed)
    assert np.array_equal(original, photo())


def test_crops_in_the_photo_s_own_shape_keep_it_whole_at_scale_one() -> None:
    config = AugmentConfig(
        size=30,
        crop_scale=(1, 1),
        crop_ratio=(1, 1),
        relative_ratio=True,
        flip=0,
        brightness=0,
        contrast=0,
        saturation=0,
    )
    assert torch.equal(Augment(config)(photo(), seed=0), Squash(30)(photo(), seed=0))


def test_squash_is_the_bilinear_resize_that_recognising_uses() -> None:
    smooth = np.kron(photo(8, 12), np.ones((16, 16, 1), np.uint8)).astype(np.uint8)
    expected = np.asarray(Image.fromarray(smooth).resize((50, 50), Image.Resampling.BILINEAR)).astype(int)
    squashed = Squash(50)(smooth, seed=0).permute(1, 2, 0).numpy().astype(int)
    assert np.abs(expected - squashed).max() <= 1


def test_normalise() -> None:
    pixels = torch.tensor([0, 255, 51], dtype=torch.uint8).view(1, 3, 1, 1)
    scaled = normalise(pixels, torch.tensor([0.5, 0.5, 0.0]), torch.tensor([0.5, 0.25, 1.0]))
    torch.testing.assert_close(scaled.flatten(), torch.tensor([-1.0, 2.0, 0.2]))
