"""What a person said of single rows: the photo shows a landmark, or none. A CSV that can be edited by hand."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from landmarq.catalog import each_record, write_table
from landmarq.cleaning.decide import Decisions, Outcome, Reason
from landmarq.errors import CatalogError
from landmarq.types import Ints

COLUMNS = ("path", "landmark", "shows")
Row = tuple[str, str]
"""Path and landmark of a row, as the catalog writes them."""


class Answers:
    """The answers so far, by row; every change is on disk before it is returned."""

    def __init__(self, file: Path) -> None:
        """Read the file, if it is there.

        Raises:
            CatalogError: it lacks a column.
        """
        self._file = file
        self._lock = threading.Lock()
        self._shows: dict[Row, str] = {}
        for record in each_record(file) if file.is_file() else ():
            if "shows" not in record:
                raise CatalogError(f"{file} lacks the column 'shows'; its first line must name {', '.join(COLUMNS)}")
            self._shows[record["path"], record["landmark"]] = record["shows"]

    def __len__(self) -> int:
        """Return the number of answers."""
        return len(self._shows)

    def get(self, row: Row) -> str | None:
        """Return the landmark that a row's photo shows, empty for none; None without an answer."""
        return self._shows.get(row)

    def set(self, row: Row, shows: str | None) -> None:
        """Write an answer down, or take it back with None."""
        with self._lock:
            if shows is None:
                self._shows.pop(row, None)
            else:
                self._shows[row] = shows
            write_table(self._file, COLUMNS, [(*each, landmark) for each, landmark in self._shows.items()])

    def shown(self) -> list[Row]:
        """Return (path, landmark) of the photos that surely show one: as good as references."""
        return list(dict.fromkeys((path, shows) for (path, _), shows in self._shows.items() if shows))


def follow(decisions: Decisions, rows: Ints, shown: Ints, label: Ints) -> Decisions:
    """Do as a person said.

    Args:
        decisions: on m rows.
        rows: those that a person spoke of, (a,).
        shown: landmark that each shows, (a,); -1: none.
        label: landmark that each of all rows claims, (m,).
    """
    outcome, reason, landmark = decisions.outcome.copy(), decisions.reason.copy(), decisions.landmark.copy()
    for row, shows in zip(rows.tolist(), shown.tolist(), strict=True):
        if shows < 0:
            outcome[row] = Outcome.DROPPED
        else:
            outcome[row] = Outcome.KEPT if shows == label[row] else Outcome.RELABELLED
        reason[row], landmark[row] = Reason.PERSON, shows if shows >= 0 else label[row]
    return dataclasses.replace(decisions, outcome=outcome, reason=reason, landmark=landmark)


def rows_of(answers: Answers, rows: Sequence[Row]) -> list[tuple[int, str]]:
    """Return (place, landmark shown) of the rows that have an answer."""
    found = ((at, answers.get(row)) for at, row in enumerate(rows))
    return [(at, shows) for at, shows in found if shows is not None]


def numbered(found: Sequence[tuple[int, str]], ids: Sequence[str]) -> tuple[Ints, Ints]:
    """Return rows and landmarks as numbers, (a,) each; a landmark that is not among ``ids`` leaves its row out."""
    numbers = {id_: number for number, id_ in enumerate(ids)} | {"": -1}
    pairs = [(at, numbers[shows]) for at, shows in found if shows in numbers]
    both = np.array(pairs, np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]
