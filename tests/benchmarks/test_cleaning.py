"""The benchmarks of cleaning, in small: that they run, and that their figures are those of the files they wrote."""

from __future__ import annotations

import csv
import importlib
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from landmarq.catalog import write_landmarks
from toys import LANDMARKS

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
COLOURS = {"red_tower": (200, 40, 40), "green_dome": (40, 200, 40), "blue_bridge": (40, 40, 200), "": (150, 150, 20)}


def run(script: str, *arguments: str) -> str:
    """Run a benchmark and return what it prints."""
    command = [sys.executable, str(BENCHMARKS / script), *arguments]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=600)
    assert done.returncode == 0, done.stderr
    return done.stdout


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


def cells(table: str, start: str) -> list[str]:
    """Return the cells of the line of a table in Markdown that starts so."""
    (line,) = (line for line in table.splitlines() if line.startswith(f"| {start} |"))
    return [cell.strip() for cell in line.strip("|").split("|")]


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photos of three landmarks and everyday ones, each of its colour and with spots of its own; two wrong labels."""
    root = tmp_path_factory.mktemp("photos")
    rng = np.random.default_rng(1)
    shown: list[tuple[str, str]] = []
    for landmark, colour in COLOURS.items():
        for at in range(14):
            spots = rng.integers(-40, 40, (9, 9, 1)).repeat(8, axis=0).repeat(8, axis=1)
            shown.append((f"{landmark or 'room'}{at}.png", landmark))
            Image.fromarray((np.array(colour) + spots).clip(0, 255).astype(np.uint8)).save(root / shown[-1][0])
    references = [row for row in shown if row[1] and re.fullmatch(r"\D+[012]\.png", row[0])]
    crawl = [row for row in shown if row[1] and row not in references]
    wrong = [("blue_bridge7.png", "red_tower"), ("room0.png", "green_dome")]
    for name, rows in (("photos", shown), ("references", references), ("crawl", crawl + wrong)):
        with (root / f"{name}.csv").open("w", newline="") as stream:
            csv.writer(stream).writerows([("path", "landmark"), *rows])
    write_landmarks(root / "landmarks.csv", LANDMARKS)
    return root


def test_vectors_with_known_noise_are_cleaned_and_repeats_go(tmp_path: Path) -> None:
    said = run("cleaning.py", "--photos", "3000", "--landmarks", "30", "-o", str(tmp_path / "size.md"))
    assert (tmp_path / "size.md").read_text() == said.removesuffix("\n")
    stage = [float(cell) for cell in cells(said, "all of cleaning")[1:]]
    parts = [float(cells(said, part)[1]) for part in ("weighing labels", "deciding", "duplicates")]
    assert stage[0] >= sum(parts) - 0.2
    assert 0.01 < stage[2] < 2
    repeats = re.search(r"of (\d+) repeats of a kept row (\d+) stayed", said)
    assert repeats
    assert int(repeats[1]) > 50
    assert int(repeats[2]) == 0
    ours, paper = (line for line in said.splitlines() if line.startswith("| all |"))
    share = [float(line.split("|")[7].rstrip(" %")) for line in (ours, paper)]
    assert share[0] > share[1] > 80


def test_each_region_is_cleaned_whole_alone_and_with_everyday_photos(
    photos: Path, tmp_path: Path, tiny_model: Path
) -> None:
    out = tmp_path / "out"
    models = [f"--model={region}={tiny_model}" for region in ("europe", "oceania")]
    said = run("cleaning_regions.py", str(photos), *models, "--everyday", "5", "-o", str(out))
    assert (out / "regions.md").read_text() == said.removesuffix("\n")
    parts = said.split("europe, ")[1:] + said.split("oceania, ")[1:]
    assert [part.partition(", model")[0] for part in parts] == [
        *("in the whole crawl", "its rows alone", "its rows and 5 everyday photos"),
        *("in the whole crawl", "its rows alone", "its rows and 5 everyday photos"),
    ]
    # Of Europe's 24 rows two are wrong, of Oceania's 11 none: everyday rows without a landmark are not counted.
    ours = [line.split("|")[2:4] for line in said.splitlines() if "| landmarq |" in line]
    assert [[int(cell) for cell in pair] for pair in ours] == [[22, 2]] * 3 + [[11, 0]] * 3


def test_the_table_of_crawls_is_that_of_the_files(photos: Path, tmp_path: Path, tiny_model: Path) -> None:
    out = tmp_path / "out"
    said = run("cleaning_crawls.py", str(photos), "--model", str(tiny_model), "-o", str(out))
    assert (out / "crawls.md").read_text() == said.removesuffix("\n")
    truth = {str((photos / row["path"]).absolute()): row["landmark"] for row in read(photos / "photos.csv")}
    decided = {name: read(out / "crawl" / f"{name}.csv") for name in ("kept", "dropped", "relabelled", "unsure")}
    rows = [row for group in decided.values() for row in group]
    right = [row for row in rows if truth[row["path"]] == row["was"]]
    kept = [row for row in right if row in decided["kept"] or row["reason"].startswith("same")]
    stay = [row for row in decided["kept"] if truth[row["path"]] != row["was"]]
    stay += [row for row in decided["relabelled"] if truth[row["path"]] != row["landmark"]]
    found = cells(said, "the crawl")
    assert found[1:3] == ["35", "6 %"]
    assert found[3] == f"{len(kept) / len(right):.1%}".replace("%", " %")
    assert found[4] == f"{1 - sum(truth[row['path']] != row['was'] for row in stay) / 2:.1%}".replace("%", " %")
    assert found[5] == f"{(len(kept) / len(right) + float(found[4].rstrip(' %')) / 100) / 2:.1%}".replace("%", " %")
    assert (out / "crawl" / "curve.svg").read_text().startswith("<svg")
    stated = [line for line in said.splitlines() if "of the right kept)" in line]
    assert [line.split("|")[1].strip() for line in stated] == ["1 %", "2 %", "3 %", "5 %"]


@pytest.fixture
def crawls(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module of the mixed crawls."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("cleaning_crawls")


def test_a_mixed_crawl_has_the_noise_that_it_says(crawls: Any, tmp_path: Path) -> None:
    shown = [(f"{landmark}{at}.jpg", landmark) for landmark in COLOURS for at in range(150)]
    with (tmp_path / "photos.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([("path", "landmark"), *shown])
    write_landmarks(tmp_path / "landmarks.csv", LANDMARKS)
    world = crawls.Photos(tmp_path, tmp_path / "out")
    truth = dict(world.truth)
    for noise in crawls.NOISES:
        rows, references = crawls.mixed(world, noise, np.random.default_rng(0))
        wrong = [row for row in rows if truth[row[0]] != row[1]]
        assert len(wrong) / len(rows) == pytest.approx(noise.wrong, abs=0.01)
        assert sum(not truth[path] for path, _ in wrong) / len(wrong) == pytest.approx(noise.everyday, abs=0.05)
        assert len(references) == 3 * noise.references
        assert all(truth[path] == landmark for path, landmark in references)
        assert not {path for path, _ in references} & {path for path, _ in rows}
        moved = [path for path, _ in wrong if truth[path]]
        assert all(((path, truth[path]) in rows) == noise.twice for path in moved)


def test_copies_are_found_and_counted(photos: Path, tmp_path: Path, tiny_model: Path) -> None:
    out = tmp_path / "out"
    said = run("cleaning_duplicates.py", str(photos), "--model", str(tiny_model), "--copies", "3", "-o", str(out))
    assert (out / "duplicates.md").read_text() == said.removesuffix("\n")
    assert len(list((out / "copies").glob("*.jpg"))) == 18
    # The toy network sees colour alone: brighter copies look like other photos to it.
    assert cells(said, "saved again, JPEG quality 50")[1:] == cells(said, "half the size")[1:] == ["3", "3"]
    same = [row for row in read(out / "crawl-and-copies" / "dropped.csv") if row["reason"].startswith("same picture")]
    counted = [line.split("|")[3] for line in said.splitlines() if line.startswith("| ")][1:]
    assert sum(map(int, counted)) <= len(same) > 6
    assert "0 photos of the crawl were taken for the picture of another" in said
