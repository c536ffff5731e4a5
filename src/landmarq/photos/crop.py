"""A part of a photo, for benchmarks whose queries are boxes."""

from __future__ import annotations

from pathlib import Path

from landmarq.errors import PhotoError
from landmarq.photos.decode import MAX_SIDE, open_photo, read_bytes, squash, to_rgb
from landmarq.types import Pixels


def read_crop(path: Path, box: tuple[float, float, float, float], *, size: int, resampling: str = "bilinear") -> Pixels:
    """Return the part of a photo within a box, squashed to a square.

    Args:
        path: the photo; it is decoded at full size.
        box: left, top, right, bottom in pixels of the upright photo; what lies beyond the photo is cut off.
        size: side of the square.
        resampling: filter, as in the model's preprocessing.

    Returns:
        Array (size, size, 3), uint8, RGB.

    Raises:
        PhotoError: the file can't be read as a photo, or the box lies outside of it.
    """
    image = to_rgb(open_photo(read_bytes(path), name=path, at_least=MAX_SIDE).image)
    left, top, right, bottom = (round(side) for side in box)
    left, top, right, bottom = max(0, left), max(0, top), min(image.width, right), min(image.height, bottom)
    if left >= right or top >= bottom:
        raise PhotoError(f"the box {box} lies outside of the photo", reason="damaged")
    return squash(image.crop((left, top, right, bottom)), size=size, resampling=resampling)
