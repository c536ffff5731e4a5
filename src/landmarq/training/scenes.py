"""Scenes first: a folder of scenes as a catalog, for the plain classifier whose weights start the recogniser.

Boiarov & Tyantov, section 3.2: the network first learns to tell scenes apart (Places), then landmarks.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

from landmarq.catalog import Catalog, folder_catalog
from landmarq.errors import InputError

SPLITS = ("train", "val")


def is_split(root: Path) -> bool:
    """Tell whether a folder holds the folders ``train`` and ``val``, as Places365 does when it is unpacked."""
    return all((root / split).is_dir() for split in SPLITS)


def scenes_catalog(root: Path) -> Catalog:
    """Return the catalog of a folder with ``train`` and ``val``, each with one folder of photos a class.

    The rows carry these two roles.

    Raises:
        CatalogError: no photo in it.
        InputError: a folder ``train`` without classes.
    """
    rows = []
    for split in SPLITS:
        part = folder_catalog(root / split)
        rows += [dataclasses.replace(row, path=f"{split}/{row.path}", role=split) for row in part.rows]
    if not any(row.landmark for row in rows):
        raise InputError(f"{root / 'train'} holds no folders: give each class a folder of photos")
    return Catalog(tuple(rows), root)


def empty_classes(root: Path, catalog: Catalog) -> tuple[str, ...]:
    """Return the classes whose folder holds no photo; none where the catalog is not of folders, one for each class."""
    folder = root / SPLITS[0] if is_split(root) else root
    if not folder.is_dir() or any(row.source or not catalog.file(row).is_relative_to(root) for row in catalog.rows):
        return ()
    names = sorted(path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    return tuple(name for name in names if name not in catalog.landmarks)
