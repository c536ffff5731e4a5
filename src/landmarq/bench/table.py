"""A table of figures: as text for people, as JSON for programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

Cell: TypeAlias = str | int | float | None


@dataclass(frozen=True)
class Table:
    """Figures of one measurement.

    Attributes:
        title: what was measured, with the units that all columns share.
        columns: names, with units.
        rows: one cell a column; None where there is no figure.
        notes: sentences that belong below the table.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse rows of another width than the columns."""
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"{len(row)} cells for {len(self.columns)} columns: {row}")

    def as_text(self) -> str:
        """Return the table as Markdown, which people can read as it is."""
        cells = [list(self.columns), *([_shown(cell) for cell in row] for row in self.rows)]
        width = [max(len(row[at]) for row in cells) for at in range(len(self.columns))]
        lines = ["| " + " | ".join(cell.ljust(width[at]) for at, cell in enumerate(row)) + " |" for row in cells]
        lines.insert(1, "|" + "|".join("-" * (each + 2) for each in width) + "|")
        return "\n".join([self.title, "", *lines, *(("", *self.notes) if self.notes else ())])

    def as_json(self) -> dict[str, Any]:
        """Return the table as JSON-able values, numbers not rounded."""
        return {
            "title": self.title,
            "rows": [dict(zip(self.columns, row, strict=True)) for row in self.rows],
            "notes": list(self.notes),
        }


def _shown(cell: Cell) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, float):
        return f"{cell:,.0f}" if abs(cell) >= 1000 else f"{cell:.3g}" if abs(cell) < 1 else f"{cell:.1f}"
    return f"{cell:,}" if isinstance(cell, int) else cell
