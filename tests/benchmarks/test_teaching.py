"""What a taught landmark finds, on colours: the others of its colour enter, and nothing else."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

from measured_toys import write_measured
from toys import paint_photo

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def test_a_landmark_that_the_pack_does_not_know_is_taught(tiny_model: Path, tmp_path: Path) -> None:
    world = write_measured(tmp_path, tiny_model)
    with world.catalog.open("a", newline="") as stream:
        for number in range(6):
            paint_photo(tmp_path / f"barn{number}.png", f"#0808{8 + number:02x}")
            csv.writer(stream).writerow([f"barn{number}.png", "barn", "val_unknown", "", ""])
    words = [world.catalog, "--pack", world.pack, "--model", world.model, "--photos", 4, "--draws", 3]
    run = subprocess.run(
        [sys.executable, str(BENCHMARKS / "teaching.py"), *map(str, words), "-o", str(tmp_path / "out")],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    lines = run.stdout.splitlines()
    assert len(lines) == 2
    assert lines[0] == "barn: with GPS 0.0 % of 0, without 100.0 % of 2; wrong, all 3 draws together: 0"
    assert lines[1] == lines[0].replace("barn", "together")
