"""Albums for other programs: CSV, GeoJSON, KML, a zip of the photos."""

from __future__ import annotations

import csv
import io
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
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for city, album in _albums(cities):
            taken: set[str] = set()
            for photo, _ in album.photos:
                data = open_file(photo.paths[0])
                if data is None:
                    continue
                name = _free(_plain(_name(photo.paths)), taken)
                archive.writestr(f"{_plain(city.city)}/{_plain(album.landmark.name)}/{name}", data)
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
    count, taken = 0, set[str]()
    for photo, _ in album.photos:
        link = place / _free(_plain(_name(photo.paths)), taken)
        if not link.is_symlink() and not link.exists():
            link.symlink_to(photo.paths[0])
            count += 1
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


def _free(name: str, taken: set[str]) -> str:
    """Return a name that no photo of the album has yet, whatever its case."""
    stem, dot, suffix = name.rpartition(".")
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{stem} {number}.{suffix}" if dot else f"{name} {number}"
    taken.add(free.casefold())
    return free
