"""Embedding: photos into unit vectors, kept with the fingerprint of the model that made them."""

from landmarq.embed.store import KnownFile, StoredPhoto, VectorStore
from landmarq.embed.update import Progress, Update, Updater

__all__ = ["KnownFile", "Progress", "StoredPhoto", "Update", "Updater", "VectorStore"]
