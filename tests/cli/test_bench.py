"""The benchmarks' commands: real processes at the smallest sizes, and what they refuse."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


def run(*words: object, expect: int = 0) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "landmarq", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == expect, done.stderr
    return done


def test_a_benchmark_prints_its_table_and_writes_it_with_the_machine(tmp_path: Path) -> None:
    out = run("bench", "library", "--photos", 200, "--landmarks", 3, "--no-files", "--json", tmp_path / "l.json").stdout
    assert "| a new pack " in out
    figures = json.loads((tmp_path / "l.json").read_text())
    assert figures["machine"]["cores"] >= 1
    assert [row["photos decided"] for row in figures["tables"][0]["rows"]] == [200, 0, 200, 200, None]


def test_a_gallery_is_measured() -> None:
    assert "2 landmarks x 5: built" in run("bench", "gallery", "--landmarks", 2, "--photos", 5, "--largest", 9).stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["bench", "search", "15"], "at least 16 centroids"),
        (["bench", "floors", "--seconds", "-1"], "must be positive"),
        (["bench", "backbones", "--size", "8"], "between 32 and 1024"),
        (["bench", "network", "--model", "nowhere"], "no such model"),
        (["quantise", "photos.csv", "--model", "nowhere", "-o", "x", "--photos", "0"], "at least 1"),
        (["quantise", "photos.csv", "--model", "nowhere", "-o", "x"], "no such model"),
    ],
)
def test_what_can_not_be_measured_is_one_line(words: list[str], said: str) -> None:
    error = run(*words, expect=2).stderr
    assert said in error
    assert len(error.strip().splitlines()) == 1
