"""Small pictures of a pack's references, for those who want to see what a photo was compared with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from landmarq.catalog import Catalog, CatalogRow
from landmarq.errors import PhotoError
from landmarq.pack import PICTURE_SIDE, ReferencePicture, write_picture
from landmarq.photos import PhotoReader, PhotoView, ReadLimits


def write_reference_pictures(
    folder: Path, catalog: Catalog, rows: Sequence[CatalogRow], *, limits: ReadLimits | None = None
) -> tuple[ReferencePicture, ...]:
    """Write the pictures of some references into a pack's folder, without their EXIF.

    Args:
        folder: of the pack.
        catalog: the list of references, which says where the photos lie.
        rows: the photo of each row of the gallery's references; one without a licence is left out.
        limits: of reading photos.

    Returns:
        The pictures that were written, by reference.
    """
    side = PICTURE_SIDE
    licensed = {number: row for number, row in enumerate(rows) if row.licence}
    written = []
    with PhotoReader(limits) as reader:
        files = [catalog.file(row) for row in licensed.values()]
        view = PhotoView(32, thumbnail_side=side, at_least=side)
        for (number, row), (file, photo) in zip(licensed.items(), reader.photos(files, view), strict=True):
            if not isinstance(photo, PhotoError):
                picture = ReferencePicture(number, row.landmark, row.licence, row.author, file)
                written.append(write_picture(folder, picture, photo.thumbnail))
    return tuple(written)
