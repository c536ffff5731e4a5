"""The columns of results: what was read of a photo, what is on it, and its vector.

The answer's columns are the fields of ``landmarq recognize --json``.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from landmarq.bulk.decoding import Read
from landmarq.errors import PhotoError
from landmarq.recognize import Recognition
from landmarq.types import Floats, Pixels, Place, Vectors

_MATCH = pa.struct(
    [
        *((name, pa.string()) for name in ("id", "name", "city", "country")),
        *((name, pa.float64()) for name in ("lat", "lon", "similarity")),
    ]
)
ANSWER = [
    ("landmarks", pa.list_(_MATCH)),
    ("score", pa.float64()),
    ("best", pa.struct([("id", pa.string()), ("similarity", pa.float64())])),
    ("place_used", pa.bool_()),
    ("reason", pa.string()),
]
PHOTO = [
    ("path", pa.string()),
    ("error", pa.string()),
    ("error_kind", pa.string()),
    ("sha256", pa.string()),
    ("bytes", pa.int64()),
    ("mtime_ns", pa.int64()),
    ("width", pa.int32()),
    ("height", pa.int32()),
    ("taken", pa.string()),
    ("lat", pa.float64()),
    ("lon", pa.float64()),
    ("notes", pa.list_(pa.string())),
]


def photo_table(reads: Sequence[Read], *, size: int) -> bytes:
    """Return what was read of some photos, with their pixels (size, size, 3), as an Arrow stream."""
    rows = [_photo_row(read) for read in reads]
    arrays = [pa.array([row.get(name) for row in rows], kind) for name, kind in PHOTO]
    pixels = [None if isinstance(read.photo, PhotoError) else read.photo.pixels.tobytes() for read in reads]
    arrays.append(pa.array(pixels, pa.binary(size * size * 3)))
    return to_stream(pa.table(arrays, [*(name for name, _ in PHOTO), "pixels"]))


def pixels_and_places(table: pa.Table, *, size: int) -> tuple[Pixels, list[Place | None], np.ndarray[Any, Any]]:
    """Return pixels (n, size, size, 3) and places of the photos that could be read, and which rows those are, (n,)."""
    column = table["pixels"].combine_chunks()
    readable = np.flatnonzero(column.is_valid())
    whole = column.drop_null()
    each = size * size * 3
    flat = np.frombuffer(whole.buffers()[1], np.uint8)[whole.offset * each : (whole.offset + len(whole)) * each]
    photos = flat.reshape(-1, size, size, 3)
    places = zip(table["lat"].to_pylist(), table["lon"].to_pylist(), strict=True)
    all_places = [None if lat is None else Place(lat, lon) for lat, lon in places]
    return photos, [all_places[row] for row in readable], readable


def with_answers(
    table: pa.Table, answers: Sequence[Recognition | None], vectors: Vectors, readable: Sequence[int], *, precision: str
) -> pa.Table:
    """Put answers and vectors beside what was read of the photos; the pixels are left out.

    Args:
        table: of ``photo_table``, n rows.
        answers: one for each readable photo; None where nothing was asked.
        vectors: (k, d) float32, one for each readable photo.
        readable: the rows of those k photos.
        precision: what the vectors were computed in.
    """
    told: list[dict[str, Any] | None] = [None] * len(table)
    for row, answer in zip(readable, answers, strict=True):
        told[row] = answer.as_json("") if answer else None
    table = table.drop_columns(["pixels"])
    for name, kind in ANSWER:
        table = table.append_column(name, pa.array([each and each[name] for each in told], kind))
    table = table.append_column("vector", _vectors(vectors, readable, rows=len(table)))
    known = set(readable)
    return table.append_column(
        "precision", pa.array([precision if row in known else None for row in range(len(table))], pa.string())
    )


def to_stream(table: pa.Table) -> bytes:
    """Return a table as an Arrow stream."""
    out = pa.BufferOutputStream()
    with pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table)
    data: bytes = out.getvalue().to_pybytes()
    return data


def from_stream(data: bytes) -> pa.Table:
    """Return the table of an Arrow stream."""
    return pa.ipc.open_stream(pa.py_buffer(data)).read_all()


def to_parquet(table: pa.Table) -> bytes:
    """Return a table as the bytes of a Parquet file; vectors do not compress, texts do."""
    out = io.BytesIO()
    texts = [field.name for field in table.schema if field.name != "vector"]
    parquet.write_table(table, out, compression="zstd", use_dictionary=texts)
    return out.getvalue()


def _photo_row(read: Read) -> dict[str, Any]:
    photo, place = read.photo, read.place
    path = read.path.encode(errors="replace").decode()  # a name of bytes that are no text keeps what can be shown
    if isinstance(photo, PhotoError):
        return {"path": path, "error": str(photo), "error_kind": photo.reason, "mtime_ns": read.mtime_ns}
    return {
        "path": path,
        "sha256": photo.content,
        "bytes": photo.file_bytes,
        "mtime_ns": read.mtime_ns,
        "width": photo.width,
        "height": photo.height,
        "taken": photo.taken and photo.taken.isoformat(),
        "lat": place and place.lat,
        "lon": place and place.lon,
        "notes": list(photo.notes),
    }


def _vectors(vectors: Floats, readable: Sequence[int], *, rows: int) -> pa.Array:
    """Return a column of ``rows`` lists of d float32; null where there is no vector."""
    # Lists of any length: readers before Arrow 26 can't tell a missing one among lists of a fixed length from Parquet.
    present = np.zeros(rows, bool)
    present[list(readable)] = True
    ends = np.concatenate([[0], np.cumsum(present)]) * vectors.shape[1]
    flat = pa.array(vectors.astype(np.float32, copy=False).reshape(-1))
    return pa.ListArray.from_arrays(pa.array(ends.astype(np.int32)), flat, mask=pa.array(~present))
