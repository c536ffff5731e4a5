"""A library: one person's photos and what has been decided of them, in one SQLite file."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import filelock
import numpy as np

from landmarq.albums.corrections import TABLES as CORRECTION_TABLES
from landmarq.albums.corrections import Corrections, corrected
from landmarq.artifacts import remove_parts, storage_errors
from landmarq.embed import StoredPhoto, VectorStore
from landmarq.errors import LibraryError
from landmarq.recognize import Decisions, Recognizer
from landmarq.types import TAUGHT, Landmark, Place

LIBRARY_SCHEMA = 2
LIBRARY_FILE = "library.sqlite"

_BATCH = 20_000
_TABLES = """
create table if not exists library(key text primary key, value text not null) without rowid;
create table if not exists decisions(
    content integer primary key references contents(id) on delete cascade,
    best integer, similarity real, score real, place_used integer not null, matches text not null);
create index if not exists decisions_matched on decisions(content) where matches != '[]';
"""


@dataclass(frozen=True, slots=True)
class AlbumPhoto:
    """One photo as an album shows it.

    Attributes:
        stored: what is known of it.
        paths: all files that hold it, sorted.
        matches: its landmarks with their similarity; None where a person named it and the recogniser did not.
        score: of its best candidate, see ``Recognition``; None where there is none.
    """

    stored: StoredPhoto
    paths: tuple[str, ...]
    matches: tuple[tuple[str, float | None], ...]
    score: float | None


class Library:
    """An open library folder; a context manager. Only one program at a time may hold it."""

    def __init__(self, folder: Path) -> None:
        """Open the library of a folder, or make it.

        Raises:
            LibraryError: another program holds it, it was written by a newer version, or it is damaged.
            StorageError: the folder can't be written.
        """
        self.folder = folder
        with storage_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            lock = filelock.FileLock(folder / ".lock", timeout=0)
            try:
                lock.acquire()
            except filelock.Timeout:
                raise LibraryError(f"another landmarq is working on {folder}: wait until it is done") from None
        remove_parts(folder)
        self._lock: filelock.BaseFileLock | None = lock
        try:
            self.store = VectorStore(folder / LIBRARY_FILE)
            self.corrections = Corrections(self.store)
            self._migrate()
        except BaseException:
            lock.release()
            raise

    def __enter__(self) -> Library:
        """Return the library."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the library."""
        self.close()

    def close(self) -> None:
        """Close the file and let others at the folder."""
        self.store.close()
        if self._lock:
            self._lock.release()

    def another(self) -> Library:
        """Open this library once more, for another thread of this program; close that one before this one."""
        twin = Library.__new__(Library)
        twin.folder = self.folder
        twin._lock = None
        twin.store = VectorStore(self.folder / LIBRARY_FILE)
        twin.corrections = Corrections(twin.store)
        return twin

    def decide(self, recognizer: Recognizer) -> int:
        """Bring all decisions up to date from stored vectors; no photo is opened.

        Returns:
            The number of photos decided; 0 where nothing changed since.
        """
        model = self.store.model(recognizer.model)
        if self.recall("recognizer") != recognizer.fingerprint:
            with self.store.transaction() as db:
                db.execute("delete from decisions")
                self._set("recognizer", recognizer.fingerprint)
                self._set("landmarks", json.dumps([landmark.id for landmark in recognizer.landmarks]))
                self._set("taught", json.dumps([each.id for each in recognizer.landmarks if each.category == TAUGHT]))
        decided, after = 0, -1
        while batch := self._undecided(model, after):
            contents = [row[0] for row in batch]
            vectors = np.frombuffer(b"".join(row[1] for row in batch), "<f4").reshape(len(batch), -1)
            places = [None if lat is None or lon is None else Place(lat, lon) for _, _, lat, lon in batch]
            pictures = [functools.partial(self.store.thumbnail, content) for content in contents]
            self._add_decisions(contents, recognizer.decide_all(vectors, places, pictures=pictures), recognizer)
            decided, after = decided + len(batch), contents[-1]
        return decided

    def album_photos(self) -> Iterator[AlbumPhoto]:
        """Yield every photo that belongs into an album, corrections honoured, in the order of their contents."""
        rulings, taught = self.corrections.rulings(), frozenset(json.loads(self.recall("taught") or "[]"))
        query = "select content, matches, score from decisions where matches != '[]'"
        decided = {content: (json.loads(matches), score) for content, matches, score in self.store.db.execute(query)}
        for content in sorted(decided.keys() | {content for content, ruled in rulings.items() if any(ruled.values())}):
            found, score = decided.get(content, ([], None))
            matches = corrected([(each[0], each[1]) for each in found], rulings.get(content, {}), taught=taught)
            paths = self.paths(content) if matches else ()
            if paths:
                yield AlbumPhoto(self.store.photos([content])[content], paths, matches, score)

    def known_landmarks(self, recognizer: Recognizer) -> dict[str, Landmark]:
        """Return every landmark that an album may be of, by id: the recogniser's, and those named by hand."""
        return {**self.corrections.landmarks(), **{each.id: each for each in recognizer.landmarks}}

    def counts(self) -> tuple[int, dict[str, int]]:
        """Return the number of photos that were read, and of files that could not be, by reason."""
        query = "select count(*) from files where content is not null"
        return int(self.store.db.execute(query).fetchone()[0]), self.store.failed()

    def failures(self) -> list[tuple[str, str]]:
        """Return (path, error) of every file that could not be read, sorted by path."""
        rows = self.store.db.execute("select path, error from files where content is null order by path")
        return [(shown_path(path), error) for path, error in rows]

    def site_edition(self) -> str | None:
        """Return the fingerprint of what the pages in the folder show; empty or None where they are not whole."""
        return self.recall("site")

    def remember_site(self, edition: str) -> None:
        """Remember what the pages in the folder show."""
        with self.store.transaction():
            self._set("site", edition)

    def remember_roots(self, roots: list[Path], excludes: list[str]) -> None:
        """Remember which folders the library was last made of, so that a rescan needs no arguments."""
        with self.store.transaction():
            self._set("roots", json.dumps([os.fsdecode(root) for root in roots]))
            self._set("excludes", json.dumps(excludes))

    def roots(self) -> tuple[list[Path], list[str]]:
        """Return the folders and excludes of the last scan; empty for a new library."""
        roots, excludes = self.recall("roots"), self.recall("excludes")
        return [Path(root) for root in json.loads(roots or "[]")], json.loads(excludes or "[]")

    def remember_moves(self, landmark: str, actions: list[int]) -> None:
        """Remember the corrections that moved photos to a taught landmark, so that forgetting it moves them back."""
        with self.store.transaction():
            self._set(f"moves {landmark}", json.dumps(actions))

    def moves(self, landmark: str) -> list[int]:
        """Return the corrections that moved photos to a taught landmark."""
        return [int(each) for each in json.loads(self.recall(f"moves {landmark}") or "[]")]

    def _undecided(self, model: int, after: int) -> list[tuple[int, bytes, float | None, float | None]]:
        """Return content, vector, latitude and longitude of the next photos that wait for a decision."""
        query = (
            "select vectors.content, vector, lat, lon from vectors join contents on contents.id = vectors.content "
            "where model = ? and vectors.content > ? "
            "and not exists (select 1 from decisions where decisions.content = vectors.content) "
            "order by vectors.content limit ?"
        )
        return self.store.db.execute(query, (model, after, _BATCH)).fetchall()

    def _add_decisions(self, contents: list[int], decisions: Decisions, recognizer: Recognizer) -> None:
        matches: dict[int, list[list[str | float]]] = {}
        matched = (decisions.matched_photo, decisions.matched_landmark, decisions.matched_similarity.astype(float))
        for row, landmark, similarity in zip(*(each.tolist() for each in matched), strict=True):
            matches.setdefault(row, []).append([recognizer.landmarks[landmark].id, round(similarity, 6)])
        columns = (decisions.best, decisions.similarity.astype(float), decisions.score.astype(float))
        decided = zip(contents, *(each.tolist() for each in columns), decisions.place_used.tolist(), strict=True)
        rows = (
            (
                *((content, best, similarity, score) if best >= 0 else (content, None, None, None)),
                *(place_used, json.dumps(matches[row]) if row in matches else "[]"),
            )
            for row, (content, best, similarity, score, place_used) in enumerate(decided)
        )
        with self.store.transaction() as db:
            db.executemany("insert or replace into decisions values (?, ?, ?, ?, ?, ?)", rows)

    def paths(self, content: int) -> tuple[str, ...]:
        """Return the files that hold a content, as text for people, sorted."""
        rows = self.store.db.execute("select path from files where content = ? order by path", (content,))
        return tuple(shown_path(row[0]) for row in rows)

    def recall(self, key: str) -> str | None:
        """Return what the library remembers under a key, or None."""
        row = self.store.db.execute("select value from library where key = ?", (key,)).fetchone()
        return row and str(row[0])

    def _set(self, key: str, value: str) -> None:
        self.store.db.execute("insert or replace into library values (?, ?)", (key, value))

    def _migrate(self) -> None:
        with self.store.transaction() as db:
            for statement in f"{_TABLES}{CORRECTION_TABLES}".split(";\n"):
                db.execute(statement)
            version = self.recall("schema")
            if version is not None and int(version) > LIBRARY_SCHEMA:
                raise LibraryError(f"{self.folder} was written by a newer version of landmarq: install that one")
            self._set("schema", str(LIBRARY_SCHEMA))


def shown_path(path: bytes) -> str:
    """Return a path as text for people and JSON; bytes that are not text are shown as escapes."""
    return os.fsencode(os.fsdecode(path)).decode("utf-8", "backslashreplace")
