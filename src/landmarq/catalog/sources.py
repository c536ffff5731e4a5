"""A catalog from whatever holds it: a CSV, a folder for each landmark, Google Landmarks v2, WebDataset shards."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from landmarq.artifacts import Manifest
from landmarq.catalog.gldv2 import TRAIN, TRAIN_FOLDER, gldv2_catalog, is_gldv2, is_unpacked
from landmarq.catalog.rows import Catalog
from landmarq.catalog.shards import WEBDATASET_CATALOG, unpack_gldv2, unpack_webdataset
from landmarq.catalog.tables import folder_catalog, read_catalog
from landmarq.errors import CatalogError

_SCHEMA = 1


def open_catalog(path: Path, *, unpacked: Path) -> Catalog:
    """Open a catalog by what is there.

    Args:
        path: a CSV; a folder with the tables of Google Landmarks v2, and its photos or its shards; a folder of ``.tar``
            shards (WebDataset) or one such shard; or a folder with one folder of photos for each landmark.
        unpacked: where the photos of shards are taken out to; shards that did not change are not read again.

    Raises:
        CatalogError: nothing of these, or it is damaged.
        StorageError: no space.
    """
    if path.suffix.lower() == ".tar":
        return _webdataset([path], unpacked)
    if not path.is_dir():
        return read_catalog(path)
    if is_gldv2(path):
        return _gldv2(path, unpacked)
    shards = sorted(path.glob("*.tar"))
    return _webdataset(shards, unpacked) if shards else folder_catalog(path)


def _webdataset(shards: Sequence[Path], unpacked: Path) -> Catalog:
    manifest = _manifest(shards)
    if manifest.is_done(unpacked):
        return read_catalog(unpacked / WEBDATASET_CATALOG)
    catalog = unpack_webdataset(shards, unpacked)
    manifest.save(unpacked)
    return catalog


def _gldv2(folder: Path, unpacked: Path) -> Catalog:
    catalog = gldv2_catalog(folder, clean=not (folder / TRAIN).is_file())
    shards = sorted([*folder.glob("images_*.tar"), *(folder / TRAIN_FOLDER).glob("images_*.tar")])
    if is_unpacked(folder) or not shards:
        return catalog
    manifest = _manifest(shards)
    if not manifest.is_done(unpacked):
        for shard in shards:
            unpack_gldv2(shard, unpacked)
        manifest.save(unpacked)
    rows = (dataclasses.replace(row, path=row.path.removeprefix(f"{TRAIN_FOLDER}/")) for row in catalog.rows)
    return Catalog(tuple(rows), unpacked)


def _manifest(shards: Sequence[Path]) -> Manifest:
    """Return what tells whether these shards are those that were unpacked: names, sizes, times."""
    try:
        found = [(shard, shard.stat()) for shard in shards]
    except OSError as error:
        raise CatalogError(f"no such shard: {error.filename}") from None
    return Manifest("unpack", _SCHEMA, {}, {shard.name: f"{info.st_size} {info.st_mtime_ns}" for shard, info in found})
