"""Where vectors are kept: one SQLite file that knows files, what is in them, and their vectors.

A photo is known by its content (SHA-256), so a moved or copied file costs nothing. Each vector is kept with
the fingerprint of the model that made it: vectors of different models never mix. Every method that writes
is one transaction; after a crash the file holds what was last committed.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType

import numpy as np

from landmarq.artifacts import storage_errors
from landmarq.errors import LibraryError, PhotoError
from landmarq.photos import FoundFile, Photo
from landmarq.types import Ints, Place, Vectors

_ORPHAN_DAYS = 30
"""Vectors of photos that are gone are kept this long: a drive that is not plugged in is not a deletion."""

_STEPS = (
    """
create table contents(
    id integer primary key, sha256 blob unique not null, bytes integer not null, width integer, height integer,
    taken text, lat real, lon real, notes text, orphaned real);
create table files(
    path blob primary key, size integer not null, mtime_ns integer not null,
    content integer references contents(id), reason text, error text) without rowid;
create index files_content on files(content);
create table models(id integer primary key, fingerprint text unique not null);
create table vectors(
    content integer not null references contents(id) on delete cascade, model integer not null references models(id),
    precision text not null, vector blob not null, primary key(content, model));
create table thumbs(content integer primary key references contents(id) on delete cascade, jpeg blob not null);
""",
    "alter table contents add column kind text",
)
"""What brings a file from each version to the next."""

STORE_SCHEMA = len(_STEPS)


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file as the store remembers it; ``content`` is None for one that could not be read."""

    size: int
    mtime_ns: int
    content: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class StoredPhoto:
    """What is known of one content: when and where it was taken, in pixels of the original.

    ``kind`` says what the file is, such as ``jpeg``; None where an older version read it.
    """

    content: int
    sha256: str
    width: int
    height: int
    taken: datetime | None
    place: Place | None
    notes: tuple[str, ...]
    kind: str | None = None


