"""A catalog from whatever holds it: a CSV, a folder for each landmark, Google Landmarks v2, WebDataset shards."""

from __future__ import annotations

from pathlib import Path

from landmarq.catalog.gldv2 import gldv2_catalog, is_gldv2
from landmarq.catalog.rows import Catalog
from landmarq.catalog.shards import unpack_webdataset
from landmarq.catalog.tables import folder_catalog, read_catalog


def open_catalog(path: Path, *, unpacked: Path) -> Catalog:
    """Open a catalog by what is there.

    Args:
        path: a CSV; a folder with the tables of Google Landmarks v2; a folder of ``.tar`` shards (WebDataset) or one
            such shard; or a folder with one folder of photos for each landmark.
        unpacked: where the photos of shards are taken out to.

    Raises:
        CatalogError: nothing of these, or it is damaged.
    """
    if path.suffix.lower() == ".tar":
        return unpack_webdataset([path], unpacked)
    if not path.is_dir():
        return read_catalog(path)
    if is_gldv2(path):
        return gldv2_catalog(path)
    shards = sorted(path.glob("*.tar"))
    return unpack_webdataset(shards, unpacked) if shards else folder_catalog(path)
