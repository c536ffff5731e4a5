"""The second look of ``--verify local``: references described from their photos."""

from __future__ import annotations

from pathlib import Path

from landmarq.catalog import read_references
from landmarq.embed import THUMBNAIL_SIDE
from landmarq.errors import InputError
from landmarq.local_features import LocalFeatures, RootSift
from landmarq.photos import Photo, PhotoReader, PhotoView, ReadLimits, decode_jpeg
from landmarq.recognize.local_check import LocalCheck, LocalCheckConfig


def local_check(
    references: Path, *, config: LocalCheckConfig | None = None, limits: ReadLimits | None = None
) -> LocalCheck:
    """Describe the photos of a reference list, at the size at which photos are looked at again.

    Raises:
        CatalogError: the list can't be read.
        InputError: none of its photos can be.
        MissingExtraError: OpenCV is not installed.
    """
    listed, describer = read_references(references), RootSift()
    described: dict[str, list[LocalFeatures]] = {}
    view = PhotoView(describer.at_least, thumbnail_side=THUMBNAIL_SIDE)
    with PhotoReader(limits) as reader:
        for row, (_, photo) in zip(listed.rows, reader.photos(listed.files(), view), strict=True):
            if isinstance(photo, Photo):
                described.setdefault(row.landmark, []).extend(describer.describe([decode_jpeg(photo.thumbnail)]))
    if not described:
        raise InputError(f"none of the photos of {references} can be read")
    return LocalCheck(described, describer=describer, config=config)
