"""The tables of docs/benchmarks.md, from the files that `landmarq bench ... --json FILE` and decoding.py wrote.

    landmarq bench floors --json floors.json
    landmarq bench search 1000 2000 3000 5000 10000 14000 45000 100000 1000000 --json search.json
    python benchmarks/bench_tables.py floors.json search.json

Each file is kept in docs/figures/bench under its name, which says where its table stands in the page; without files the
page is written again from those. What stands there between this script's marks is written by it and by nobody else.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from landmarq.artifacts import read_json, write_json, write_text
from landmarq.bench import Machine, Table
from marked_pages import filled

ROOT = Path(__file__).parents[1]
PAGE, KEPT = ROOT / "docs" / "benchmarks.md", ROOT / "docs" / "figures" / "bench"
ALONE, BATCHED = "photos/s, 1 at once", "photos/s, 64 at once"
PAPER = 14_000
"""Centroids of the paper's 11,000 landmarks, a fifth of which have more than one: 1.27 each are taken."""
STARTERS = 45_000
"""The same with as many centroids a landmark as the starter pack has."""

Figures = Mapping[str, Any]


def block(found: Figures) -> str:
    """Return the machine and the tables of one file."""
    machine = Machine(**found["machine"])
    versions = ", ".join(f"{name} {version}" for name, version in machine.versions.items())
    return "\n\n".join([f"{machine.as_text()}; {versions}.", *(_table(each).as_text() for each in found["tables"])])


def _table(told: Figures) -> Table:
    columns = tuple(told["rows"][0])
    return Table(told["title"], columns, tuple(tuple(row.values()) for row in told["rows"]), tuple(told["notes"]))


def matching(search: Figures, floors: Figures) -> str:
    """Return what matching costs beside recognising a photo of the smallest size.

    Raises:
        SystemExit: the search was not measured at the sizes that are asked for.
    """
    rates = {(row["centroids"], row["way"]): row[BATCHED] for row in search["tables"][0]["rows"]}
    smallest = min(floors["tables"][0]["rows"], key=lambda row: row["megapixels"])
    try:
        exact, indexed, more = (
            1000 / rates[each] for each in ((PAPER, "exact"), (PAPER, "index"), (STARTERS, "index"))
        )
    except KeyError as error:
        raise SystemExit(f"search.json has no row {error}: run landmarq bench search {PAPER} {STARTERS} too") from None
    photo = smallest["floor ms"]
    return (
        f"The paper's 11,000 landmarks have {PAPER:,} centroids. Searched through the index, in batches of 64, a photo "
        f"takes {indexed:.2f} ms: {100 * indexed / photo:.1f} %\nof the {photo:.1f} ms of its decoding and the network "
        f"at {smallest['megapixels']} megapixel; compared with all of them, {exact:.2f} ms "
        f"({100 * exact / photo:.1f} %). With four centroids a landmark,\nas the starter pack has, they are "
        f"{STARTERS:,}: {more:.2f} ms ({100 * more / photo:.1f} %)."
    )


def crossover(search: Figures) -> str:
    """Return up to which size all products were the fastest way without a place, of the sizes that were measured."""
    rates = {(row["centroids"], row["way"]): row for row in search["tables"][0]["rows"]}
    sizes = sorted({centroids for centroids, _ in rates})
    fastest = {
        batch: [size for size in sizes if rates[size, "exact"][batch] >= rates[size, "index"][batch]]
        for batch in (ALONE, BATCHED)
    }
    return (
        "Of the sizes above, exact products are the fastest "
        + ", and ".join(
            f"up to {max(found):,} centroids for {words}" if found else f"at none for {words}"
            for words, found in zip(("a photo alone", "photos in batches of 64"), fastest.values(), strict=True)
        )
        + "."
    )


def written(page: str, kept: Mapping[str, Figures]) -> str:
    """Return the page with the tables of some files, by their names; the others stay as they are."""
    parts = {name: block(found) for name, found in kept.items()}
    if "search" in kept:
        parts["crossover"] = crossover(kept["search"])
    if "search" in kept and "floors" in kept:
        parts["matching"] = matching(kept["search"], kept["floors"])
    for name, text in parts.items():
        page = filled(page, name, text, by="bench_tables.py")
    return page


def kept_figures() -> dict[str, Figures]:
    """Return the files that are kept, by name."""
    return {file.stem: read_json(file) for file in sorted(KEPT.glob("*.json"))}


def main() -> None:
    """Keep the files, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="*")
    new = {file.stem: read_json(file) for file in parser.parse_args().files}
    page = written(PAGE.read_text(encoding="utf-8"), {**kept_figures(), **new})
    for name, found in new.items():
        write_json(KEPT / f"{name}.json", found)
    write_text(PAGE, page)


if __name__ == "__main__":
    main()
