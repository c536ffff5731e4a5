"""Tables as people's programs write them, and what is said of damaged ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from landmarq.catalog import read_catalog, read_landmarks, read_references
from landmarq.errors import CatalogError


@pytest.mark.parametrize(
    "data",
    [
        b"path,landmark,author\na.jpg,tower,Jo\n",
        b"\xef\xbb\xbfpath;landmark;author\r\na.jpg;tower;Jo\r\n",
        b"path\tlandmark\tauthor\ra.jpg\ttower\tJo\r",
        b"Author , Landmark, PATH\n\n Jo, tower, a.jpg\n,,\n",
    ],
    ids=["plain", "mark and semicolons", "tabs and old line ends", "other order, capitals, blanks"],
)
def test_tables_of_spreadsheets_are_read(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_bytes(data)
    (row,) = read_catalog(tmp_path / "table.csv").rows
    assert (row.path, row.landmark, row.author) == ("a.jpg", "tower", "Jo")


def test_a_field_may_hold_any_sign(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text('path,landmark,author\na.jpg,tower,"Jo\u2028and, Di\nIn two lines"\n')
    assert read_catalog(tmp_path / "table.csv").rows[0].author == "Jo\u2028and, Di\nIn two lines"


@pytest.mark.parametrize("path", ["photos\\a.jpg", "photos/a.jpg"])
def test_windows_paths_lead_to_the_photo(path: str, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text(f"path,landmark\n{path},tower\n")
    catalog = read_catalog(tmp_path / "table.csv")
    assert catalog.files() == [tmp_path / "photos" / "a.jpg"]
    assert catalog.rows[0].path == path


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"path,landmark\na.jpg,caf\xe9\n", "is not UTF-8 text .*save it as UTF-8"),
        (b"path,name\na.jpg,tower\n", "lacks the column 'landmark'; its first line must name path, landmark"),
        (b"", "lacks the column 'path'"),
        (b"path,landmark\n", "has no rows"),
        (b"path,landmark\na.jpg,tower,more\n", "line 2: 3 fields where the first line names 2"),
        (b"path,landmark\n,tower\n", "line 2: the path is empty"),
        (b"path,landmark,lat,lon\na.jpg,tower,91,0\n", "line 2: '91', '0' is not a place"),
        (b"path,landmark\na.jpg," + b"x" * 200_000, "line 2: field larger than field limit"),
    ],
)
def test_a_damaged_table_is_one_line(data: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_bytes(data)
    with pytest.raises(CatalogError, match=words) as error:
        read_catalog(tmp_path / "table.csv")
    assert "\n" not in str(error.value)


def test_what_is_no_file_and_a_reference_without_a_landmark_are_told(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="no such file"):
        read_landmarks(tmp_path / "none.csv")
    with pytest.raises(CatalogError, match="can't be read: Is a directory"):
        read_landmarks(tmp_path)
    (tmp_path / "references.csv").write_text("path,landmark\na.jpg,\n")
    with pytest.raises(CatalogError, match=r"a\.jpg names no landmark"):
        read_references(tmp_path / "references.csv")
