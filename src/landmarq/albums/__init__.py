"""Albums: a person's library, kept up to date, and its pages."""

from landmarq.albums.library import LIBRARY_FILE, AlbumPhoto, Library
from landmarq.albums.making import AlbumsReport, make_albums
from landmarq.albums.site import ALBUMS_JSON, INDEX_HTML, write_site
from landmarq.albums.tree import Album, City, album_tree, albums_json

__all__ = [
    "ALBUMS_JSON",
    "INDEX_HTML",
    "LIBRARY_FILE",
    "Album",
    "AlbumPhoto",
    "AlbumsReport",
    "City",
    "Library",
    "album_tree",
    "albums_json",
    "make_albums",
    "write_site",
]
