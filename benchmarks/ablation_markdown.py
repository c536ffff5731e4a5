"""The ablation rows that are done as tables in markdown, and top-k as a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

COLUMNS = {
    "top1": "top-1",
    "everyday_99": "at 99 %, everyday",
    "all_99": "at 99 %, + unknown",
    "all_999": "at 99.9 %, + unknown",
    "rare_99": "rare, at 99 %",
}
UNSEEN = {"unseen_1nn": "nearest photo right, landmarks left out of training"}
SOURCES = {"left_out_source": "specificity, source left out", "other_sources": "specificity, the other sources"}

Told = tuple[Mapping[str, Any], str, Mapping[str, Any]]
"""A row, a split, and the row's figures on it."""


def tables(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the tables: recognition, what was left out of training, and top-k; those without a row are left out.

    Args:
        rows: as ``ablations.py`` keeps them, in the order of the table.
    """
    told = [(row, split, figures) for row in rows for split, figures in row["figures"].items()]
    found = [_table(told, columns) for columns in (COLUMNS, UNSEEN, SOURCES)]
    return [table for table in (*found, _top_k(told)) if table]


def _table(told: Sequence[Told], columns: Mapping[str, str]) -> str:
    """Return a line a row: its name, its words, the roles measured, the photos that trained it, its figures."""
    head = [
        f"| `--row` | | roles | photos passed | {' | '.join(columns.values())} |",
        "|---" * (len(columns) + 4) + "|",
    ]
    body = [
        f"| {row['row']} | {row['words']} | {split} | {row.get('photos_passed', 0):,} | "
        f"{' | '.join(shown(figures.get(name)) for name in columns)} |"
        for row, split, figures in told
        if any(name in figures for name in columns)
    ]
    return "\n".join([*head, *body]) if body else ""


def _top_k(told: Sequence[Told]) -> str:
    """Return top-k, a line for each k, a column for each row, and its value by chance."""
    ranked = list(_ranked(told))
    if not ranked:
        return ""
    names = [f"{row['row']} ({split})" for row, split, _ in ranked]
    lines = [f"| k | {' | '.join(names)} | by chance |", "|---" * (len(names) + 2) + "|"]
    for at, chance in enumerate(ranked[0][2]["chance_top_k"]):
        cells = [shown(figures["top_k"][at]) for _, _, figures in ranked]
        lines.append(f"| {at + 1} | {' | '.join(cells)} | {100 * chance:.1f} |")
    return "\n".join(lines)


def _ranked(told: Sequence[Told]) -> Iterator[Told]:
    yield from (each for each in told if "top_k" in each[2])


def draw_top_k(rows: Sequence[Mapping[str, Any]], picture: Path) -> bool:
    """Draw top-k over k, as Zhao does, with intervals; tell whether there was a row to draw."""
    # Imported here: only the drawing needs it.
    from matplotlib.figure import Figure

    ranked = list(_ranked([(row, split, figures) for row in rows for split, figures in row["figures"].items()]))
    if not ranked:
        return False
    drawing = Figure(figsize=(6.5, 4.2), layout="constrained")
    axes = drawing.subplots()
    for row, split, figures in ranked:
        k = range(1, len(figures["top_k"]) + 1)
        low, share, high = ([100 * each[name] for each in figures["top_k"]] for name in ("low", "share", "high"))
        (line,) = axes.plot(k, share, marker="o", markersize=3, label=f"{row['words']} ({split})")
        axes.fill_between(k, low, high, color=line.get_color(), alpha=0.15)
    chance = [100 * share for share in ranked[0][2]["chance_top_k"]]
    axes.plot(range(1, len(chance) + 1), chance, color="0.5", linestyle="--", label="by chance")
    axes.set(xlabel="k", ylabel="photos with their landmark among the k nearest, %", ylim=(0, 100))
    axes.set_xticks(range(2, len(chance) + 1, 2))
    axes.legend(fontsize=8)
    axes.grid(alpha=0.3)
    picture.parent.mkdir(parents=True, exist_ok=True)
    drawing.savefig(picture, dpi=110)
    return True


def shown(figure: Mapping[str, float] | None) -> str:
    """Return a share with its interval, in per cent."""
    return f"{100 * figure['share']:.1f} ({100 * figure['low']:.1f}-{100 * figure['high']:.1f})" if figure else ""
