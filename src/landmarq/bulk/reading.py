"""The photos of one source, one after the other, as bytes."""

from __future__ import annotations

import itertools
import tarfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from landmarq.bulk.locations import fetch, is_local, one_line, open_location
from landmarq.bulk.sources import Source
from landmarq.errors import InputError, PhotoError
from landmarq.photos.decode import MAX_FILE_BYTES
from landmarq.photos.kinds import PHOTO_SUFFIXES
from landmarq.types import Place

BYTES_COLUMNS = ("bytes", "image", "jpg")
PATH_COLUMNS = ("path", "url")
_ROWS = 32
"""Rows of a Parquet file held at once."""


@dataclass(frozen=True, slots=True)
class Item:
    """One photo to be read.

    Attributes:
        path: what the results call it.
        load: returns its bytes, or raises ``PhotoError`` (this photo) or ``InputError`` (the place it comes from).
        place: where it was taken, if its source says so; its EXIF is asked otherwise.
    """

    path: str
    load: Callable[[], bytes]
    place: Place | None = None


def items(source: Source) -> Iterator[Item]:
    """Yield the photos of a source, always in the same order.

    Raises:
        InputError: the source is not there any more, or is damaged from here on.
    """
    location = source.locations[0]
    if source.kind == "files":
        yield from (_file(each) for each in source.locations)
        return
    system, path = open_location(location)
    try:
        with system.open(path, "rb") as stream:
            yield from _tar(stream, location) if source.kind == "tar" else _parquet(stream, location, source.group)
    except InputError:
        raise
    except FileNotFoundError:
        raise InputError(f"{location} is not there any more") from None
    except (tarfile.TarError, EOFError, zlib.error, ValueError) as error:
        raise InputError(f"{location} is damaged: {one_line(error)}") from None
    except OSError as error:
        raise InputError(f"{location} can't be read: {one_line(error)}") from None


def _file(location: str) -> Item:
    return Item(location, lambda: fetch(location))


def _tar(stream: Any, location: str) -> Iterator[Item]:
    """Yield the photos of a tar file, read as a stream; all else in it is passed over."""
    with tarfile.open(fileobj=stream, mode="r|*") as archive:
        for member in archive:
            name = PurePosixPath(member.name)
            if member.isfile() and name.suffix.lower() in PHOTO_SUFFIXES and not name.name.startswith("."):
                path = f"{location}/{member.name}"
                if member.size > MAX_FILE_BYTES:
                    yield Item(path, _too_large)
                    continue
                file = archive.extractfile(member)
                data = file.read() if file else b""
                yield Item(path, _given(data))


def _parquet(stream: Any, location: str, group: int) -> Iterator[Item]:
    """Yield the photos of a row group: of a column of bytes, or of a column of paths."""
    from pyarrow import parquet

    file = parquet.ParquetFile(stream)
    names = file.schema_arrow.names
    column = next((each for each in (*BYTES_COLUMNS, *PATH_COLUMNS) if each in names), None)
    if column is None:
        wanted = ", ".join((*BYTES_COLUMNS, *PATH_COLUMNS))
        raise InputError(f"{location} has none of the columns {wanted}; it has {', '.join(names[:20])}")
    kind = str(file.schema_arrow.field(column).type)
    if not kind.startswith(("binary", "large_binary", "struct") if column in BYTES_COLUMNS else ("string", "large_s")):
        raise InputError(f"the column {column} of {location} is of {kind}: photos are bytes, their paths strings")
    columns = [each for each in (column, "path", "lat", "lon") if each in names]
    first = sum(file.metadata.row_group(at).num_rows for at in range(group))
    batches = file.iter_batches(batch_size=_ROWS, row_groups=[group], columns=columns)
    rows = itertools.chain.from_iterable(batch.to_pylist() for batch in batches)
    for number, row in enumerate(rows, start=first):
        value, path = row[column], row.get("path")
        place = place_of(row.get("lat"), row.get("lon"))
        if column in BYTES_COLUMNS:
            # A struct of bytes and path is how Hugging Face keeps pictures.
            data = value.get("bytes") if isinstance(value, Mapping) else value
            yield Item(str(path or f"{location}#{number}"), _given(data or b""), place)
        else:
            yield Item(str(value), _fetched(_absolute(str(value), location)), place)


def place_of(lat: object, lon: object) -> Place | None:
    """Return the place that two columns give, or None where they are empty or no place on the Earth."""
    if not isinstance(lat, int | float) or not isinstance(lon, int | float):
        return None
    try:
        return Place(float(lat), float(lon))
    except ValueError:
        return None


def _absolute(path: str, table: str) -> str:
    """Return a photo's location; a relative path starts from the table's folder."""
    if not is_local(path) or Path(path).is_absolute():
        return path
    first, chain, rest = table.partition("::")
    folder = first.rpartition("/")[0]
    return f"{folder}/{path}{chain}{rest}"


def _given(data: bytes) -> Callable[[], bytes]:
    return lambda: data


def _fetched(location: str) -> Callable[[], bytes]:
    return lambda: fetch(location)


def _too_large() -> bytes:
    raise PhotoError("the file is larger than a photo is", reason="too-large")
