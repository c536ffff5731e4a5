"""The main job on labelled photos: right and wrong in the albums, photos a second, peak memory, second run, kills.

Each run is the command as a person gives it, in a process of its own. Memory is that of the whole tree of processes,
pages that they share counted once (PSS), sampled five times a second; Linux only. Run:

    python benchmarks/albums.py ../shared/photos/test --truth ../shared/photos/photos.csv --split test -o albums-bench
    python benchmarks/albums.py demo/photos --kills 5 -o albums-bench
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from landmarq.evaluation.figures import figure
from landmarq.metrics import CONFIDENCE
from landmarq.workspace import measuring

MODES: dict[str, tuple[str, ...]] = {"with GPS": (), "without GPS": ("--no-geo",)}


@dataclass(frozen=True)
class Run:
    """What one run took: seconds, peak memory in MB, and what it said."""

    seconds: float
    memory_mb: float
    said: str


def command(photos: Path, out: Path, *options: str) -> list[str]:
    """Return the words of one run."""
    return [sys.executable, "-m", "landmarq", "albums", str(photos), "-o", str(out), *options]


def run(words: list[str]) -> Run:
    """Run a command to its end."""
    began = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    peak = 0.0

    def watch() -> None:
        nonlocal peak
        while process.poll() is None:
            peak = max(peak, sum(memory_mb(each) for each in tree(process.pid)))
            time.sleep(0.2)

    watcher = threading.Thread(target=watch)
    watcher.start()
    said, errors = process.communicate()
    watcher.join()
    if process.returncode:
        raise SystemExit(errors)
    return Run(time.perf_counter() - began, peak, said.splitlines()[0])


def tree(root: int) -> list[int]:
    """Return a process and all below it."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):  # it has ended
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                parents.setdefault(parent, []).append(int(folder.name))
    found = [root]
    for pid in found:
        found += parents.get(pid, [])
    return found


def memory_mb(pid: int) -> float:
    """Return a process's share of memory; 0 for one that has ended."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def measure(options: argparse.Namespace, out: Path, *switches: str) -> None:
    """Print the figures of a first run, a second one, and one with other thresholds."""
    first = run(command(options.photos, out, *switches))
    print(f"  {first.said}")
    print(f"  first run {first.seconds:.1f} s, peak memory {first.memory_mb:.0f} MB")
    score = measuring.albums(out, options.truth, split=options.split)
    for role in score.roles:
        print(f"  {role.role}: {role.photos} photos, {role.found} right, {len(role.wrong)} wrong")
    if score.precision:
        precision = figure(score.precision, CONFIDENCE)
        print(f"  precision {precision.share:.2%} ({precision.low:.2%} to {precision.high:.2%})")
    for name, more in (("second run", ()), ("--strictness loose", ("--strictness", "loose"))):
        again = run(command(options.photos, out, *switches, *more))
        print(f"  {name} {again.seconds:.1f} s: {again.said}")


def kill(options: argparse.Namespace, undisturbed: Path, often: Path) -> None:
    """Kill runs at random moments, let one end, and compare its albums with those of an undisturbed run.

    A run that was quicker than its moment does not count: its library is thrown away, and it begins anew.
    """
    seconds = run(command(options.photos, undisturbed)).seconds
    rng, killed = np.random.default_rng(7), 0
    while killed < options.kills:
        moment = rng.uniform(0.1, 0.9) * seconds
        process = subprocess.Popen(
            command(options.photos, often),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(moment)
        if process.poll() is not None:
            print(f"  had ended before {moment:.1f} s: begins anew")
            shutil.rmtree(often)
            continue
        os.killpg(process.pid, 9)
        process.wait()
        killed += 1
        print(f"  killed after {moment:.1f} s")
    print(f"  then: {run(command(options.photos, often)).said}")
    same = (often / "albums.json").read_bytes() == (undisturbed / "albums.json").read_bytes()
    print(f"  albums.json is {'identical' if same else 'DIFFERENT'}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--truth", type=Path, help="catalog of these photos: measure their albums")
    parser.add_argument("--split", default="test")
    parser.add_argument("--kills", type=int, default=0, help="kill so many runs, each at a random moment")
    parser.add_argument("-o", "--out", type=Path, required=True, help="folder to work in; emptied first")
    options = parser.parse_args()
    shutil.rmtree(options.out, ignore_errors=True)
    if options.truth:
        for name, switches in MODES.items():
            print(name)
            measure(options, options.out / name.replace(" ", "-"), *switches)
    if options.kills:
        print("kill -9")
        kill(options, options.out / "undisturbed", options.out / "killed")


if __name__ == "__main__":
    main()
