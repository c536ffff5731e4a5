"""Catalogs of photos and tables of landmarks: what a person or a crawl says is on the photos."""

from landmarq.catalog.gldv2 import gldv2_catalog, gldv2_landmarks, gldv2_test
from landmarq.catalog.regions import REGIONS, region_of
from landmarq.catalog.rows import Catalog, CatalogRow
from landmarq.catalog.shards import unpack_gldv2, unpack_webdataset
from landmarq.catalog.sources import open_catalog
from landmarq.catalog.tables import (
    each_record,
    folder_catalog,
    read_catalog,
    read_landmarks,
    read_references,
    write_catalog,
    write_landmarks,
    write_table,
)
from landmarq.catalog.wikidata import place_queries, read_places

__all__ = [
    "REGIONS",
    "Catalog",
    "CatalogRow",
    "each_record",
    "folder_catalog",
    "gldv2_catalog",
    "gldv2_landmarks",
    "gldv2_test",
    "open_catalog",
    "place_queries",
    "read_catalog",
    "read_landmarks",
    "read_places",
    "read_references",
    "region_of",
    "unpack_gldv2",
    "unpack_webdataset",
    "write_catalog",
    "write_landmarks",
    "write_table",
]
