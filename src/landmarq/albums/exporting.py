"""Albums for other programs: CSV, GeoJSON, KML, a zip of the photos."""

from __future__ import annotations

import csv
import io
import itertools
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as XML

from landmarq.albums.tree import Album, City
from landmarq.artifacts import storage_errors
from landmarq.errors import StorageError

_CHUNK = 2**20
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_FORBIDDEN = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')


def albums_csv(cities: Sequence[City]) -> str:
    """Return a table with one row a photo and landmark; file names, no paths."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["city", "country", "landmark", "id", "name", "taken", "lat", "lon", "similarity"])
    for city, album in _albums(cities):
        for photo, similarity in album.photos:
            place, taken = photo.stored.place, photo.stored.taken
            rows.writerow(
                [
                    *map(_cell, (city.city, city.country, album.landmark.name, album.landmark.id, _name(photo.paths))),
                    taken.isoformat() if taken else "",
                    place.lat if place else "",
                    place.lon if place else "",
                    "" if similarity is None else round(similarity, 4),
                ]
            )
    return out.getvalue()


def albums_geojson(cities: Sequence[City]) -> dict[str, Any]:
    """Return a FeatureCollection (RFC 7946) with a point for each landmark whose place is known."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [album.landmark.place.lon, album.landmark.place.lat]},
                "properties": {
                    "id": album.landmark.id,
                    "name": album.landmark.name,
                    "city": city.city,
                    "country": city.country,
                    "photos": len(album.photos),
                },
            }
            for city, album in _albums(cities)
            if album.landmark.place
        ],
    }


def albums_kml(cities: Sequence[City]) -> bytes:
    """Return a KML 2.2 document: a folder for each city, a placemark for each landmark whose place is known."""
    root = XML.Element("kml", xmlns="http://www.opengis.net/kml/2.2")
    document = XML.SubElement(root, "Document")
    XML.SubElement(document, "name").text = "Landmarks in my photos"
    for city in cities:
        folder = XML.SubElement(document, "Folder")
        XML.SubElement(folder, "name").text = _xml(city.city)
        for album in city.albums:
            if album.landmark.place:
                mark = XML.SubElement(folder, "Placemark")
                XML.SubElement(mark, "name").text = _xml(album.landmark.name)
                XML.SubElement(mark, "description").text = f"{len(album.photos)} photos"
                point = XML.SubElement(mark, "Point")
                XML.SubElement(point, "coordinates").text = f"{album.landmark.place.lon},{album.landmark.place.lat},0"
    xml: bytes = XML.tostring(root, encoding="utf-8", xml_declaration=True)
    return xml


def albums_zip(cities: Sequence[City], *, open_file: Callable[[str], bytes | None]) -> Iterator[bytes]:
    """Yield the bytes of a zip file: city / landmark / photo. Photos are stored as they are, none twice in an album.

    Args:
        cities: the albums.
        open_file: returns a photo's bytes by its path, or None where it may not or can't be read: it is left out.
    """
    stream = _Pipe()
    taken: set[str] = set()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for city, album in _albums(cities):
            for photo, _ in album.photos:
                data = open_file(photo.paths[0])
                if data is None:
                    continue
                path = "/".join(map(_plain, (city.city, album.landmark.name, _name(photo.paths))))
                archive.writestr(next(free for free in _numbered(path) if _take(free, taken)), data)
                yield stream.take()
    yield stream.take()


def link_albums(cities: Sequence[City], folder: Path) -> int:
    """Make folders city / landmark with a link to each photo; return the number of links. What is there stays.

    Raises:
        StorageError: the folder can't be written, or the system makes no links there.
    """
    with storage_errors(folder):
        try:
            return sum(_link(city, album, folder) for city, album in _albums(cities))
        except NotImplementedError:
            raise StorageError(f"this system makes no links in {folder}") from None


def _link(city: City, album: Album, folder: Path) -> int:
    place = folder / _plain(city.city) / _plain(album.landmark.name)
    place.mkdir(parents=True, exist_ok=True)
    count = 0
    for photo, _ in album.photos:
        for name in _numbered(_plain(_name(photo.paths))):
            link = place / name
            if link.is_symlink() and str(link.readlink()) == photo.paths[0]:
                break
            if not link.is_symlink() and not link.exists():
                link.symlink_to(photo.paths[0])
                count += 1
                break
    return count


class _Pipe:
    """What a zip is written to, handing on what it was given so far.

    No ``io`` class: those close themselves when nobody holds them, and the zip of a download that was broken off
    still writes its end.
    """

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(self._parts[-1])

    def flush(self) -> None:
        """Hold nothing back."""

    def close(self) -> None:
        """Stay open: nothing has to be let go."""

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def _albums(cities: Sequence[City]) -> Iterator[tuple[City, Album]]:
    return ((city, album) for city in cities for album in city.albums)


def _name(paths: Sequence[str]) -> str:
    return Path(paths[0]).name


def _cell(text: str) -> str:
    """Keep a spreadsheet from taking a name for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _xml(text: str) -> str:
    """Leave out characters that XML 1.0 can't hold."""
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)


def _plain(name: str) -> str:
    """Return a name that every file system takes, and that leads nowhere else."""
    text = _FORBIDDEN.sub("_", name).strip(" .")[:120]
    return text or "_"


def _numbered(path: str) -> Iterator[str]:
    """Yield a path, and then others with a number before the suffix."""
    yield path
    folder, slash, name = path.rpartition("/")
    stem, dot, suffix = name.rpartition(".")
    for number in itertools.count(2):
        yield f"{folder}{slash}" + (f"{stem} {number}.{suffix}" if dot else f"{name} {number}")


def _take(path: str, taken: set[str]) -> bool:
    """Take a path unless it is taken, whatever its case; tell whether it was free."""
    if path.casefold() in taken:
        return False
    taken.add(path.casefold())
    return True
