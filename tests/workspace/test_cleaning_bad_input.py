"""Cleaning what is damaged, incomplete or written by a spreadsheet: each is one clear line."""

from __future__ import annotations

from collections import Counter

import pytest

from cleaning_case import Case
from landmarq.errors import CatalogError, InputError


def test_a_missing_reference_and_a_single_one_are_named(case: Case) -> None:
    references = (case.folder / "references.csv").read_text().splitlines()
    (case.folder / "photos/red_tower10.png").unlink()
    kept = [line for line in references if "blue_bridge11" not in line and "blue_bridge12" not in line]
    (case.folder / "references.csv").write_text("\n".join(kept))
    report = case.clean()
    assert report.problems == (
        "the reference photos/red_tower10.png of red_tower can't be read (missing): left out",
        "blue_bridge has one reference only: pick 3 to 5",
    )


def test_a_landmark_without_a_reference_is_kept_aside(case: Case) -> None:
    lines = (case.folder / "references.csv").read_text().splitlines()
    (case.folder / "references.csv").write_text("\n".join(line for line in lines if "green_dome" not in line))
    with (case.folder / "crawl.csv").open("a") as stream:
        stream.write("photos/wrong.png,nowhere,,\n")
    report = case.clean()
    assert report.problems == (
        "green_dome has no reference; kept aside in unsure.csv, rows: 11",
        "nowhere is not in the landmark table; kept aside in unsure.csv, rows: 1",
    )
    reasons = Counter(row["reason"] for row in case.rows("unsure"))
    assert reasons == {"its landmark has no reference": 11, "its landmark is not in the table": 1}


def test_an_unreadable_and_a_missing_photo_stop_nothing(case: Case) -> None:
    (case.folder / "photos/red_tower3.png").write_bytes(b"no picture")
    (case.folder / "photos/red_tower4.png").unlink()
    report = case.clean()
    assert report.problems == ("photos that can't be read, in dropped.csv: 2",)
    unread = [row["path"] for row in case.rows("dropped") if row["reason"] == "photo can't be read"]
    assert unread == ["photos/red_tower3.png", "photos/red_tower4.png"]


def test_a_table_from_a_spreadsheet_on_windows_is_read(case: Case) -> None:
    text = (case.folder / "crawl.csv").read_text().replace(",", ";").replace("photos/", "photos\\")
    (case.folder / "windows.csv").write_text("\ufeff" + text, encoding="utf-8")
    assert case.clean(catalog="windows.csv").kept == 30
    assert case.rows("kept")[0]["path"].startswith("photos\\")


def test_mistakes_in_tables_are_one_line(case: Case) -> None:
    landmarks = case.folder / "landmarks.csv"
    good = landmarks.read_text()
    landmarks.write_text(good + good.splitlines()[1] + "\n")
    with pytest.raises(CatalogError, match="the id 'red_tower' is used twice"):
        case.clean()
    landmarks.write_text(good)
    with (case.folder / "references.csv").open("a") as stream:
        stream.write("photos/wrong.png,atlantis\n")
    with pytest.raises(CatalogError, match="names 'atlantis', which the landmark table lacks"):
        case.clean()
    (case.folder / "references.csv").write_text("path,landmark\nphotos/none.png,red_tower\n")
    with pytest.raises(InputError, match="none of the 1 references can be read"):
        case.clean()
