"""Workers and a whole machine killed in the middle of a run: it costs time, and no photo is lost or there twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from bulk_toys import fill_folder, json_line, one_machine

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::FutureWarning")]

PHOTOS, PARTITION = 3000, 32
ALL = -(-PHOTOS // PARTITION)


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Two machines of Ray, which are groups of processes here; each has room for what dies with the other."""
    for name, value in (("MODE", "token"), ("TOKEN", "0" * 64)):  # Ray listens on every network
        monkeypatch.setenv(f"RAY_AUTH_{name}", value)
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    from ray.cluster_utils import Cluster

    cluster = Cluster(
        initialize_head=True, head_node_args={"num_cpus": 6, "include_dashboard": False, "object_store_memory": 2**28}
    )
    cluster.other = cluster.add_node(num_cpus=6, object_store_memory=2**28)
    yield cluster
    cluster.shutdown()


def test_workers_of_both_stages_and_a_machine_die_in_the_middle_of_a_run(
    cluster: Any, tmp_path: Path, pack: Path, tiny_model: Path
) -> None:
    files = fill_folder(tmp_path / "photos", PHOTOS)
    out = tmp_path / "out"
    words = ["--pack", str(pack), "--model", str(tiny_model)]
    command = ["bulk", str(tmp_path / "photos"), "-o", str(out), "--partition", str(PARTITION), *words]
    sizes = ["--decoders", "2", "--decode-cores", "1", "--workers", "2", "--address", cluster.address]
    run = subprocess.Popen(
        [sys.executable, "-m", "landmarq", *command, *sizes], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    wait_for(lambda: written(out) >= 5, run)
    for stage in ("MapBatches(Decode", "Map(Recognize"):
        os.kill(sorted(actors(f"MapWorker({stage}"))[0], signal.SIGKILL)
        after_worker = written(out)
        wait_for(partial(more_than, out, after_worker + 4), run)
    cluster.remove_node(cluster.other, allow_graceful=False)
    at_death = written(out)
    said, complained = run.communicate(timeout=900)
    assert run.returncode == 0, complained
    assert after_worker < at_death < ALL, "the run was over before it was disturbed"
    assert f"{PHOTOS} photos" in said
    assert "Traceback" not in complained

    rows = [row for file in sorted((out / "photos").iterdir()) for row in parquet.read_table(file).to_pylist()]
    assert Counter(row["path"] for row in rows) == Counter(str(file) for file in files)
    expected = one_machine(tmp_path / "photos", *words)
    assert {row["path"]: json_line(row) for row in rows} == expected


def written(out: Path) -> int:
    return len(list((out / "photos").glob("*.parquet")))


def more_than(out: Path, partitions: int) -> bool:
    return written(out) > partitions


def actors(name: str) -> list[int]:
    """Return the processes of Ray's actors of a class."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                title = (process / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if title.startswith(f"ray::{name}"):
                found.append(int(process.name))
    return found


def wait_for(happened: Callable[[], bool], run: subprocess.Popen[str], seconds: float = 900) -> None:
    """Wait for something while a run goes on."""
    give_up = time.monotonic() + seconds
    while not happened():
        assert run.poll() is None, f"the run ended before it was disturbed: {run.communicate()}"
        assert time.monotonic() < give_up
        time.sleep(0.05)
