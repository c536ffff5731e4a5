"""Plot how costs grow, from the figures that bench_tables.py keeps: with the gallery, the photo and the library.

    python benchmarks/growth.py

It draws docs/images/search.png and docs/images/growth.png from docs/figures/bench.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

from landmarq.artifacts import read_json

ROOT = Path(__file__).parents[1]
FIGURES, IMAGES = ROOT / "docs" / "figures" / "bench", ROOT / "docs" / "images"
RED, BLUE, GREEN, GREY = "#b3402e", "#2e6fb3", "#3c8c46", "#777777"


def rows_of(name: str) -> list[Mapping[str, Any]]:
    """Return the rows of the first table of a benchmark."""
    rows: list[Mapping[str, Any]] = read_json(FIGURES / f"{name}.json")["tables"][0]["rows"]
    return rows


def search(axes: Any) -> None:
    """Draw milliseconds a photo by centroids, a line for each way and size of batch."""
    found = rows_of("search")
    batches = [name for name in found[0] if name.startswith("photos/s")]
    for way, colour in (("exact", RED), ("index", BLUE), ("place", GREEN)):
        rows = [row for row in found if row["way"] == way]
        for batch, line in zip(batches, ("--", "-"), strict=False):
            told = f"{way}, {batch.removeprefix('photos/s, ')}"
            x, y = [row["centroids"] for row in rows], [1000 / row[batch] for row in rows]
            axes.plot(x, y, linestyle=line, marker="o", color=colour, label=told)
    axes.set(xscale="log", yscale="log", xlabel="centroids", ylabel="milliseconds a photo")


def photo(axes: Any) -> None:
    """Draw milliseconds a photo by its size: decoding, network, floor, and all of ``albums``."""
    rows = rows_of("floors")
    size = [row["megapixels"] for row in rows]
    parts = {
        "albums ms": ("albums", RED),
        "floor ms": ("floor", BLUE),
        "decode ms, 1 core": ("decoding, 1 core", GREEN),
    }
    for column, (told, colour) in {**parts, "network ms, all cores": ("network", GREY)}.items():
        axes.plot(size, [row[column] for row in rows], marker="o", color=colour, label=told)
    axes.set(
        xscale="log", yscale="log", xlabel="megapixels", ylabel="milliseconds a photo", xticks=size, xticklabels=size
    )
    axes.minorticks_off()


def library(axes: Any) -> None:
    """Draw seconds by the photos of a library: a new pack, nothing changed, albums listed."""
    sizes = {100_000: rows_of("library-100k"), 1_000_000: rows_of("library-1M")}
    for what, told, colour in (
        ("a new pack", "a new pack", RED),
        ("albums listed, for pages and search", "albums listed", BLUE),
        ("nothing changed", "nothing changed", GREEN),
    ):
        seconds = [next(row["s"] for row in rows if row["what"] == what) for rows in sizes.values()]
        axes.plot(list(sizes), seconds, marker="o", color=colour, label=told)
    axes.set(xscale="log", yscale="log", xlabel="photos of the library", ylabel="seconds")


def main() -> None:
    """Draw both pictures."""
    figure, axes = plt.subplots(figsize=(6, 3.6), dpi=80)
    search(axes)
    finish(figure, [axes], IMAGES / "search.png")
    figure, both = plt.subplots(1, 2, figsize=(9, 3.6), dpi=80)
    photo(both[0])
    library(both[1])
    finish(figure, list(both), IMAGES / "growth.png")


def finish(figure: Any, axes: list[Any], file: Path) -> None:
    """Give each diagram its grid and legend, and save the picture."""
    for each in axes:
        each.grid(alpha=0.3)
        each.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(file)


if __name__ == "__main__":
    main()
