"""The CSV files: catalogs, landmark tables and reference lists.

People's tables come from spreadsheets: a byte-order mark, semicolons or tabs between columns, Windows
paths. All are read; what can't be understood is one line that names the file and the row.
"""

from __future__ import annotations

import csv
import itertools
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from landmarq.artifacts import write_text
from landmarq.catalog.rows import Catalog, CatalogRow
from landmarq.errors import CatalogError
from landmarq.types import Landmark, Place

LANDMARK_COLUMNS = ("id", "name", "city", "country", "region", "lat", "lon")


def read_catalog(path: Path) -> Catalog:
    """Read a catalog CSV: ``path,landmark`` and optionally ``role,lat,lon,source,licence,author``.

    Other columns are left alone. Relative paths are relative to the CSV's folder. Whether the photos
    exist is found out when they are read.

    Raises:
        CatalogError: no such file, no such column, an empty path, a place that is not on the Earth.
    """
    rows = []
    for line, record in _records(path, required=("path", "landmark")):
        if not record["path"]:
            raise CatalogError(f"{path}, line {line}: the path is empty")
        rows.append(
            CatalogRow(
                path=record["path"],
                place=_place(record, f"{path}, line {line}"),
                # Millions of rows share these texts: each is kept once.
                landmark=sys.intern(record["landmark"]),
                role=sys.intern(record.get("role", "")),
                source=sys.intern(record.get("source", "")),
                licence=sys.intern(record.get("licence", "")),
                author=sys.intern(record.get("author", "")),
            )
        )
    if not rows:
        raise CatalogError(f"{path} has no rows")
    return Catalog(tuple(rows), path.parent)


def each_record(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a catalog CSV with all their columns, also those that ``read_catalog`` leaves alone.

    Raises:
        CatalogError: as ``read_catalog``.
    """
    return (record for _, record in _records(path, required=("path", "landmark")))


def folder_catalog(root: Path) -> Catalog:
    """Make a catalog of a folder with one folder of photos for each landmark, named by its id.

    Photos that lie directly in ``root`` are non-landmarks. Hidden files and folders are left out.

    Raises:
        CatalogError: no such folder, or no file in it.
    """
    if not root.is_dir():
        raise CatalogError(f"no such folder: {root}")
    rows = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            relative = (Path(folder) / name).relative_to(root)
            if not name.startswith("."):
                rows.append(CatalogRow(relative.as_posix(), relative.parts[0] if len(relative.parts) > 1 else ""))
    if not rows:
        raise CatalogError(f"{root} holds no photos")
    return Catalog(tuple(rows), root)


def read_landmarks(path: Path) -> tuple[Landmark, ...]:
    """Read a landmark table CSV: ``id,name,city,country,region,lat,lon``, optionally ``wikidata,category``.

    Raises:
        CatalogError: no such file or column, an empty or repeated id, a place that is not on the Earth.
    """
    landmarks: dict[str, Landmark] = {}
    for line, record in _records(path, required=LANDMARK_COLUMNS):
        id_ = record["id"]
        if not id_:
            raise CatalogError(f"{path}, line {line}: the id is empty")
        if id_ in landmarks:
            raise CatalogError(f"{path}, line {line}: the id {id_!r} is used twice; every landmark needs its own")
        landmarks[id_] = Landmark(
            id=id_,
            name=record["name"] or id_,
            city=record["city"],
            country=record["country"],
            region=record["region"],
            place=_place(record, f"{path}, line {line}"),
            wikidata=record.get("wikidata", ""),
            category=record.get("category", ""),
        )
    if not landmarks:
        raise CatalogError(f"{path} has no rows")
    return tuple(landmarks.values())


def read_references(path: Path) -> Catalog:
    """Read a reference list CSV: ``path,landmark``, a few rows a landmark.

    Raises:
        CatalogError: as ``read_catalog``, or a row without a landmark.
    """
    catalog = read_catalog(path)
    for row in catalog.rows:
        if not row.landmark:
            raise CatalogError(f"{path}: the reference {row.path} names no landmark")
    return catalog


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV (UTF-8, commas, line feeds) atomically."""
    lines: list[str] = []
    writer = csv.writer(_Lines(lines), lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    write_text(path, "".join(lines))


def write_catalog(path: Path, rows: Iterable[CatalogRow]) -> None:
    """Write a catalog that ``read_catalog`` reads back to equal rows."""
    fields = (
        (
            *(row.path, row.landmark, row.role),
            *((row.place.lat, row.place.lon) if row.place else ("", "")),
            *(row.source, row.licence, row.author),
        )
        for row in rows
    )
    write_table(path, ("path", "landmark", "role", "lat", "lon", "source", "licence", "author"), fields)


def write_landmarks(path: Path, landmarks: Iterable[Landmark]) -> None:
    """Write a landmark table that ``read_landmarks`` reads back to equal values."""
    rows = [
        (
            *(landmark.id, landmark.name, landmark.city, landmark.country, landmark.region),
            *((landmark.place.lat, landmark.place.lon) if landmark.place else ("", "")),
            *(landmark.wikidata, landmark.category),
        )
        for landmark in landmarks
    ]
    write_table(path, (*LANDMARK_COLUMNS, "wikidata", "category"), rows)


class _Lines:
    """The writable that the csv module asks for."""

    def __init__(self, lines: list[str]) -> None:
        self.write = lines.append


def _records(path: Path, *, required: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line number, stripped fields by column) for every row that is not blank; the file streams through."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            yield from _rows(stream, path, required)
    except FileNotFoundError:
        raise CatalogError(f"no such file: {path}") from None
    except UnicodeDecodeError as error:
        raise CatalogError(f"{path} is not UTF-8 text ({error.reason}): save it as UTF-8") from None
    except OSError as error:
        raise CatalogError(f"{path} can't be read: {error.strerror}") from None


def _rows(stream: TextIO, path: Path, required: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    header = stream.readline()
    reader = csv.reader(itertools.chain([header], stream), delimiter=max(",;\t", key=header.count))
    try:
        columns = [name.strip().lower() for name in next(reader, [])]
        missing = [name for name in required if name not in columns]
        if missing:
            raise CatalogError(
                f"{path} lacks the column {missing[0]!r}; its first line must name {', '.join(required)}"
            )
        for fields in reader:
            if any(field.strip() for field in fields):
                yield reader.line_num, _record(columns, fields, f"{path}, line {reader.line_num}")
    except csv.Error as error:
        raise CatalogError(f"{path}, line {reader.line_num}: {error}") from None


def _record(columns: Sequence[str], fields: Sequence[str], where: str) -> dict[str, str]:
    if len(fields) != len(columns):
        raise CatalogError(f"{where}: {len(fields)} fields where the first line names {len(columns)}")
    return {column: field.strip() for column, field in zip(columns, fields, strict=True)}


def _place(record: Mapping[str, str], where: str) -> Place | None:
    lat, lon = record.get("lat", ""), record.get("lon", "")
    if not lat and not lon:
        return None
    try:
        return Place(float(lat), float(lon))
    except ValueError:
        raise CatalogError(f"{where}: {lat!r}, {lon!r} is not a place (degrees, such as 48.8584, 2.2945)") from None
