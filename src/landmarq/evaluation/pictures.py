"""Pictures that stand inside a page, so that it is one file."""

from __future__ import annotations

import base64
from collections.abc import Collection, Mapping

from landmarq.catalog import Catalog
from landmarq.photos import Photo, PhotoReader, PhotoView

THUMBNAIL_SIDE = 240


def thumbnails(catalog: Catalog, paths: Collection[str]) -> Mapping[str, str]:
    """Return a data URI for each of these photos that can be read, by its path in the catalog.

    The photos are decoded in processes of their own, with limits.
    """
    rows = [row for row in catalog.rows if row.path in paths]
    if not rows:
        return {}
    with PhotoReader() as reader:
        read = reader.photos(
            [catalog.file(row) for row in rows], PhotoView(THUMBNAIL_SIDE, thumbnail_side=THUMBNAIL_SIDE)
        )
        return {
            row.path: data_uri(photo.thumbnail, "image/jpeg")
            for row, (_, photo) in zip(rows, read, strict=True)
            if isinstance(photo, Photo)
        }


def data_uri(data: bytes, kind: str) -> str:
    """Return bytes as a URI that a page can show."""
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"
