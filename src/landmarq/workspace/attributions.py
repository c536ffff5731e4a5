"""Whose photos a pack was learnt from: licence and author of each, as its catalog names them."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from landmarq.catalog import Catalog, write_table

ATTRIBUTIONS_NAME = "attributions.csv"


def write_attributions(pack: Path, photos: Catalog, *, landmarks: Collection[str]) -> int:
    """Write ``attributions.csv`` (``photo,landmark,licence,author,source``) beside a pack's files.

    A photo is named by its file's name alone: where it lay is nobody's business.

    Args:
        pack: the pack's folder.
        photos: the catalog that it was built of.
        landmarks: ids of the pack.

    Returns:
        Rows written; where no photo names a licence or an author, no file.
    """
    rows = [
        (photos.file(row).name, row.landmark, row.licence, row.author, row.source)
        for row in photos.rows
        if row.landmark in landmarks and (row.licence or row.author)
    ]
    if rows:
        write_table(pack / ATTRIBUTIONS_NAME, ("photo", "landmark", "licence", "author", "source"), rows)
    return len(rows)
