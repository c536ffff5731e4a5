"""Pictures of a pack's references: small, and only with a licence. An optional part of a pack.

``references.csv`` is a list of references as ``clean`` takes them, ``path,landmark,licence,author``; its paths are
``references/N.jpg``, N a row of the gallery's references. A photo whose licence is not known is not handed on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from landmarq.artifacts import atomic_write, check_file
from landmarq.catalog import read_references, write_table
from landmarq.errors import PackError

REFERENCES_CSV, REFERENCES_FOLDER = "references.csv", "references"
MAX_TABLE_BYTES = 2**28
"""No table of a pack is near this."""

PICTURE_SIDE = 256
"""Pixels of the longer side."""

_PATH = re.compile(rf"{REFERENCES_FOLDER}/(0|[1-9]\d{{0,8}})\.jpg")
_MAX_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class ReferencePicture:
    """The picture of one reference.

    Attributes:
        reference: row of the gallery's references.
        landmark: id of the landmark on it.
        licence: what may be done with it; never empty.
        author: whom to name; may be empty.
        file: where the JPEG lies.
    """

    reference: int
    landmark: str
    licence: str
    author: str
    file: Path

    def __post_init__(self) -> None:
        """Refuse a picture that nobody may hand on."""
        if self.reference < 0 or not self.licence.strip():
            raise ValueError(f"the picture of reference {self.reference} needs a licence")

    def jpeg(self) -> bytes | None:
        """Return the picture; None where it is gone, is a link, or is too large to be one of ours."""
        try:
            if self.file.is_symlink() or self.file.stat().st_size > _MAX_BYTES:
                return None
            return self.file.read_bytes()
        except OSError:
            return None


def read_pictures(folder: Path, *, owners: Sequence[str]) -> tuple[ReferencePicture, ...]:
    """Return the pictures in a pack's folder, by reference; none where it carries none.

    Args:
        folder: of the pack.
        owners: the landmark's id of each reference of the gallery.

    Raises:
        ArtifactError, CatalogError: the table can't be read.
        PackError: the table does not fit the gallery.
    """
    table = folder / REFERENCES_CSV
    if not table.exists():
        return ()
    check_file(table, at_most=MAX_TABLE_BYTES)
    found: dict[int, ReferencePicture] = {}
    for row in read_references(table).rows:
        named = _PATH.fullmatch(row.path)
        number = int(named[1]) if named else -1
        if not 0 <= number < len(owners) or owners[number] != row.landmark or number in found:
            raise PackError(f"{table} is damaged: {row.path} is no reference of {row.landmark}, or is there twice")
        if not row.licence:
            raise PackError(f"{table}: {row.path} names no licence")
        found[number] = ReferencePicture(number, row.landmark, row.licence, row.author, folder / row.path)
    return tuple(found[number] for number in sorted(found))


def write_picture(folder: Path, picture: ReferencePicture, jpeg: bytes) -> ReferencePicture:
    """Write the JPEG of a reference into a pack's folder; return the picture as it lies there."""
    file = folder / REFERENCES_FOLDER / f"{picture.reference}.jpg"
    with atomic_write(file) as stream:
        stream.write(jpeg)
    return replace(picture, file=file)


def save_pictures(folder: Path, pictures: Sequence[ReferencePicture]) -> None:
    """Write the table of a pack's pictures, and copy those that lie elsewhere; without any, none stay behind."""
    kept = []
    for picture in pictures:
        jpeg = None if picture.file.parent == folder / REFERENCES_FOLDER else picture.jpeg()
        kept.append(picture if jpeg is None else write_picture(folder, picture, jpeg))
    if not kept:
        (folder / REFERENCES_CSV).unlink(missing_ok=True)
        return
    rows = [(f"{REFERENCES_FOLDER}/{each.reference}.jpg", each.landmark, each.licence, each.author) for each in kept]
    write_table(folder / REFERENCES_CSV, ("path", "landmark", "licence", "author"), rows)
