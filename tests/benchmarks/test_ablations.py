"""The ablation table's harness, on made-up patterns: its stages, its left-out photos, and that it goes on."""

from __future__ import annotations

import csv
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from landmarq.gallery import GalleryConfig
from landmarq.training.config import read_config
from training_toys import LANDMARKS, paint

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "ablations.py"
BUDGET = """
precision = "float32"
[data]
validation_roles = []
[network]
backbone = "test_resnet"
weights = "none"
dimension = 16
first_embedding = "whitened"
[head]
center_weight = 0
[augment]
size = 32
[sampling]
batch = 16
[schedule]
epochs = 1
[machine]
device = "cpu"
[[stages]]
name = "europe"
regions = ["europe"]
[[stages]]
name = "asia"
regions = ["asia"]
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four landmarks and everyday photos of two sources; a crawl with two wrong labels and a repeated row."""
    root = tmp_path_factory.mktemp("world")
    random = np.random.default_rng(7)
    rows, crawl, references = [], [], []
    for kind, landmark in enumerate(LANDMARKS):
        for number in range(13):
            role = "train" if number < 8 else "val" if number < 11 else "test"
            rows.append((f"photos/{landmark}-{number}.jpg", landmark, role, ""))
            paint(root / rows[-1][0], kind=kind, random=random)
            if number < 3:
                references.append((rows[-1][0], landmark))
            elif role == "train":
                crawl.append((rows[-1][0], landmark))
    for number in range(24):
        role = ("train_negative", "val_negative", "test_negative")[number // 8]
        rows.append((f"photos/everyday-{number}.jpg", "", role, f"s{number % 2}"))
        paint(root / rows[-1][0], kind=None, random=random)
    crawl += [("photos/everyday-0.jpg", "tower"), ("photos/gate-3.jpg", "palace"), crawl[0]]
    table = [(id_, id_, "Town", "Land", region, "", "") for id_, region in LANDMARKS.items()]
    for name, header, lines in (
        ("photos", ("path", "landmark", "role", "source"), rows),
        ("crawl", ("path", "landmark"), crawl),
        ("references", ("path", "landmark"), references),
        ("landmarks", ("id", "name", "city", "country", "region", "lat", "lon"), table),
    ):
        with (root / f"{name}.csv").open("w", newline="") as stream:
            csv.writer(stream).writerows([header, *lines])
    (root / "budget.toml").write_text(BUDGET)
    return root


def ablations(world: Path, out: Path, *options: str) -> subprocess.CompletedProcess[str]:
    arguments = [str(world), "--budget", str(world / "budget.toml"), "-o", str(out), *options]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, str(SCRIPT), *arguments],
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
        env=environment,
    )


def rows_of(out: Path) -> dict[str, dict[str, Any]]:
    return {row["row"]: row for row in json.loads((out / "table.json").read_text())["rows"]}


ROWS = (
    "frozen", "several", "several-raw", "crawl-cleaned", "triplet", "staged", "shipped", "unseen-frozen", "source-s1",
)  # fmt: skip


