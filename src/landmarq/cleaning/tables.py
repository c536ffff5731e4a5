"""The four files of decisions: every row of the catalog in exactly one of them, with its reason and numbers."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from landmarq.artifacts import atomic_write
from landmarq.cleaning.decide import Outcome

FIRST_COLUMNS = ("path", "landmark")
OWN_COLUMNS = (
    *("was", "reason", "probability", "threshold", "mean_similarity", "nearest_similarity", "best", "best_probability"),
    *("everyday", "same_as"),
)


@dataclass(frozen=True, slots=True)
class DecidedRow:
    """One row as it is written.

    Attributes:
        outcome: the file that it goes to.
        landmark: landmark now; ``was`` is the one that the catalog claims.
        reason: why, in words.
        numbers: by column of ``OWN_COLUMNS``, those that there are.
        original: the catalog's own columns of the row, in their order, ``path`` and ``landmark`` among them.
    """

    outcome: Outcome
    landmark: str
    was: str
    reason: str
    numbers: Mapping[str, str | float]
    original: Mapping[str, str]


def file_of(folder: Path, outcome: Outcome) -> Path:
    """Return the file of an outcome's rows."""
    return folder / f"{outcome}.csv"


def write_decisions(folder: Path, rows: Iterable[DecidedRow], *, columns: Sequence[str]) -> dict[Outcome, int]:
    """Write ``kept.csv``, ``dropped.csv``, ``relabelled.csv`` and ``unsure.csv``; rows stream through.

    Args:
        folder: made if need be; all four files take their names together, at the end.
        rows: in the catalog's order.
        columns: of the catalog; those with a name of ours are replaced.

    Returns:
        Rows of each file.
    """
    others = [name for name in columns if name not in (*FIRST_COLUMNS, *OWN_COLUMNS)]
    counts = dict.fromkeys(Outcome, 0)
    with contextlib.ExitStack() as stack:
        writers = {}
        for outcome in Outcome:
            stream = stack.enter_context(atomic_write(file_of(folder, outcome)))
            text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
            stack.callback(text.detach)
            writers[outcome] = csv.writer(text, lineterminator="\n")
            writers[outcome].writerow((*FIRST_COLUMNS, *OWN_COLUMNS, *others))
        for row in rows:
            own = {"was": row.was, "reason": row.reason, **row.numbers}
            values = [_text(own.get(name, "")) for name in OWN_COLUMNS]
            kept = [row.original.get(name, "") for name in others]
            writers[row.outcome].writerow((row.original["path"], row.landmark, *values, *kept))
            counts[row.outcome] += 1
    return counts


def _text(value: str | float) -> str:
    if isinstance(value, str):
        return value
    return "" if value != value else f"{value:.4f}"