class VectorStore:
    """The open file; a context manager. Not for several threads."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it.

        Raises:
            LibraryError: it was written by a newer version, or is not such a file.
            StorageError: it can't be written.
        """
        self.path = path
        with storage_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        with self._sqlite_errors():
            self.db = sqlite3.connect(path, isolation_level=None, timeout=30)
            self.db.execute("pragma foreign_keys = on")
            self.db.execute("pragma journal_mode = wal")
            self.db.execute("pragma synchronous = normal")
            self._migrate()

    def __enter__(self) -> VectorStore:
        """Return the store."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Do all or nothing; nested ones join the outer one.

        Raises:
            StorageError: no space.
        """
        if self.db.in_transaction:
            yield self.db
            return
        with self._sqlite_errors():
            self.db.execute("begin immediate")
            try:
                yield self.db
                self.db.execute("commit")
            except BaseException:
                if self.db.in_transaction:  # on a full disk SQLite has rolled back by itself
                    self.db.execute("rollback")
                raise

    def model(self, fingerprint: str) -> int:
        """Return the store's number of a model, adding it if it is new."""
        with self.transaction() as db:
            db.execute("insert or ignore into models(fingerprint) values (?)", (fingerprint,))
            return int(db.execute("select id from models where fingerprint = ?", (fingerprint,)).fetchone()[0])

    def files(self) -> dict[bytes, KnownFile]:
        """Return every known file by its path (``os.fsencode``)."""
        rows = self.db.execute("select path, size, mtime_ns, content, reason from files")
        return {row[0]: KnownFile(*row[1:]) for row in rows}

    def failed(self) -> dict[str, int]:
        """Return how many files can't be read, by reason."""
        query = "select reason, count(*) from files where content is null group by reason order by reason"
        return dict(self.db.execute(query).fetchall())

    def contents_with_vector(self, model: int) -> set[int]:
        """Return the contents that have a vector of this model."""
        return {row[0] for row in self.db.execute("select content from vectors where model = ?", (model,))}

    def has_vectors(self, model: int) -> bool:
        """Tell whether any content has a vector of this model."""
        return self.db.execute("select 1 from vectors where model = ? limit 1", (model,)).fetchone() is not None

    def contents_of_paths(self, paths: Sequence[bytes], *, model: int) -> Ints:
        """Return the content of each file (``os.fsencode``), (n,) int64; -1 where it has no vector of this model."""
        found: Ints = np.full(len(paths), -1, np.int64)
        for start in range(0, len(paths), 500):
            some = paths[start : start + 500]
            query = (
                "select path, files.content from files join vectors on vectors.content = files.content and model = ? "
                f"where path in ({','.join('?' * len(some))})"
            )
            known = dict(self.db.execute(query, (model, *some)))
            found[start : start + len(some)] = [known.get(path, -1) for path in some]
        return found

    def sizes_with_vector(self, model: int) -> set[int]:
        """Return the sizes in bytes of the contents that have a vector of this model."""
        query = "select distinct bytes from contents join vectors on content = id where model = ?"
        return {row[0] for row in self.db.execute(query, (model,))}

    def content_of(self, sha256: str) -> int | None:
        """Return the number of a content, or None if it is new."""
        row = self.db.execute("select id from contents where sha256 = ?", (bytes.fromhex(sha256),)).fetchone()
        return row and int(row[0])

    def add_file(self, file: FoundFile, content: int) -> None:
        """Say that a file has this content."""
        with self.transaction() as db:
            values = (os.fsencode(file.path), file.size, file.mtime_ns, content)
            db.execute("insert or replace into files(path, size, mtime_ns, content) values (?, ?, ?, ?)", values)
            db.execute("update contents set orphaned = null where id = ? and orphaned is not null", (content,))

    def add_failure(self, file: FoundFile, error: PhotoError) -> None:
        """Say that a file can't be read, and why; it is not tried again until it changes."""
        with self.transaction() as db:
            values = (os.fsencode(file.path), file.size, file.mtime_ns, error.reason, str(error))
            db.execute(
                "insert or replace into files(path, size, mtime_ns, reason, error) values (?, ?, ?, ?, ?)", values
            )

    def add_photo(self, photo: Photo) -> int:
        """Keep what was read of a photo and its thumbnail; return its content's number."""
        taken = photo.taken.isoformat() if photo.taken else None
        place = (photo.place.lat, photo.place.lon) if photo.place else (None, None)
        size = (photo.file_bytes, photo.width, photo.height)
        values = (bytes.fromhex(photo.content), *size, taken, *place, "\n".join(photo.notes), photo.kind)
        with self.transaction() as db:
            columns = "sha256, bytes, width, height, taken, lat, lon, notes, kind"
            db.execute(f"insert or ignore into contents({columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
            content = self.content_of(photo.content)
            if content is None:
                raise LibraryError(f"{self.path} does not take what is written to it: it is damaged")
            if photo.thumbnail:
                db.execute("insert or replace into thumbs(content, jpeg) values (?, ?)", (content, photo.thumbnail))
        return content

    def add_vector(self, content: int, vector: Vectors, *, model: int, precision: str) -> None:
        """Keep the vector (d,) float32 of a content."""
        with self.transaction() as db:
            db.execute(
                "insert or replace into vectors(content, model, precision, vector) values (?, ?, ?, ?)",
                (content, model, precision, np.ascontiguousarray(vector, "<f4").tobytes()),
            )

    def vectors(self, contents: Sequence[int], *, model: int) -> Vectors:
        """Return the vectors of some contents, (n, d) float32, in their order.

        Raises:
            KeyError: one has none of this model.
        """
        found: dict[int, bytes] = {}
        for start in range(0, len(contents), 500):
            some = contents[start : start + 500]
            marks = ",".join("?" * len(some))
            query = f"select content, vector from vectors where model = ? and content in ({marks})"
            found.update(self.db.execute(query, (model, *some)))
        return np.stack([np.frombuffer(found[content], "<f4") for content in contents])

    def each_vector(self, model: int, *, batch: int) -> Iterator[tuple[Ints, Vectors]]:
        """Yield (contents, vectors) of all photos in batches, ordered by content's number."""
        cursor = self.db.execute("select content, vector from vectors where model = ? order by content", (model,))
        while rows := cursor.fetchmany(batch):
            yield np.array([row[0] for row in rows], np.int64), np.stack([np.frombuffer(r[1], "<f4") for r in rows])

    def photos(self, contents: Iterable[int] | None = None) -> dict[int, StoredPhoto]:
        """Return what is known of some contents, or of all."""
        query = "select id, sha256, width, height, taken, lat, lon, notes, kind from contents"
        if contents is None:
            return {row[0]: _photo(row) for row in self.db.execute(query)}
        rows = (self.db.execute(f"{query} where id = ?", (content,)).fetchone() for content in contents)
        return {row[0]: _photo(row) for row in rows if row}

    def thumbnail(self, content: int) -> bytes | None:
        """Return a photo's thumbnail (JPEG), or None if none was made."""
        row = self.db.execute("select jpeg from thumbs where content = ?", (content,)).fetchone()
        return row and bytes(row[0])

    def forget_files(self, paths: Iterable[bytes], *, now: float) -> None:
        """Forget files that are gone. What only they held is kept for some days more, then forgotten too."""
        with self.transaction() as db:
            db.executemany("delete from files where path = ?", ((path,) for path in paths))
            orphans = "not exists (select 1 from files where files.content = contents.id)"
            db.execute(f"update contents set orphaned = ? where orphaned is null and {orphans}", (now,))
            db.execute(f"delete from contents where orphaned < ? and {orphans}", (now - _ORPHAN_DAYS * 86400,))

    def _migrate(self) -> None:
        version = int(self.db.execute("pragma user_version").fetchone()[0])
        if version > STORE_SCHEMA:
            raise LibraryError(f"{self.path} was written by a newer version of landmarq: install that one")
        if version < STORE_SCHEMA:
            with self.transaction() as db:
                for statement in ";\n".join(_STEPS[version:]).split(";\n"):
                    db.execute(statement)
                db.execute(f"pragma user_version = {STORE_SCHEMA}")

    @contextlib.contextmanager
    def _sqlite_errors(self) -> Iterator[None]:
        try:
            with storage_errors(self.path):
                yield
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
                raise LibraryError(f"{self.path} is in use by another program: wait for it to end") from None
            raise LibraryError(f"{self.path} can't be used as a library: {error}; move it away to begin anew") from None


def _photo(row: Sequence[object]) -> StoredPhoto:
    content, sha256, width, height, taken, lat, lon, notes, kind = row
    return StoredPhoto(
        content=content,  # type: ignore[arg-type]  # typed by the table
        sha256=sha256.hex(),  # type: ignore[attr-defined]
        width=width,  # type: ignore[arg-type]
        height=height,  # type: ignore[arg-type]
        taken=datetime.fromisoformat(str(taken)) if taken else None,
        place=Place(lat, lon) if lat is not None else None,  # type: ignore[arg-type]
        notes=tuple(str(notes).split("\n")) if notes else (),
        kind=kind,  # type: ignore[arg-type]
    )
