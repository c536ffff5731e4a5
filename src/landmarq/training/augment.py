"""From a photo to the square the network sees: squashed at inference, cropped and varied in training."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torchvision.transforms import v2

from landmarq.training.config import AugmentConfig
from landmarq.types import Pixels

GREY = 124
"""Fills what a turned photo leaves empty."""


class Augment:
    """Random crop, mirror image, colour jitter and more, drawn anew for each seed.

    The same seed gives the same pixels in whatever process and order: a resumed run sees what an
    undisturbed one would have seen.
    """

    def __init__(self, config: AugmentConfig) -> None:
        """Make the transforms of a recipe."""
        size = [config.size, config.size]
        self.config = config
        self.after: list[nn.Module] = []
        if config.rotation_deg:
            self.after.append(v2.RandomRotation(config.rotation_deg, v2.InterpolationMode.BILINEAR, fill=GREY))
        if config.perspective:
            self.after.append(v2.RandomPerspective(config.perspective, p=1, fill=GREY))
        if config.flip:
            self.after.append(v2.RandomHorizontalFlip(config.flip))
        if any((config.brightness, config.contrast, config.saturation, config.hue)):
            self.after.append(v2.ColorJitter(config.brightness, config.contrast, config.saturation, config.hue))
        if config.grayscale:
            self.after.append(v2.RandomGrayscale(config.grayscale))
        if config.blur:
            self.after.append(v2.RandomApply([v2.GaussianBlur(5, (0.3, 1.5))], config.blur))
        if config.erasing:
            self.after.append(v2.RandomErasing(config.erasing, scale=(0.02, 0.2), value=GREY))
        crop = v2.RandomResizedCrop(size, scale=config.crop_scale, ratio=config.crop_ratio, antialias=True)
        self.crop: nn.Module = crop

    def __call__(self, photo: Pixels, *, seed: int) -> Tensor:
        """Return (3, size, size) uint8 of a photo (H, W, 3)."""
        pixels: Tensor = _to_tensor(photo)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            pixels = self._crop_for(pixels)(pixels)
            for transform in self.after:
                pixels = transform(pixels)
        return pixels

    def _crop_for(self, pixels: Tensor) -> nn.Module:
        if not self.config.relative_ratio:
            return self.crop
        own = pixels.shape[2] / pixels.shape[1]
        low, high = self.config.crop_ratio
        size = [self.config.size, self.config.size]
        crop: nn.Module = v2.RandomResizedCrop(
            size, scale=self.config.crop_scale, ratio=(low * own, high * own), antialias=True
        )
        return crop


class Squash:
    """The whole photo squashed to a square, bilinear: what a model sees when it recognises."""

    def __init__(self, size: int) -> None:
        """Keep the side of the square, pixels."""
        self.resize = v2.Resize([size, size], antialias=True)

    def __call__(self, photo: Pixels, *, seed: int) -> Tensor:
        """Return (3, size, size) uint8 of a photo (H, W, 3); nothing is random here."""
        del seed
        result: Tensor = self.resize(_to_tensor(photo))
        return result


def _to_tensor(photo: Pixels) -> Tensor:
    # A copy: decoded photos are read-only, and one kept in memory must stay as it is.
    return torch.from_numpy(np.array(photo)).permute(2, 0, 1)


def normalise(pixels: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    """Return float32 (N, 3, size, size), channels last, of uint8 pixels: (pixels / 255 - mean) / std.

    Args:
        pixels: (N, 3, size, size) uint8.
        mean: (3,) in units of pixels / 255.
        std: likewise.
    """
    scaled = pixels.float().div_(255)
    scaled.sub_(mean[:, None, None]).div_(std[:, None, None])
    return scaled.contiguous(memory_format=torch.channels_last)
