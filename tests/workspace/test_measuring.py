from __future__ import annotations

import json
import pickle
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from landmarq.catalog import read_catalog
from landmarq.errors import InputError
from landmarq.photos import PhotoView, read_crop, read_photo
from landmarq.recognize import Rule
from landmarq.runtime import open_network
from landmarq.workspace.comparing import compare_systems
from landmarq.workspace.measuring import (
    all_switches,
    offline,
    retrieval,
    revisited,
    score_answers,
)
from landmarq.workspace.systems import open_system
from landmarq.workspace.verbs import recognize
from measured_toys import Measured
from toys import paint_photo


def saved(folder: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((folder / "report.json").read_text())
    assert (folder / "report.html").read_text().startswith("<!doctype html>")
    return value


@pytest.fixture(scope="module")
def out(measured: Measured, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the pack on the test split, in all four settings."""
    folder = tmp_path_factory.mktemp("offline")
    offline(
        measured.catalog,
        out=folder,
        rules=all_switches(Rule()),
        packs=[measured.pack],
        model=measured.model,
        vectors=measured.vectors,
    )
    return folder


def test_offline_measures_with_and_without_place_and_references(out: Path) -> None:
    systems = {each["name"]: each for each in saved(out)["systems"]}
    assert list(systems) == [
        "colours, with GPS and with references",
        "colours, with GPS and no references",
        "colours, no GPS and with references",
        "colours, no GPS and no references",
    ]
    for name, each in systems.items():
        assert (each["positives"], each["negatives"], each["unreadable"]) == (12, 10, 0)
        used = {group["name"] for group in each["landmark_groups"] if group["by"] == "place"}
        assert used == ({"place used", "place not used"} if "with GPS" in name else {"place not used"})
    groups = {(each["by"], each["name"]) for each in systems["colours, no GPS and no references"]["landmark_groups"]}
    assert ("training photos", "rare (under 40)") in groups, "the train rows are counted"
    assert ("region", "oceania") in groups


def test_a_packs_own_answers_score_as_the_pack_does(measured: Measured, out: Path, tmp_path: Path) -> None:
    # The answers of `recognize`, which knows places from EXIF alone: compared without places.
    system = open_system([measured.pack], model=measured.model, rule=Rule(use_place=False))
    lines = [
        json.dumps(answer.as_json(str(path)))
        for path, answer in recognize(system, [measured.catalog.parent])
        if path.suffix == ".png" and not isinstance(answer, Exception)
    ]
    (tmp_path / "answers.jsonl").write_text("\n".join(lines))
    score_answers(measured.catalog, [tmp_path / "answers.jsonl"], out=tmp_path / "report")
    ours = saved(tmp_path / "report")["systems"][0]
    theirs = saved(out)["systems"][2]
    assert ours.pop("name") == "answers"
    assert theirs.pop("name") == "colours, no GPS and with references"
    assert ours == theirs


def test_vectors_are_kept_and_read_again(measured: Measured, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_photo(*_: object) -> None:
        raise AssertionError("a photo was opened")

    monkeypatch.setattr("landmarq.photos.PhotoReader.photos", lambda _self, paths, _view: map(no_photo, paths))
    monkeypatch.setattr("landmarq.evaluation.report.thumbnails", lambda *_: {})
    report = offline(
        measured.catalog, out=out, rules=[Rule()], packs=[measured.pack], model=measured.model, vectors=measured.vectors
    )
    assert len(report.systems) == 1


def test_an_unreadable_photo_counts_as_rejected(measured: Measured, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    shutil.copytree(measured.catalog.parent, folder)
    (folder / "test0.png").write_bytes(b"broken")
    (folder / "test1.png").unlink()
    report = offline(
        folder / "photos.csv", out=tmp_path / "o", rules=[Rule()], packs=[measured.pack], model=measured.model
    )
    (system,) = report.systems
    assert system.unreadable == 2
    assert system.positives == 12
    reasons = {mistake.path: mistake.reason for mistake in system.mistakes if mistake.kind == "missed"}
    assert reasons["test0.png"]
    assert reasons["test1.png"] == "missing"


def test_a_pack_compared_with_itself_and_with_a_stricter_one(measured: Measured, tmp_path: Path) -> None:
    same = compare_systems(
        measured.pack,
        measured.pack,
        measured.catalog,
        out=tmp_path / "same",
        model=measured.model,
        vectors=measured.vectors,
    )
    assert (same.agreement.hits, same.photos, same.changes) == (22, 22, ())
    assert "both report the same on every photo" in (tmp_path / "same" / "report.html").read_text()
    stricter = tmp_path / "stricter"
    shutil.copytree(measured.pack, stricter)
    values = json.loads((stricter / "pack.json").read_text())
    values["thresholds"]["normal"] = {"eta": 1.5, "eta_place": 1.5, "rho": 1.5}
    (stricter / "pack.json").write_text(json.dumps(values))
    got = compare_systems(
        measured.pack,
        stricter,
        measured.catalog,
        out=tmp_path / "other",
        model=measured.model,
        vectors=measured.vectors,
    )
    assert got.only_first_reports == len(got.changes) > 0
    assert got.only_second_reports == got.other_landmark == 0
    assert {each.on for each in got.verdicts} == {"all photos", "sensitivity", "specificity", "top-1"}
    assert saved(tmp_path / "other")["first"] == "pack"


def test_a_comparison_on_a_folder_says_only_who_changed(measured: Measured, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    for number in range(4):
        shutil.copy(measured.catalog.parent / f"test{number}.png", photos)
    got = compare_systems(measured.pack, measured.pack, photos, out=tmp_path / "o", model=measured.model)
    assert (got.photos, got.verdicts) == (4, ())
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="holds no photos"):
        compare_systems(measured.pack, measured.pack, tmp_path / "empty", out=tmp_path / "o", model=measured.model)


def test_a_rivals_answers_compare_with_a_pack(measured: Measured, tmp_path: Path) -> None:
    rows = [row for row in read_catalog(measured.catalog).rows if row.role.startswith("test")]
    silent: dict[str, object] = {"landmarks": [], "score": None, "best": None}
    (tmp_path / "silent.jsonl").write_text("\n".join(json.dumps({"path": row.path, **silent}) for row in rows))
    got = compare_systems(
        tmp_path / "silent.jsonl", measured.pack, measured.catalog, out=tmp_path / "o", model=measured.model
    )
    assert got.first == "silent"
    assert got.only_second_reports == len(got.changes) > 0


def test_retrieval_finds_colours_among_their_own(measured: Measured, tmp_path: Path) -> None:
    report = retrieval(measured.catalog, model=measured.model, vectors=measured.vectors, out=tmp_path, pool="train")
    assert (report.queries, report.pool, report.landmarks) == (12, 24, 3)
    assert report.top_k[0].found.share > 0.8
    shares = [each.found.share for each in report.top_k]
    assert shares == sorted(shares)
    assert saved(tmp_path)["top_k"][19]["k"] == 20
    with pytest.raises(InputError, match="none of the role 'nothing'"):
        retrieval(measured.catalog, model=measured.model, vectors=measured.vectors, out=tmp_path, pool="nothing")


@pytest.fixture
def benchmark(tmp_path: Path) -> Path:
    """Six database images and a query with a box, as revisited Oxford lays them out."""
    folder = tmp_path / "images"
    folder.mkdir()
    for name, colour in zip("abcdef", ("#c03838", "#e03030", "#20d020", "#2020d0", "#d0d020", "#20d0d0"), strict=True):
        paint_photo(folder / f"{name}.jpg", colour)
    pixels = np.zeros((60, 60, 3), np.uint8)
    pixels[:30] = (208, 32, 32)
    from PIL import Image

    Image.fromarray(pixels).save(folder / "q.png")
    truth = {
        "imlist": list("abcdef"),
        "qimlist": ["q"],
        "gnd": [{"bbx": [0, 0, 60, 28], "easy": [0], "hard": [1], "junk": [4]}],
    }
    (tmp_path / "gnd.pkl").write_bytes(pickle.dumps(truth, 2))
    return tmp_path


def test_revisited_from_images_with_and_without_crops(measured: Measured, benchmark: Path) -> None:
    network = open_network(measured.model, precision="float32")
    whole = network.embed(read_photo(benchmark / "images" / "q.png", PhotoView(32)).pixels[None])[0]
    cut = network.embed(read_crop(benchmark / "images" / "q.png", (0, 0, 60, 28), size=32)[None])[0]
    pixels = [read_photo(benchmark / "images" / f"{name}.jpg", PhotoView(32)).pixels for name in "abcdef"]
    database = network.embed(np.stack(pixels))
    for crops, query in ((True, cut), (False, whole)):
        report = revisited(
            benchmark / "gnd.pkl", benchmark / "images", model=measured.model, out=benchmark / "o", crops=crops
        )
        hard = next(each for each in report.figures if each.setup == "hard")
        # Of b, c, d, f (a and the junk e are taken out) only b is a positive: AP is half of 1/(rank + 1) and before.
        rank = sum(query @ database[other] >= query @ database[1] for other in (2, 3, 5))
        assert hard.mean_average_precision == pytest.approx(((rank == 0) + 1 / (rank + 1)) / 2)
    assert json.loads((benchmark / "o" / "report.json").read_text())["kind"] == "landmarq-revisited-report"
    page = (benchmark / "o" / "report.html").read_text()
    assert "Revisited: gnd.pkl" in page
    assert "mP@10" in page
    assert page.count("data:image/svg+xml") == 1


def test_revisited_with_distractors_and_moves(measured: Measured, benchmark: Path) -> None:
    network = open_network(measured.model, precision="float32")
    query = network.embed(read_crop(benchmark / "images" / "q.png", (0, 0, 60, 28), size=32)[None])
    np.save(benchmark / "distractors.npy", np.repeat(query, 3, axis=0))
    options: dict[str, Any] = {"model": measured.model, "out": benchmark / "o"}
    plain = revisited(benchmark / "gnd.pkl", benchmark / "images", **options)
    with_distractors = revisited(
        benchmark / "gnd.pkl", benchmark / "images", distractors=[benchmark / "distractors.npy"], **options
    )
    assert with_distractors.figures[1].mean_average_precision < plain.figures[1].mean_average_precision
    assert with_distractors.figures[0].mean_precision_at[0] == 0, "three images stand before any positive"
    (benchmark / "moves.csv").write_text("query,image\nq,b\n")
    with pytest.raises(InputError, match="no query has a positive in the set-up hard"):
        revisited(benchmark / "gnd.pkl", benchmark / "images", moves=benchmark / "moves.csv", **options)


def test_revisited_needs_every_image(measured: Measured, benchmark: Path) -> None:
    (benchmark / "images" / "c.jpg").write_bytes(b"broken")
    with pytest.raises(InputError, match=r"1 images can't be read, such as c\.jpg"):
        revisited(benchmark / "gnd.pkl", benchmark / "images", model=measured.model, out=benchmark / "o")
    (benchmark / "images" / "c.jpg").unlink()
    with pytest.raises(InputError, match="every image"):
        revisited(benchmark / "gnd.pkl", benchmark / "images", model=measured.model, out=benchmark / "o")
