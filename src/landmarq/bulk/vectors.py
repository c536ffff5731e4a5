"""Vectors of a bulk run into the file that ``clean``, ``gallery`` and ``calibrate`` read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from landmarq.bulk.locations import is_local
from landmarq.bulk.output import Output
from landmarq.bulk.report import partition_files
from landmarq.embed import Progress, VectorStore
from landmarq.photos import FoundFile, Photo
from landmarq.types import Place

_COLUMNS = (
    *("path", "sha256", "bytes", "mtime_ns", "width", "height", "taken", "lat", "lon", "notes"),
    *("vector", "precision"),
)


def import_vectors(output: Output, store: VectorStore, *, model: str, progress: Progress | None = None) -> int:
    """Add the vectors of a run's partitions to a store, and the files of this machine that they are of.

    A photo of a shard is known by its content: once it is unpacked, its file is recognised without being decoded. Done
    again, it changes nothing.

    Args:
        output: of the run.
        store: the file of vectors.
        model: fingerprint of the model that the run was made with.
        progress: called with (partitions done, partitions).

    Returns:
        The number of photos added or found there.

    Raises:
        StorageError: no space.
    """
    number = store.model(model)
    embedded = store.contents_with_vector(number)
    system, files = partition_files(output)
    count = 0
    for done, file in enumerate(files, start=1):
        with store.transaction():  # one a partition: stopped, it goes on with the next
            for photo, vector, row in _rows(system, file):
                content = store.add_photo(photo)
                if content not in embedded:
                    store.add_vector(content, vector, model=number, precision=row["precision"])
                    embedded.add(content)
                if row["mtime_ns"] and is_local(row["path"]):
                    store.add_file(FoundFile(Path(row["path"]), row["bytes"], row["mtime_ns"]), content)
                count += 1
        if progress:
            progress(done, len(files))
    return count


def _rows(system: Any, file: str) -> Iterator[tuple[Photo, Any, dict[str, Any]]]:
    """Yield the photos of a partition that could be read, with their vectors."""
    from pyarrow import parquet

    with system.open(file, "rb") as stream:
        table = parquet.read_table(stream, columns=list(_COLUMNS))
    table = table.filter(table["sha256"].is_valid())
    if not len(table):
        return
    vectors = table["vector"].combine_chunks().flatten().to_numpy().reshape(len(table), -1).astype(np.float32)
    for vector, row in zip(vectors, table.drop_columns(["vector"]).to_pylist(), strict=True):
        yield _photo(row), vector, row


def _photo(row: dict[str, Any]) -> Photo:
    return Photo(
        content=row["sha256"],
        file_bytes=row["bytes"],
        width=row["width"],
        height=row["height"],
        taken=datetime.fromisoformat(row["taken"]) if row["taken"] else None,
        place=None if row["lat"] is None else Place(row["lat"], row["lon"]),
        notes=tuple(row["notes"]),
        pixels=np.empty((0, 0, 3), np.uint8),
        thumbnail=b"",
    )
