from __future__ import annotations

import json

import pytest

from landmarq.bench import Table, this_machine


def test_a_table_is_markdown_and_json() -> None:
    table = Table("Speeds", ("way", "photos/s", "s"), (("exact", 1234.5, 0.01234), ("index", 40, None)), ("A note.",))
    assert table.as_text().splitlines() == [
        "Speeds",
        "",
        "| way   | photos/s | s      |",
        "|-------|----------|--------|",
        "| exact | 1,234    | 0.0123 |",
        "| index | 40       | –      |",
        "",
        "A note.",
    ]
    assert json.loads(json.dumps(table.as_json()))["rows"][1] == {"way": "index", "photos/s": 40, "s": None}


def test_a_row_of_another_width_is_refused() -> None:
    with pytest.raises(ValueError, match="2 cells for 1 columns"):
        Table("", ("one",), (("a", "b"),))


def test_the_machine_is_described() -> None:
    machine = this_machine()
    assert machine.cores >= 1
    assert machine.processor
    assert "numpy" in machine.versions
    assert machine.date in machine.as_text()
    assert json.dumps(machine.as_json())
