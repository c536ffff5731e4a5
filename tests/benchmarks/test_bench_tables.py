"""The tables of docs/benchmarks.md are those of the files that are kept beside them."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest

from landmarq.bench import Table, this_machine
from landmarq.recognize.indexing import EXACT_UP_TO

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "benchmarks" / "bench_tables.py"


@pytest.fixture(scope="module")
def script() -> Any:
    spec = importlib.util.spec_from_file_location("bench_tables", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def figures(table: Table) -> dict[str, Any]:
    """Return what a benchmark writes with --json."""
    return {"machine": this_machine().as_json(), "tables": [table.as_json()]}


def test_the_page_shows_the_figures_that_are_kept(script: Any) -> None:
    page = script.PAGE.read_text(encoding="utf-8")
    assert page == script.written(page, script.kept_figures()), "run benchmarks/bench_tables.py"


def test_every_benchmark_of_recognising_has_its_place(script: Any) -> None:
    places = re.findall(r"<!-- (\S+): by benchmarks/bench_tables.py -->", script.PAGE.read_text(encoding="utf-8"))
    assert sorted(places) == sorted(
        [
            "floors",
            "floors-landmarks",
            "decoding",
            "arithmetic",
            "arithmetic-wide",
            "network",
            "wide",
            "backbones",
            "search",
            "crossover",
            "matching",
            "gallery",
            "library-1M",
            "library-11k",
            "library-100k",
        ]
    )


def test_a_table_goes_to_its_place_with_its_machine_and_notes(script: Any) -> None:
    page = "a\n<!-- floors: by benchmarks/bench_tables.py -->\nold\n<!-- end -->\nb\n"
    table = Table("Floors", ("megapixels", "floor ms"), ((1, 13.25), (48, None)), ("A note.",))
    found = script.written(page, {"floors": figures(table)})
    assert found.startswith("a\n<!-- floors: by benchmarks/bench_tables.py -->\n")
    assert table.as_text() in found
    assert this_machine().as_text() in found
    assert "numpy " in found
    assert "old" not in found
    assert found.endswith("A note.\n<!-- end -->\nb\n")
    assert script.written(found, {"floors": figures(table)}) == found
    with pytest.raises(SystemExit, match="no marks for cake"):
        script.written(page, {"cake": figures(table)})


def test_what_matching_costs_by_hand(script: Any) -> None:
    columns = ("centroids", "way", "photos/s, 64 at once")
    floors = figures(Table("", ("megapixels", "floor ms"), ((12, 23.0), (1, 10.0))))
    rows = (
        (14_000, "exact", 2500.0),
        (14_000, "index", 5000.0),
        (45_000, "exact", 1000.0),
        (45_000, "index", 10_000.0),
    )
    text = script.matching(figures(Table("", columns, rows)), floors)
    assert "takes 0.20 ms: 2.0 %\nof the 10.0 ms" in text
    assert "with all of them, 0.40 ms (4.0 %)" in text
    assert "45,000: 0.10 ms (1.0 %)" in text
    with pytest.raises(SystemExit, match="bench search 14000 45000"):
        script.matching(figures(Table("", columns, rows[:1])), floors)


def test_where_exact_products_stop_being_the_fastest_by_hand(script: Any) -> None:
    columns = ("centroids", "way", "photos/s, 1 at once", "photos/s, 64 at once")
    rows = ((10, "exact", 9.0, 7.0), (10, "index", 5.0, 8.0), (20, "exact", 4.0, 4.0), (20, "index", 5.0, 8.0))
    text = script.crossover(figures(Table("", columns, rows)))
    assert "fastest up to 10 centroids for a photo alone, and at none for photos in batches of 64." in text


def test_the_size_from_which_an_index_is_used_is_the_one_that_was_measured(script: Any) -> None:
    assert f"fastest up to {EXACT_UP_TO:,} centroids for a photo alone" in script.crossover(
        script.kept_figures()["search"]
    )
