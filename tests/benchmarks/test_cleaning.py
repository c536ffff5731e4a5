"""The benchmarks of cleaning, in small: that they run, and that their figures are those of the world they make."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from landmarq.catalog import write_landmarks
from toys import LANDMARKS, paint_photo

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def run(script: str, *arguments: str) -> str:
    """Run a benchmark and return what it prints."""
    command = [sys.executable, str(BENCHMARKS / script), *arguments]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_vectors_with_known_noise_are_cleaned_and_repeats_go() -> None:
    said = run("cleaning.py", "--photos", "3000", "--landmarks", "30").splitlines()
    assert any(line.startswith("all of cleaning") and "GB" in line for line in said)
    repeats = next(line.split() for line in said if "repeats" in line)
    assert int(repeats[1]) > 50
    assert int(repeats[7]) == 0
    ours, paper = said[-2:]
    assert float(ours.rpartition(" ")[2].rstrip("%")) > float(paper.rpartition(" ")[2].rstrip("%")) > 80


def test_each_region_is_cleaned_with_its_model_whole_and_alone(tmp_path: Path, tiny_model: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    tables = {"crawl.csv": "", "references.csv": "", "photos.csv": ""}
    for landmark in LANDMARKS:
        for at in range(8):
            path = paint_photo(photos / f"{landmark.id}{at}.jpg", landmark.id.partition("_")[0], size=(40 + at, 32))
            line = f"{path.name},{landmark.id}\n"
            tables["references.csv" if at < 3 else "crawl.csv"] += line
            tables["photos.csv"] += line
    tables["crawl.csv"] += "blue_bridge7.jpg,red_tower\n"
    for name, lines in tables.items():
        (photos / name).write_text(f"path,landmark\n{lines}")
    write_landmarks(photos / "landmarks.csv", LANDMARKS)
    out = tmp_path / "out"
    models = [f"--model={region}={tiny_model}" for region in ("europe", "oceania")]
    said = run("cleaning_regions.py", str(photos), *models, "-o", str(out))
    assert (out / "regions.md").read_text() == said
    europe = next(line for line in said.splitlines() if "| landmarq |" in line)
    assert europe.startswith("| europe | 10 | 1 | landmarq |")
    assert said.count("in the whole crawl") == said.count("its rows alone") == 2
    assert (out / tiny_model.name / "scores.md").is_file()
    assert (out / tiny_model.name / "curve.svg").is_file()
