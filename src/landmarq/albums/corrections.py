"""What a person said about photos: "not this", "it is ...". It outlives rescans, new packs and new models.

A correction is kept by the photo's SHA-256, so it follows a moved or renamed file. Nothing is ever
overwritten: an undone correction stays on record, and of those in force the latest one about a photo and a
landmark counts.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from landmarq.embed import VectorStore
from landmarq.errors import InputError
from landmarq.types import Landmark, Place

TABLES = """
create table if not exists corrections(
    id integer primary key autoincrement, action integer not null, sha256 blob not null, landmark text not null,
    shown integer not null, made text not null, undone text);
create index if not exists corrections_photo on corrections(sha256);
create index if not exists corrections_action on corrections(action);
create table if not exists named_landmarks(id text primary key, landmark text not null) without rowid;
"""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a person did: ``changes`` are (SHA-256 hex, landmark, whether it is shown)."""

    id: int
    made: datetime
    undone: bool
    changes: tuple[tuple[str, str, bool], ...]


Rulings = Mapping[str, bool]
"""Of one photo: for each landmark that a person spoke of, whether the photo shows it."""


class Corrections:
    """The corrections of one library."""

    def __init__(self, store: VectorStore) -> None:
        """Take the tables for granted: the library makes them."""
        self._store = store

    def not_this(self, contents: Sequence[int], landmark: str) -> int:
        """Say that photos do not show a landmark; return the action's number, for ``undo``.

        Raises:
            InputError: the library does not know a photo.
        """
        return self._add([(sha256, landmark, False) for sha256 in self._sha256(contents)])

    def it_is(self, contents: Sequence[int], landmark: Landmark, *, not_these: Collection[str] = ()) -> int:
        """Say that photos show a landmark, and not those of ``not_these``.

        The landmark's name and place are kept too: its album stays, also when no pack knows it any more.

        Raises:
            InputError: the library does not know a photo.
        """
        with self._store.transaction() as db:
            value = json.dumps(asdict(landmark))
            db.execute("insert or replace into named_landmarks values (?, ?)", (landmark.id, value))
            photos = self._sha256(contents)
            changes = [(sha256, landmark.id, True) for sha256 in photos]
            changes += [(sha256, other, False) for other in not_these if other != landmark.id for sha256 in photos]
            return self._add(changes)

    def undo(self, action: int) -> None:
        """Take an action back, whatever came after it.

        Raises:
            InputError: there is no such action.
        """
        with self._store.transaction() as db:
            found = db.execute(
                "update corrections set undone = coalesce(undone, ?) where action = ?", (_now(), action)
            ).rowcount
        if not found:
            raise InputError(f"there is no correction {action}")

    def forget(self, landmark: str) -> None:
        """Forget all that was said of a landmark; for one that is taught no more."""
        with self._store.transaction() as db:
            db.execute("delete from corrections where landmark = ?", (landmark,))
            db.execute("delete from named_landmarks where id = ?", (landmark,))

    def actions(self, *, limit: int = 100) -> list[Action]:
        """Return what was done, latest first, undone actions too."""
        query = (
            "select action, sha256, landmark, shown, made, undone from corrections where action in "
            "(select distinct action from corrections order by action desc limit ?) order by action desc, id"
        )
        found: dict[int, list[tuple[bytes, str, int, str, str | None]]] = {}
        for action, *values in self._store.db.execute(query, (limit,)):
            found.setdefault(action, []).append(tuple(values))
        return [_action(action, rows) for action, rows in found.items()]

    def rulings(self) -> dict[int, Rulings]:
        """Return what is in force, by the content's number; photos that the library lost are left out."""
        found: dict[int, dict[str, bool]] = {}
        query = (
            "select contents.id, landmark, shown from corrections join contents using (sha256) "
            "where undone is null order by corrections.id"
        )
        for content, landmark, shown in self._store.db.execute(query):
            found.setdefault(content, {})[landmark] = bool(shown)
        return dict(found)

    def landmarks(self) -> dict[str, Landmark]:
        """Return the landmarks that corrections named, as they were then, by id."""
        rows = self._store.db.execute("select landmark from named_landmarks order by id")
        return {landmark.id: landmark for landmark in (_landmark(row[0]) for row in rows)}

    def _add(self, changes: Sequence[tuple[bytes, str, bool]]) -> int:
        with self._store.transaction() as db:
            action = 1 + int(db.execute("select coalesce(max(action), 0) from corrections").fetchone()[0])
            made = _now()
            db.executemany(
                "insert into corrections(action, sha256, landmark, shown, made) values (?, ?, ?, ?, ?)",
                [(action, sha256, landmark, shown, made) for sha256, landmark, shown in changes],
            )
        return action

    def _sha256(self, contents: Sequence[int]) -> list[bytes]:
        photos = self._store.photos(contents)
        if not contents or any(content not in photos for content in contents):
            raise InputError("there is no such photo in the library")
        return [bytes.fromhex(photos[content].sha256) for content in contents]


def corrected(
    matches: Sequence[tuple[str, float]], rulings: Rulings, *, taught: Set[str] = frozenset()
) -> tuple[tuple[str, float | None], ...]:
    """Return a photo's landmarks as the person wants them.

    What was recognised stays unless it was denied; what was named by hand comes after it, without a similarity.
    Landmarks in ``taught`` steal nothing: where another one stays on the photo, they do so only if a person said it.
    """
    kept = tuple((landmark, similarity) for landmark, similarity in matches if rulings.get(landmark, True))
    named = [landmark for landmark, shown in rulings.items() if shown]
    if {*named, *(landmark for landmark, _ in kept)} - taught:
        kept = tuple(each for each in kept if each[0] not in taught or each[0] in named)
    there = {landmark for landmark, _ in kept}
    return (*kept, *((landmark, None) for landmark in named if landmark not in there))


def _action(action: int, rows: Sequence[tuple[bytes, str, int, str, str | None]]) -> Action:
    changes = tuple((sha256.hex(), landmark, bool(shown)) for sha256, landmark, shown, _, _ in rows)
    return Action(action, datetime.fromisoformat(rows[0][3]), rows[0][4] is not None, changes)


def _landmark(text: str) -> Landmark:
    values = json.loads(text)
    place = values.pop("place")
    return Landmark(**values, place=place and Place(**place))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
