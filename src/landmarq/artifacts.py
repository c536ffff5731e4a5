"""Files that describe themselves: atomic writes, fingerprints, manifests.

A file appears under its name only when it is whole: it is written beside its place and moved there.
A stage's folder carries a ``manifest.json``; a rerun whose manifest would be the same does nothing.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import secrets
import sqlite3
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from landmarq.errors import ArtifactError, StorageError

MANIFEST_NAME = "manifest.json"
MAX_JSON_BYTES = 64 * 2**20
"""No JSON that landmarq reads back is near this; a larger one is refused before it fills memory."""

_NOT_HERE = frozenset(
    {errno.EROFS, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENAMETOOLONG}
    | {errno.ENOENT, errno.EINVAL, errno.EIO}  # no such drive, a name that the system does not take, a failing disk
)

_OF_SQLITE = {
    "SQLITE_FULL": errno.ENOSPC,
    "SQLITE_READONLY": errno.EACCES,
    "SQLITE_CANTOPEN": errno.EACCES,
    "SQLITE_PERM": errno.EACCES,
    "SQLITE_IOERR": errno.EIO,
}


def fingerprint(value: object) -> str:
    """Return the SHA-256 (hex) of a JSON-able value; the order of keys does not matter."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def file_fingerprint(path: Path) -> str:
    """Return the SHA-256 (hex) of a file's bytes, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextlib.contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn the words of the system, or of SQLite, for a full disk or a forbidden folder into one line for a person."""
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        code = error.errno if isinstance(error, OSError) else _code_of_sqlite(error)
        if code in {errno.EACCES, errno.EPERM}:
            raise StorageError(f"may not write {path}: choose another place with -o, or mend its permissions") from None
        if code in {errno.ENOSPC, errno.EDQUOT}:
            raise StorageError(f"no space left for {path}: free some, then run the same command again") from None
        if code in _NOT_HERE:
            raise StorageError(f"can't write {path}: {os.strerror(code)}") from None
        raise


def _code_of_sqlite(error: sqlite3.Error) -> int | None:
    """Return the system's number for an error of SQLite; None where it is not about the disk."""
    name = getattr(error, "sqlite_errorname", "")
    return next((code for prefix, code in _OF_SQLITE.items() if name.startswith(prefix)), None)


@contextlib.contextmanager
def atomic_write(path: Path, *, durable: bool = True) -> Iterator[IO[bytes]]:
    """Open a file for bytes that takes its name only once it is whole and, if it is to be durable, on disk.

    On any error nothing changes at ``path`` and nothing is left beside it. A file that is not durable can be empty
    after a power cut: for what is made again where it is missing or empty.

    Raises:
        StorageError: no space or no permission.
    """
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name[:80]}.{secrets.token_hex(4)}.part")
        try:
            with part.open("xb") as stream:
                yield stream
                stream.flush()
                if durable:
                    os.fsync(stream.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise


def remove_parts(folder: Path) -> None:
    """Remove what a killed process left half written in a folder that nobody else is writing to."""
    with storage_errors(folder):
        for part in folder.glob(".*.part"):
            part.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text atomically, line ends as given."""
    with atomic_write(path) as stream:
        stream.write(text.encode())


def write_json(path: Path, value: object) -> None:
    """Write indented UTF-8 JSON atomically; NaN and infinity are refused, since JSON has none."""
    write_text(path, json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def check_file(path: Path, *, at_most: int) -> None:
    """Refuse what a stranger may have put in the place of a file that is to be read whole.

    Raises:
        ArtifactError: it is missing, larger than ``at_most`` bytes, or no plain file: a pipe or device never ends.
    """
    try:
        found = path.stat()
    except FileNotFoundError:
        raise ArtifactError(f"{path} is missing") from None
    except OSError as error:
        raise ArtifactError(f"{path} can't be read: {error.strerror}") from None
    if not stat.S_ISREG(found.st_mode):
        raise ArtifactError(f"{path} is not a plain file")
    if found.st_size > at_most:
        raise ArtifactError(f"{path} is too large to be what it says")


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object that landmarq, or a stranger, wrote.

    Raises:
        ArtifactError: the file is missing, too large, not JSON, or not an object.
    """
    check_file(path, at_most=MAX_JSON_BYTES)
    try:
        value = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise ArtifactError(f"{path} is damaged: {error}") from None
    except OSError as error:
        raise ArtifactError(f"{path} can't be read: {error.strerror}") from None
    if not isinstance(value, dict):
        raise ArtifactError(f"{path} is damaged: expected an object")
    return value


@dataclass(frozen=True)
class Manifest:
    """What a stage was given: enough to know whether its output still answers.

    Attributes:
        stage: the stage's verb.
        schema: version of the output's format; a reader refuses a newer one.
        config: the stage's configuration, JSON-able.
        inputs: fingerprint of each input by name (files, models, galleries).
    """

    stage: str
    schema: int
    config: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over all four fields."""
        return fingerprint(self.as_mapping())

    def as_mapping(self) -> dict[str, Any]:
        """Return the fields as JSON-able values."""
        return {"stage": self.stage, "schema": self.schema, "config": dict(self.config), "inputs": dict(self.inputs)}

    def save(self, folder: Path) -> None:
        """Write ``manifest.json``; a stage does so last, as the sign that it is done."""
        write_json(folder / MANIFEST_NAME, {**self.as_mapping(), "fingerprint": self.fingerprint})

    def is_done(self, folder: Path) -> bool:
        """Tell whether ``folder`` holds the output of a run with this very manifest."""
        try:
            return read_json(folder / MANIFEST_NAME).get("fingerprint") == self.fingerprint
        except ArtifactError:
            return False
