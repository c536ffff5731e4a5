"""Albums: a person's library, kept up to date, and its pages."""

from landmarq.albums.bursts import Burst, bursts
from landmarq.albums.corrections import Action, Corrections
from landmarq.albums.exporting import albums_csv, albums_geojson, albums_kml, albums_zip, link_albums
from landmarq.albums.lesson import Lesson, joined_pack
from landmarq.albums.library import LIBRARY_FILE, AlbumPhoto, Library
from landmarq.albums.making import AlbumsReport, make_albums
from landmarq.albums.preview import Contested, Preview, preview
from landmarq.albums.review import Doubt, doubts, most_similar
from landmarq.albums.site import ALBUMS_JSON, INDEX_HTML, write_site
from landmarq.albums.teaching import accept, forget, load_taught, taught_packs
from landmarq.albums.tree import Album, City, album_tree, albums_json

__all__ = [
    "ALBUMS_JSON",
    "INDEX_HTML",
    "LIBRARY_FILE",
    "Action",
    "Album",
    "AlbumPhoto",
    "AlbumsReport",
    "Burst",
    "City",
    "Contested",
    "Corrections",
    "Doubt",
    "Lesson",
    "Library",
    "Preview",
    "accept",
    "album_tree",
    "albums_csv",
    "albums_geojson",
    "albums_json",
    "albums_kml",
    "albums_zip",
    "bursts",
    "doubts",
    "forget",
    "joined_pack",
    "link_albums",
    "load_taught",
    "make_albums",
    "most_similar",
    "preview",
    "taught_packs",
    "write_site",
]
