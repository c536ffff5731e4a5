"""Catalogs of photos and tables of landmarks: what a person or a crawl says is on the photos."""

from landmarq.catalog.rows import Catalog, CatalogRow
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
    "read_catalog",
    "read_landmarks",
    "read_references",
    "write_landmarks",
    "write_table",
]
