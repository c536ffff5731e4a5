"""Photos at another size, their shape kept."""

from __future__ import annotations

from landmarq.local_features.opencv import opencv
from landmarq.types import Pixels


def resized(photo: Pixels, *, width: int, height: int) -> Pixels:
    """Return a photo (h, w, 3) at another size, (height, width, 3): means where it shrinks, bilinear where it grows."""
    cv2 = opencv()
    if photo.shape[:2] == (height, width):
        return photo
    shrinks = width * height < photo.shape[0] * photo.shape[1]
    result: Pixels = cv2.resize(photo, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    return result


def with_short_side(photo: Pixels, side: int) -> Pixels:
    """Return a photo with its shorter side at most ``side`` pixels; smaller ones stay as they are."""
    height, width = photo.shape[:2]
    scale = side / min(height, width)
    if scale >= 1:
        return photo
    return resized(photo, width=max(1, round(width * scale)), height=max(1, round(height * scale)))
