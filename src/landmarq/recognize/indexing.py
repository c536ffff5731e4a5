"""Which galleries are so large that an index finds their landmarks faster than comparing all of them."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from landmarq.errors import MissingExtraError
from landmarq.gallery import Gallery
from landmarq.index.centroids import cached_index
from landmarq.recognize.candidates import IndexedPart
from landmarq.types import Floats

log = logging.getLogger(__name__)

EXACT_UP_TO = 5_000
"""Centroids up to which products with all of them are the fastest for a photo alone (docs/benchmarks.md, Search)."""

LEAST_RECALL = 0.99
"""Share of photos whose nearest centroid an index must find, measured when it was built; else none is used."""


def indexed_parts(galleries: Sequence[Gallery], folder: Path) -> tuple[IndexedPart, ...]:
    """Return the indexes of those galleries that are too large for exact products; each pack has its own.

    Args:
        galleries: in the order in which they are joined.
        folder: where built indexes are kept.

    Raises:
        StorageError: the folder can't be written.
    """
    starts = np.cumsum([0, *(each.size for each in galleries)])
    parts = []
    for gallery, first in zip(galleries, starts, strict=False):
        if len(gallery.centroids) > EXACT_UP_TO:
            try:
                index = cached_index(gallery.centroids, folder, fingerprint=array_fingerprint(gallery.centroids))
            except MissingExtraError as error:
                log.warning(
                    "%d centroids are compared one by one, for want of an index: %s", len(gallery.centroids), error
                )
                return ()
            if index.recall < LEAST_RECALL:
                log.warning("%d centroids are compared one by one: an index finds too few", len(gallery.centroids))
                continue
            parts.append(IndexedPart(int(first), int(first) + gallery.size, index))
    return tuple(parts)


def array_fingerprint(array: Floats) -> str:
    """Return the SHA-256 (hex) of an array's bytes."""
    return hashlib.sha256(np.ascontiguousarray(array).data).hexdigest()
