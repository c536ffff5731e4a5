"""Catalogs of photos and tables of landmarks: what a person or a crawl says is on the photos."""

from landmarq.catalog.gldv2 import gldv2_catalog, gldv2_landmarks
from landmarq.catalog.rows import Catalog, CatalogRow
from landmarq.catalog.shards import unpack_gldv2, unpack_webdataset
from landmarq.catalog.sources import open_catalog
from landmarq.catalog.tables import (
    each_record,
    folder_catalog,
    read_catalog,
    read_landmarks,
    read_references,
    write_landmarks,
    write_table,
)

__all__ = [
    "Catalog",
    "CatalogRow",
    "each_record",
    "folder_catalog",
    "gldv2_catalog",
    "gldv2_landmarks",
    "open_catalog",
    "read_catalog",
    "read_landmarks",
    "read_references",
    "unpack_gldv2",
    "unpack_webdataset",
    "write_landmarks",
    "write_table",
]
