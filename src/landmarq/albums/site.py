"""The albums as pages that open from the disk: no server, no network, no script."""

from __future__ import annotations

import importlib.metadata
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from landmarq.albums.library import AlbumPhoto, Library
from landmarq.albums.tree import Album, City, albums_json
from landmarq.artifacts import atomic_write, fingerprint, storage_errors, write_json, write_text
from landmarq.pages import render
from landmarq.photos import UNSEEN_KINDS

ALBUMS_JSON, INDEX_HTML, THUMBS, PAGES = "albums.json", "index.html", "thumbs", "landmarks"
_UNSEEN_SUFFIXES = frozenset({".heic", ".heif", ".hif", ".tif", ".tiff"})


@dataclass(frozen=True, slots=True)
class _Shot:
    """One photo as the page shows it."""

    thumbnail: str
    original: str
    title: str
    date: str
    ratio: float


@dataclass(frozen=True, slots=True)
class _Card:
    """One album as the page shows it."""

    name: str
    page: str
    cover: str
    count: int
    dates: str


def write_site(library: Library, cities: Sequence[City]) -> None:
    """Write ``albums.json``, the pages and their thumbnails into the library's folder, each file atomically.

    Nothing is written where the pages show all this already; a thumbnail that was lost is written again.
    """
    folder = library.folder
    read, failed = library.counts()
    value = albums_json(cities, photos=read, failures=library.failures())
    edition = fingerprint({"albums": value, "version": importlib.metadata.version("landmarq")})
    shown = {photo.stored.content: photo for city in cities for album in city.albums for photo, _ in album.photos}
    _write_thumbnails(library, shown.values())
    if library.site_edition() == edition and (folder / INDEX_HTML).is_file() and (folder / ALBUMS_JSON).is_file():
        return
    library.remember_site("")  # until all is written, no edition is complete
    pages = {}
    for city in cities:
        for album in city.albums:
            pages[f"{_slug(album)}.html"] = render(
                "albums/landmark.html", city=city, album=album, dates=_dates(album), shots=_shots(folder, album)
            )
    for name, text in pages.items():
        write_text(folder / PAGES / name, text)
    overview = [(city, [_card(album) for album in city.albums]) for city in cities]
    write_text(
        folder / INDEX_HTML,
        render("albums/index.html", cities=overview, albums=len(pages), photos=read, failed=failed, shown=len(shown)),
    )
    write_json(folder / ALBUMS_JSON, value)
    _remove_others(folder / PAGES, set(pages))
    _remove_others(folder / THUMBS, {_thumbnail_name(photo) for photo in shown.values()})
    library.remember_site(edition)


def _write_thumbnails(library: Library, photos: Iterable[AlbumPhoto]) -> None:
    """Write the thumbnails that are not there."""
    folder = library.folder / THUMBS
    with storage_errors(folder):
        there = {file.name for file in os.scandir(folder) if file.stat().st_size} if folder.is_dir() else set()
    for photo in photos:
        name = _thumbnail_name(photo)
        jpeg = None if name in there else library.store.thumbnail(photo.stored.content)
        if jpeg:
            # The library has them too: waiting for the disk, one by one, would take longer than all else of a page.
            with atomic_write(folder / name, durable=False) as stream:
                stream.write(jpeg)


def _remove_others(folder: Path, kept: set[str]) -> None:
    if not folder.is_dir():
        return
    with storage_errors(folder):
        for path in folder.iterdir():
            if path.name not in kept:
                path.unlink()


def _card(album: Album) -> _Card:
    name = _slug(album)
    cover = f"{THUMBS}/{_thumbnail_name(album.cover)}"
    return _Card(album.landmark.name, f"{PAGES}/{name}.html", cover, len(album.photos), _dates(album, month="%b"))


def _shots(folder: Path, album: Album) -> list[_Shot]:
    return [
        _Shot(
            thumbnail=f"../{THUMBS}/{_thumbnail_name(photo)}",
            original=_link(folder / PAGES, photo),
            title=f"{Path(photo.paths[0]).name} · {_nearness(similarity)}",
            date=_day(photo.stored.taken),
            ratio=max(0.4, min(2.5, photo.stored.width / max(1, photo.stored.height))),
        )
        for photo, similarity in album.photos
    ]


def _nearness(similarity: float | None) -> str:
    return "named by hand" if similarity is None else f"similarity {similarity:.2f}"


def _link(page_folder: Path, photo: AlbumPhoto) -> str:
    """Return where a click leads: the original, or the preview of a photo that no browser shows."""
    original = Path(photo.paths[0])
    # Both count: a browser goes by the name of a file on the disk, and then finds what is in it.
    if photo.stored.kind in UNSEEN_KINDS or original.suffix.lower() in _UNSEEN_SUFFIXES:
        return f"../{THUMBS}/{_thumbnail_name(photo)}"
    try:
        # Relative, so that a drive with photos and albums can be moved as a whole.
        return quote(Path(os.path.relpath(original, Path(os.path.abspath(page_folder)))).as_posix())  # noqa: PTH100
    except ValueError:  # another drive of a Windows machine
        return original.absolute().as_uri()


def _thumbnail_name(photo: AlbumPhoto) -> str:
    return f"{photo.stored.sha256[:32]}.jpg"


def _slug(album: Album) -> str:
    """Return a file name for an album; ids come from strangers, so only plain characters pass."""
    plain = re.sub(r"[^a-z0-9_-]+", "-", album.landmark.id.lower()).strip("-")[:60]
    if plain == album.landmark.id:
        return plain
    import hashlib

    return f"{plain}-{hashlib.sha256(album.landmark.id.encode()).hexdigest()[:8]}"


def _dates(album: Album, *, month: str = "%B") -> str:
    if album.dates is None:
        return ""
    first, last = (moment.strftime(f"{month} %Y") for moment in album.dates)
    return first if first == last else f"{first} – {last}"


def _day(taken: datetime | None) -> str:
    return f"{taken.day} {taken:%b %Y}" if taken else ""
