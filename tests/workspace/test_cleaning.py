"""Cleaning from files to files, with a real (tiny) network."""

from __future__ import annotations

import csv
import sqlite3
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cleaning_case import COLOURS, Case, paint_picture, write_csv
from landmarq import workspace
from landmarq.catalog import open_catalog, read_landmarks, read_references
from landmarq.cleaning import CleanConfig
from landmarq.cleaning.answers import Answers
from landmarq.errors import CatalogError
from landmarq.photos import PhotoReader
from landmarq.runtime import open_network
from landmarq.workspace.picking import Asker
from toys import LANDMARKS


def test_rows_are_kept_relabelled_and_rid_of_duplicates_with_their_own_columns(case: Case) -> None:
    report = case.clean()
    assert report.embedded == 41
    assert (report.kept, report.dropped, report.relabelled, report.unsure) == (30, 2, 1, 0)
    (moved,) = case.rows("relabelled")
    assert (moved["path"], moved["landmark"], moved["was"]) == ("photos/wrong.png", "blue_bridge", "red_tower")
    assert (moved["licence"], moved["camera"]) == ("CC-BY", "phone")
    dropped = {row["path"]: row for row in case.rows("dropped")}
    assert dropped["photos/red_tower0.png"]["reason"] == "same picture as a kept photo"
    assert dropped["photos/red_tower0.png"]["same_as"] == "photos/larger.png"
    assert dropped["photos/green_dome1.png"]["reason"] == "same file as a kept photo"
    assert all(list(row)[:2] == ["path", "landmark"] for rows in case.all_rows().values() for row in rows)


def test_every_row_of_the_catalog_stands_in_exactly_one_file(case: Case) -> None:
    case.clean(config=CleanConfig(keep_above=0.999))
    with (case.folder / "crawl.csv").open(newline="") as stream:
        given = Counter(row["path"] for row in csv.DictReader(stream))
    assert Counter(row["path"] for rows in case.all_rows().values() for row in rows) == given


def test_a_changed_threshold_embeds_nothing_and_the_same_run_does_nothing(case: Case) -> None:
    first = case.clean()
    kept = case.folder / "out" / "kept.csv"
    kept.write_text("edited by hand")
    again = case.clean()
    assert (again.kept, again.embedded) == (first.kept, 0)
    assert kept.read_text() == "edited by hand"
    other = case.clean(config=CleanConfig(keep_above=0.7))
    assert other.embedded == 0
    assert kept.read_text() != "edited by hand"


def test_a_stopped_run_goes_on_where_it_was(case: Case) -> None:
    def stop(done: int, to_do: int) -> None:
        if 0 < done < to_do:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        case.clean(progress=stop)
    assert not (case.folder / "out" / "kept.csv").exists()
    again = case.clean()
    assert 0 < again.embedded < 41
    assert again.kept == 30


def test_kept_rows_can_be_cleaned_again(case: Case) -> None:
    case.clean()
    (case.folder / "again.csv").write_text((case.folder / "out" / "kept.csv").read_text())
    assert case.clean(catalog="again.csv").kept == 30


def test_a_photo_taken_far_from_its_landmark_is_unsure(case: Case) -> None:
    lines = (case.folder / "crawl.csv").read_text().splitlines()
    near, far = f"{lines[2]},41.9,12.5", f"{lines[3]},48.85,2.35"
    rest = [f"{line},," for line in lines[4:]]
    (case.folder / "places.csv").write_text("\n".join([f"{lines[0]},lat,lon", near, far, *rest]))
    case.clean(catalog="places.csv")
    assert [(row["path"], row["reason"]) for row in case.rows("unsure")] == [
        ("photos/red_tower2.png", "taken far from its landmark")
    ]


def test_a_drawing_is_unsure_is_looked_at_once_and_a_person_has_the_last_word(case: Case) -> None:
    drawing = np.full((256, 256, 3), 255, np.uint8)
    drawing[::8] = drawing[:, ::8] = (90, 0, 0)
    Image.fromarray(drawing).save(case.folder / "photos/drawing.png")
    with (case.folder / "crawl.csv").open("a") as stream:
        stream.write("photos/drawing.png,red_tower,,\n")
    with (case.folder / "references.csv").open("a") as stream:
        stream.write("photos/drawing.png,red_tower\n")
    low = CleanConfig(keep_above=0.1)
    case.clean(config=low)
    (row,) = case.rows("unsure")
    assert (row["path"], row["reason"]) == ("photos/drawing.png", "a drawing, plan, map or logo")
    with sqlite3.connect(case.folder / "out" / "vectors.sqlite") as store:
        assert store.execute("select sum(drawn), count(*) from looks").fetchone() == (1, 33)
        # What was seen once is believed: nothing is decoded again.
        store.execute("update looks set drawn = 0")
    assert case.clean(config=CleanConfig(keep_above=0.11)).unsure == 0
    with sqlite3.connect(case.folder / "out" / "vectors.sqlite") as store:
        store.execute("delete from looks")
    assert case.clean(config=CleanConfig(keep_above=0.1, drawings_aside=False)).unsure == 0
    said = [["path", "landmark", "shows"], ["photos/drawing.png", "red_tower", "red_tower"]]
    write_csv(case.folder / "out" / "answers.csv", said)
    case.clean(config=low)
    assert {row["path"]: row["reason"] for row in case.rows("kept")}["photos/drawing.png"] == "a person said so"


def test_a_folder_per_landmark_is_a_catalog(case: Case) -> None:
    for path in sorted((case.folder / "photos").glob("*[0-9].png")):
        home = case.folder / "folders" / path.stem.rstrip("0123456789") / path.name
        home.parent.mkdir(parents=True, exist_ok=True)
        home.write_bytes(path.read_bytes())
    assert case.clean(catalog="folders").kept == 39


