"""What a second look buys, measured on textures: doubtful photos are found, and nothing that stood falls."""

from __future__ import annotations

import csv
import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from landmarq.artifacts import read_json
from landmarq.catalog import read_catalog
from textured import write_textured

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def test_the_same_photos_without_and_with_a_second_look(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = write_textured(tmp_path, tiny_model)
    taught = [row for row in read_catalog(catalog).with_roles("train").rows if row.landmark]
    with (tmp_path / "references.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([("path", "landmark"), *((row.path, row.landmark) for row in taught)])
    info = json.loads((tmp_path / "pack" / "pack.json").read_text())
    # Sure of nothing: every photo is rejected by little.
    for each in info["thresholds"].values():
        each.update({name: 1.02 for name, value in each.items() if isinstance(value, float)})
    (tmp_path / "pack" / "pack.json").write_text(json.dumps(info))
    out = tmp_path / "second_look.json"
    words = [
        tmp_path,
        "--vectors",
        tmp_path / "v.sqlite",
        "--pack",
        tmp_path / "pack",
        "--model",
        tiny_model,
        "-o",
        out,
    ]
    run = subprocess.run(
        [sys.executable, str(BENCHMARKS / "second_look.py"), *map(str, words)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    told = read_json(out)
    without, with_ = told["without"], told["with"]
    assert (told["photos"], told["references"]) == (14, 12)
    assert without["found"] == [0, 6]
    assert with_["found"][0] >= 4, "they share their points with the photos of their texture"
    assert with_["passed"] == without["passed"] == {"non-landmark": [0, 8]}
    assert told["looked"] >= 6
    assert told["few"] == {"points": 8, "photos": 0, "of": 0}
    assert str(tmp_path) not in json.dumps(told), "no names of photos"
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    assert f"| found, rare landmarks (of 6) | 0 | {with_['found'][0]} |" in importlib.import_module(
        "results"
    ).second_look(told)