def test_rows_are_made_once_and_the_test_photos_asked_last(world: Path, tmp_path: Path) -> None:
    chosen = [word for name in ROWS for word in ("--row", name)]
    first = ablations(world, tmp_path, *chosen)
    assert first.returncode == 0, first.stderr[-2000:]
    rows = rows_of(tmp_path)
    assert tuple(rows) == ROWS
    assert all(set(row["figures"]) == {"val"} and len(row["measured"]) == 10 for row in rows.values())
    assert rows["frozen"]["photos_passed"] == 0
    assert rows["several"]["photos_passed"] == (2 * 8 + 8) + (4 * 8 + 8), "regions 1 to k and all everyday photos"
    for name in ("frozen", "several", "several-raw", "crawl-cleaned"):
        top = rows[name]["figures"]["val"]["top1"]
        assert top["total"] == 12
        assert 0.25 < top["share"] <= 1
        assert top["low"] <= top["share"] <= top["high"]
    # Rows that differ in their vectors alone share one training, and those that differ in the mean of the weights.
    assert len(list((tmp_path / "trainings").glob("*/tensorboard"))) == 5
    assert rows["staged"]["photos_passed"] == rows["shipped"]["photos_passed"] == rows["several"]["photos_passed"]
    assert len(list((tmp_path / "trainings").glob("*/stage-3-average"))) == 1
    ranking = rows["triplet"]["figures"]["val"]
    assert len(ranking["top_k"]) == 20
    assert [each["hits"] for each in ranking["top_k"]] == sorted(each["hits"] for each in ranking["top_k"])
    # Of 32 photos 8 show the landmark: a quarter of the first ones by chance.
    assert ranking["chance_top_k"][:2] == pytest.approx([8 / 32, 1 - 24 / 32 * 23 / 31])
    # One of the four is left out; its eight training and three val photos search each other.
    assert rows["unseen-frozen"]["figures"]["val"]["unseen_1nn"] == {
        "hits": 11, "total": 11, "share": 1.0, "low": pytest.approx(0.741, abs=1e-3), "high": 1.0,
    }  # fmt: skip
    source = rows["source-s1"]["figures"]["val"]
    assert (source["left_out_source"]["total"], source["other_sources"]["total"]) == (8, 4)

    stamps = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.safetensors")}
    other = tmp_path / "rows" / "several.json"
    other.write_text(json.dumps({**json.loads(other.read_text()), "identity": "of another budget"}))
    again = ablations(world, tmp_path, "--row", "frozen", "--row", "source-s1", "--final")
    assert again.returncode == 0, again.stderr[-2000:]
    assert "val" not in again.stdout, "what is measured is not measured again"
    assert set(rows_of(tmp_path)["frozen"]["figures"]) == {"val", "test"}
    assert set(rows_of(tmp_path)) == {*ROWS} - {"several"}, "what another budget gave is not in the table"
    assert rows_of(tmp_path)["source-s1"]["figures"]["test"]["left_out_source"]["total"] == 4
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.safetensors") if "packs" not in path.parts}
    assert all(stamps[path] == stamp for path, stamp in kept.items()), "nothing was trained or exported again"
    written = (tmp_path / "table.md").read_text()
    assert "| frozen | not trained, whitened, one centroid | test | 0 | " in written
    ranks = written.partition("| k | triplet (val) | by chance |\n")[2].splitlines()[1:]
    assert len(ranks) == 20
    assert ranks[0].startswith("| 1 | ")
    assert ranks[0].endswith(" | 25.0 |")
    assert "| source-s1 | source s1 left out | val | " in written.partition("specificity, the other sources")[2]


def test_a_photo_that_the_crawl_takes_for_a_landmark_is_no_everyday_photo_too(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(SCRIPT.parent))
    catalogs, rows = importlib.import_module("ablation_catalogs"), importlib.import_module("ablation_rows")
    opened = catalogs.World.open(world)
    row = rows.Row("crawl-raw", "", read_config(SCRIPT.with_name("ablations.toml")), catalog="crawl-raw")
    trains = opened.training(row, model=Path, work=tmp_path)
    shown = [each.path for each in trains.rows if each.landmark]
    others = [each.path for each in trains.rows if not each.landmark]
    assert str(world / "photos/everyday-0.jpg") in shown
    assert sorted(others) == [str(world / f"photos/everyday-{number}.jpg") for number in range(1, 8)]


def test_rows_take_the_gallery_that_their_words_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(SCRIPT.parent))
    table, rows = importlib.import_module("ablation_table"), importlib.import_module("ablation_rows")
    base = read_config(SCRIPT.with_name("ablations.toml"))
    several = {"several", "several-raw", "crawl-raw", "crawl-cleaned", "crawl-true", "staged", "shipped"}
    for row in rows.table_rows(base, landmarks=("tower",), sources=("s1",)):
        wanted = GalleryConfig() if row.name in several else GalleryConfig(max_diameter=2)
        assert row.recogniser == "neighbours" or table.gallery_of(row) == wanted, row.name


def test_a_row_that_is_not_there_is_named_with_those_that_are(world: Path, tmp_path: Path) -> None:
    wrong = ablations(world, tmp_path, "--row", "cake")
    assert wrong.returncode == 1
    assert "no such row: cake; there are frozen, softmax, center" in wrong.stderr


def test_the_documents_name_every_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(SCRIPT.parent))
    table_rows = importlib.import_module("ablation_rows").table_rows
    base = read_config(SCRIPT.with_name("ablations.toml"))
    text = (SCRIPT.parents[1] / "docs" / "training.md").read_text(encoding="utf-8")
    for row in table_rows(base, landmarks=("tower",), sources=()):
        assert f"`{row.name}`" in text, row.name
