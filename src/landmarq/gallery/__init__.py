"""Galleries: what landmarks look like, as a few vectors each."""

from landmarq.gallery.building import build_gallery, centroids_of
from landmarq.gallery.config import GalleryConfig
from landmarq.gallery.gallery import Gallery, joined, open_gallery

__all__ = ["Gallery", "GalleryConfig", "build_gallery", "centroids_of", "joined", "open_gallery"]
