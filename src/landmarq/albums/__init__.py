"""Albums: a person's library, kept up to date, and its pages."""

from landmarq.albums.corrections import Action, Corrections
from landmarq.albums.lesson import Lesson
from landmarq.albums.library import LIBRARY_FILE, AlbumPhoto, Library
from landmarq.albums.making import AlbumsReport, make_albums
from landmarq.albums.site import ALBUMS_JSON, INDEX_HTML, write_site
from landmarq.albums.teaching import Preview, accept, forget, load_taught, preview, taught_packs
from landmarq.albums.tree import Album, City, album_tree, albums_json

__all__ = [
    "ALBUMS_JSON",
    "INDEX_HTML",
    "LIBRARY_FILE",
    "Action",
    "Album",
    "AlbumPhoto",
    "AlbumsReport",
    "City",
    "Corrections",
    "Lesson",
    "Library",
    "Preview",
    "accept",
    "album_tree",
    "albums_json",
    "forget",
    "load_taught",
    "make_albums",
    "preview",
    "taught_packs",
    "write_site",
]
