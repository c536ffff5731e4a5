from __future__ import annotations

import csv
from pathlib import Path

import pytest

from landmarq.catalog import read_catalog
from landmarq.cleaning import Outcome
from landmarq.cleaning.tables import DecidedRow, file_of, write_decisions

ORIGINAL = {"path": 'a "b",c.jpg', "landmark": "old", "licence": "CC0", "probability": "of another run"}


def row(outcome: Outcome) -> DecidedRow:
    return DecidedRow(outcome, "new", "old", "why", {"probability": 0.5, "mean_similarity": float("nan")}, ORIGINAL)


def test_rows_go_to_their_files_and_their_own_columns_come_last(tmp_path: Path) -> None:
    counts = write_decisions(
        tmp_path, [row(Outcome.KEPT), row(Outcome.UNSURE), row(Outcome.KEPT)], columns=list(ORIGINAL)
    )
    assert counts == {"kept": 2, "dropped": 0, "relabelled": 0, "unsure": 1}
    with file_of(tmp_path, Outcome.KEPT).open(newline="") as stream:
        first, _ = csv.DictReader(stream)
    assert list(first)[:4] == ["path", "landmark", "was", "reason"]
    assert list(first)[-1] == "licence"
    assert (first["path"], first["landmark"], first["was"]) == ('a "b",c.jpg', "new", "old")
    assert (first["probability"], first["mean_similarity"]) == ("0.5000", "")
    assert read_catalog(file_of(tmp_path, Outcome.KEPT)).rows[0].licence == "CC0"


def test_a_run_that_fails_leaves_the_files_of_the_last_one(tmp_path: Path) -> None:
    write_decisions(tmp_path, [row(Outcome.KEPT)], columns=list(ORIGINAL))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def failing() -> list[DecidedRow]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_decisions(tmp_path, (each for _ in range(1) for each in failing()), columns=list(ORIGINAL))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
