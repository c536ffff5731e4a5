"""Embedding: photos into unit vectors, kept with the fingerprint of the model that made them."""

from landmarq.embed.lookup import CatalogVectors, LandmarkVectors, by_landmark, catalog_files, catalog_vectors
from landmarq.embed.store import KnownFile, StoredPhoto, VectorStore
from landmarq.embed.update import BATCH, THUMBNAIL_SIDE, Progress, Update, Updater

__all__ = [
    "BATCH",
    "THUMBNAIL_SIDE",
    "CatalogVectors",
    "KnownFile",
    "LandmarkVectors",
    "Progress",
    "StoredPhoto",
    "Update",
    "Updater",
    "VectorStore",
    "by_landmark",
    "catalog_files",
    "catalog_vectors",
]
