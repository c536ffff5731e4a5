"""Pictures that landmarq itself makes: pixels into JPEG and PNG, and back from its own JPEGs."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from landmarq.photos.decode import open_photo, to_rgb
from landmarq.types import Pixels


def encode_jpeg(pixels: Pixels, *, quality: int = 85) -> bytes:
    """Return the JPEG of pixels (height, width, 3) uint8 RGB."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=quality)
    return out.getvalue()


def encode_png(pixels: NDArray[np.uint8]) -> bytes:
    """Return the PNG of pixels (height, width, 3 or 4) uint8, RGB or RGBA."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def decode_jpeg(data: bytes) -> Pixels:
    """Return the pixels (height, width, 3) of a JPEG that landmarq made, such as a thumbnail.

    Strangers' files are for ``PhotoReader``, which reads them in a process with limits.
    """
    return np.asarray(to_rgb(open_photo(data, name=Path("own.jpg"), at_least=1 << 20).image))
