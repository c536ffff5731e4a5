"""OpenCV, imported when it is needed."""

from __future__ import annotations

import functools
from typing import Any

from landmarq.errors import MissingExtraError


@functools.cache
def opencv() -> Any:
    """Return the module.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        import cv2
    except ImportError:
        raise MissingExtraError(what="Comparing local features", extra="local") from None
    # Photos are described side by side, one a core.
    cv2.setNumThreads(1)
    return cv2