def test_absolute_paths_can_be_read_from_anywhere(case: Case) -> None:
    workspace.clean(
        case.folder / "crawl.csv",
        landmarks=case.folder / "landmarks.csv",
        references=case.folder / "references.csv",
        model=case.model,
        out=case.folder / "out",
        absolute=True,
    )
    assert all(path.is_absolute() and path.is_file() for path in map(Path, (row["path"] for row in case.rows("kept"))))


def test_the_truth_measures_both_rules(case: Case) -> None:
    with (case.folder / "crawl.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    table = [["path", "landmark"]]
    table += [[row["path"], "blue_bridge" if "wrong" in row["path"] else row["landmark"]] for row in rows]
    write_csv(case.folder / "truth.csv", table)
    report = workspace.clean(
        case.folder / "crawl.csv",
        landmarks=case.folder / "landmarks.csv",
        references=case.folder / "references.csv",
        model=case.model,
        out=case.folder / "out",
        truth=case.folder / "truth.csv",
    )
    ours, paper, _ = report.scores[:3]
    assert (ours.right, ours.wrong, ours.right_kept, ours.wrong_removed) == (32, 1, 1.0, 1.0)
    assert paper.name.startswith("mean similarity")
    assert (case.folder / "out" / "curve.svg").read_text().startswith("<svg")
    regions = {landmark.id: landmark.region for landmark in LANDMARKS}
    assert [score.region for score in report.scores[::3]] == ["", *dict.fromkeys(regions[id_] for id_ in COLOURS)]
    assert sum(score.right for score in report.scores[3::3]) == ours.right
    lines = (case.folder / "out" / "scores.md").read_text().splitlines()
    assert lines[2].startswith("| all | 32 | 1 | landmarq | 100.0 % | 100.0 % |")
    assert len(lines) == 2 + len(report.scores)


def test_what_a_person_answered_is_followed_and_can_be_changed(case: Case) -> None:
    first = case.clean()
    answers = case.folder / "out" / "answers.csv"
    said = [["path", "landmark", "shows"]]
    said += [["photos/red_tower1.png", "red_tower", ""], ["photos/wrong.png", "red_tower", "red_tower"]]
    said += [["photos/green_dome4.png", "green_dome", "blue_bridge"]]
    write_csv(answers, said)
    report = case.clean()
    assert (report.embedded, report.kept) == (0, first.kept - 1)
    decided = {row["path"]: (name, row) for name, rows in case.all_rows().items() for row in rows}
    for path, name in (("red_tower1", "dropped"), ("wrong", "kept"), ("green_dome4", "relabelled")):
        outcome, row = decided[f"photos/{path}.png"]
        assert (outcome, row["reason"]) == (name, "a person said so")
    assert decided["photos/green_dome4.png"][1]["landmark"] == "blue_bridge"
    answers.unlink()
    assert case.clean().kept == first.kept


def test_borderline_rows_are_asked_about_with_what_helps_to_answer(case: Case) -> None:
    pytest.importorskip("fastapi", reason="needs the extra serve")
    colours = list(COLOURS.values())
    between = [tuple((np.array(colours[0]) * 0.5 + np.array(colours[2]) * 0.5).astype(int)) for _ in range(3)]
    with (case.folder / "crawl.csv").open("a") as stream:
        for at, colour in enumerate(between):
            paint_picture(case.folder / f"photos/between{at}.png", colour, 500 + at)
            stream.write(f"photos/between{at}.png,red_tower,,\n")
    out = case.folder / "out"
    with PhotoReader() as reader:
        asker = Asker(
            open_catalog(case.folder / "crawl.csv", unpacked=out),
            read_landmarks(case.folder / "landmarks.csv"),
            case.folder / "references.csv",
            Answers(out / "answers.csv"),
            out / "vectors.sqlite",
            reader,
            open_network(case.model),
        )
        proposals = asker.proposals(read_references(case.folder / "references.csv"), progress=None)
        assert [(each.id, len(each.paths)) for each in proposals] == [(id_, 9) for id_ in COLOURS]
        first = asker.questions()
        assert any(each.path.startswith("photos/between") for each in first.asked)
        asked = first.asked[0]
        assert asked.file.is_file()
        assert len(asked.references) == 3
        assert asked.landmark not in [first.landmarks[at][0] for at in asked.rivals]
        asker.answers.set((asked.path, asked.landmark), asked.landmark)
        assert asked.path not in [each.path for each in asker.questions().asked if each.landmark == asked.landmark]
        (case.folder / "references.csv").unlink()
        with pytest.raises(CatalogError, match="pick references first"):
            asker.questions()


@pytest.mark.parametrize("rule", ["mean", "nearest"])
def test_the_paper_s_rule_drops_by_similarity_to_the_references_alone(rule: str, case: Case) -> None:
    case.clean()
    column = f"{rule}_similarity"
    wrong = float(case.rows("relabelled")[0][column])
    right = min(float(row[column]) for row in case.rows("kept"))
    assert wrong < right
    case.clean(config=CleanConfig(rule=rule, keep_above=(wrong + right) / 2))  # type: ignore[arg-type]  # of two names
    assert [row["path"] for row in case.rows("dropped") if not row["same_as"]] == ["photos/wrong.png"]
    assert case.rows("relabelled") == case.rows("unsure") == []
    with pytest.raises(ValueError, match="needs keep_above"):
        CleanConfig(rule=rule)  # type: ignore[arg-type]  # of two names
