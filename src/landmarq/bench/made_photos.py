"""Photos of given sizes for measuring: enlarged ones with the grain of a camera, each file with other bytes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from landmarq.artifacts import storage_errors
from landmarq.photos import encode_jpeg, read_rgb
from landmarq.types import Floats, Pixels

SIDES = {1: (1152, 864), 4: (2304, 1728), 12: (4000, 3000), 48: (8000, 6000)}
"""Width and height by megapixels, as phones write them."""

_GRAIN = 5.0
_QUALITY = 90
_PICTURES = 4


def make_photos(
    folder: Path, *, megapixels: int, count: int, rng: np.random.Generator, sources: Sequence[Path] = ()
) -> list[Path]:
    """Write JPEGs of one size; a few pictures, repeated, each time with other bytes, so that every file is new.

    Enlarging smooths, and a smooth photo decodes too fast: grain brings a photo to the 0.23 to 0.26 bytes a pixel
    that phones write.

    Args:
        folder: where to; made.
        megapixels: a key of ``SIDES``.
        count: how many files.
        rng: grain, and pictures where there are no sources.
        sources: photos to enlarge; without any, pictures of noise with a spectrum like that of soft natural ones.

    Raises:
        PhotoError: a source can't be read.
        StorageError: no space.
    """
    width, height = SIDES[megapixels]
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        jpegs = []
        for number in range(min(count, _PICTURES)):
            small = read_rgb(sources[number % len(sources)], at_least=512) if sources else natural_noise(rng, 512)
            jpegs.append(encode_jpeg(with_grain(enlarged(small, width, height), rng), quality=_QUALITY))
        files = []
        for number in range(count):
            files.append(folder / f"IMG_{number:05}.jpg")
            files[-1].write_bytes(with_comment(jpegs[number % len(jpegs)], b"%08d" % number))
    return files


def with_comment(jpeg: bytes, text: bytes) -> bytes:
    """Return a JPEG with a comment segment after its start: the same picture in other bytes."""
    return jpeg[:2] + b"\xff\xfe" + (len(text) + 2).to_bytes(2, "big") + text + jpeg[2:]


def natural_noise(rng: np.random.Generator, side: int) -> Pixels:
    """Return a picture (side, side, 3) uint8 whose amplitudes fall with frequency, as those of natural ones do."""
    frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None])
    frequency[0, 0] = 1
    white = rng.standard_normal((3, side, side))
    picture: Floats = np.fft.irfft2(np.fft.rfft2(white) / frequency**1.5, s=(side, side))
    picture = (picture - picture.mean()) / picture.std() * 50 + 128
    return np.clip(picture, 0, 255).astype(np.uint8).transpose(1, 2, 0)


def enlarged(small: Pixels, width: int, height: int) -> Floats:
    """Return a picture at another size, (height, width, 3) float32, by linear interpolation."""
    rows, columns = (_weights(length, now) for length, now in ((height, small.shape[0]), (width, small.shape[1])))
    tall = np.tensordot(rows, small.astype(np.float32), axes=(1, 0))
    return np.stack([tall[..., channel] @ columns.T for channel in range(3)], axis=-1)


def _weights(length: int, now: int) -> Floats:
    """Return the matrix (length, now) float32 that interpolates ``now`` samples to ``length``."""
    at = np.linspace(0, now - 1, length)
    low = np.minimum(at.astype(np.int64), now - 2)
    weights = np.zeros((length, now), np.float32)
    weights[np.arange(length), low] = 1 - (at - low)
    weights[np.arange(length), low + 1] = at - low
    return weights


def with_grain(picture: Floats, rng: np.random.Generator) -> Pixels:
    """Return a picture (height, width, 3), 0 to 255, with the grain of a camera, uint8."""
    grain = rng.standard_normal((*picture.shape[:2], 1), np.float32) * np.float32(_GRAIN)
    return np.clip(picture + grain, 0, 255).astype(np.uint8)
