from __future__ import annotations

import csv
from pathlib import Path

from landmarq.catalog import Catalog, CatalogRow
from landmarq.workspace.attributions import write_attributions


def test_licence_and_author_of_the_pack_s_photos_are_named_but_not_where_they_lay(tmp_path: Path) -> None:
    rows = (
        CatalogRow("/home/me/a.jpg", "tower", licence="CC-BY-4.0", author="Ada, of Rome"),
        CatalogRow("private\\b.jpg", "tower", author="Bo", source="wiki"),
        CatalogRow("c.jpg", "tower"),
        CatalogRow("d.jpg", "left_out", licence="CC0"),
    )
    assert write_attributions(tmp_path, Catalog(rows, tmp_path), landmarks={"tower"}) == 2
    with (tmp_path / "attributions.csv").open(newline="") as stream:
        found = [tuple(row.values()) for row in csv.DictReader(stream)]
    assert found == [("a.jpg", "tower", "CC-BY-4.0", "Ada, of Rome", ""), ("b.jpg", "tower", "", "Bo", "wiki")]


def test_without_any_there_is_no_file(tmp_path: Path) -> None:
    assert write_attributions(tmp_path, Catalog((CatalogRow("c.jpg", "tower"),), tmp_path), landmarks={"tower"}) == 0
    assert list(tmp_path.iterdir()) == []
