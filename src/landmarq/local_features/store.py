"""Local features kept in a file, so that a photo is described once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from landmarq.artifacts import storage_errors
from landmarq.errors import ArtifactError
from landmarq.local_features.features import LocalFeatures

_TABLE = """
create table if not exists features(
    photo text not null, describer text not null, data blob not null, primary key(photo, describer)) without rowid
"""


class FeatureStore:
    """The open file; a context manager. Features are found by the photo's SHA-256 and their describer's fingerprint."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it.

        Raises:
            ArtifactError: it is not such a file.
            StorageError: it can't be written.
        """
        self.path = path
        try:
            with storage_errors(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                self._file = sqlite3.connect(path)
                self._file.execute(_TABLE)
        except sqlite3.Error as error:
            raise ArtifactError(f"{path} can't be used as a file of local features: {error}") from None

    def __enter__(self) -> FeatureStore:
        """Return the store."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file; what was added is kept."""
        self._file.close()

    def known(self, describer: str) -> set[str]:
        """Return the photos (SHA-256, hex) that this describer has described."""
        rows = self._file.execute("select photo from features where describer = ?", (describer,))
        return {str(photo) for (photo,) in rows}

    def add(self, describer: str, described: Iterable[tuple[str, LocalFeatures]]) -> None:
        """Keep the features of some photos, all or none.

        Raises:
            StorageError: no space.
        """
        with storage_errors(self.path), self._file:
            self._file.executemany(
                "insert or replace into features values (?, ?, ?)",
                ((photo, describer, features.to_bytes()) for photo, features in described),
            )

    def get(self, describer: str, photo: str) -> LocalFeatures:
        """Return the features of a photo.

        Raises:
            KeyError: this describer has not described it.
            ArtifactError: what is stored is damaged.
        """
        query = "select data from features where photo = ? and describer = ?"
        found = self._file.execute(query, (photo, describer)).fetchone()
        if found is None:
            raise KeyError(photo)
        return LocalFeatures.from_bytes(found[0])
