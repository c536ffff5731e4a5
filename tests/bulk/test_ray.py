"""Real Ray: whole runs on this machine, stopped, resumed, and in trouble."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tarfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from bulk_toys import fill_folder, json_line, landmarq, noise_photo, one_machine
from landmarq.embed import VectorStore
from landmarq.runtime import read_model
from landmarq.workspace import starter_pack

pytestmark = pytest.mark.slow


@pytest.fixture
def words(pack: Path, tiny_model: Path) -> list[str]:
    """Which pack and model, and the same arithmetic on every machine."""
    return ["--pack", str(pack), "--model", str(tiny_model)]


def rows_of(out: Path) -> list[dict[str, Any]]:
    return [row for file in sorted((out / "photos").iterdir()) for row in parquet.read_table(file).to_pylist()]


def test_a_folder_shards_and_parquet_give_the_answers_of_one_machine(
    tmp_path: Path, words: list[str], tiny_model: Path
) -> None:
    folder = tmp_path / "photos"
    files = fill_folder(folder, 70)
    expected = one_machine(folder, *words)
    vectors = ["--vectors", tmp_path / "vectors.sqlite"]
    done = landmarq("bulk", folder, "-o", tmp_path / "out", "--partition", 32, *vectors, *words)
    assert "70 photos" in done.stdout
    assert "Traceback" not in done.stderr
    assert [json_line(row) for row in rows_of(tmp_path / "out")] == [expected[str(path)] for path in files]

    done = landmarq("embed", folder, "--model", tiny_model, "-o", tmp_path / "vectors.sqlite")
    assert done.stdout.startswith("0 photos embedded")

    with tarfile.open(tmp_path / "photos.tar", "w") as shard:
        for file in files:
            shard.add(file, file.name)
    landmarq("bulk", tmp_path / "photos.tar", "-o", tmp_path / "tar", "--partition", 32, *words)
    by_name = {Path(path).name: json.loads(line) for path, line in expected.items()}
    for row in rows_of(tmp_path / "tar"):
        told = json.loads(json_line(row))
        assert {**told, "path": ""} == {**by_name[Path(row["path"]).name], "path": ""}

    table = pa.table({"bytes": [file.read_bytes() for file in files], "path": [str(file) for file in files]})
    parquet.write_table(table, tmp_path / "photos.parquet", row_group_size=64)
    landmarq("bulk", f"file://{tmp_path}/photos.parquet", "-o", f"file://{tmp_path}/pq", "--partition", 32, *words)
    assert [json_line(row) for row in rows_of(tmp_path / "pq")] == [expected[str(path)] for path in files]


def test_the_pack_that_ships_gives_the_answers_of_one_machine_byte_for_byte(tmp_path: Path) -> None:
    world = Path(__file__).parents[2] / "demo" / "photos"
    pack = starter_pack()
    assert pack is not None
    landmarq("bulk", world, "-o", tmp_path / "out", "--partition", 64)  # in the fastest arithmetic there is
    rows = rows_of(tmp_path / "out")
    assert len(rows) > 200
    assert {row["path"]: json_line(row) for row in rows} == one_machine(world)
    landmarq("embed", world, "--model", pack / "model", "-o", tmp_path / "one.sqlite")
    with VectorStore(tmp_path / "one.sqlite") as store:
        model = store.model(read_model(pack / "model")[0].fingerprint)
        files = store.files()
        contents = [files[os.fsencode(row["path"])].content for row in rows]
        assert all(contents)
        expected = store.vectors([each for each in contents if each], model=model)
    assert np.array_equal(np.array([row["vector"] for row in rows], np.float32), expected)


def test_a_killed_run_goes_on_and_a_finished_one_does_nothing(tmp_path: Path, words: list[str]) -> None:
    folder, out = tmp_path / "photos", tmp_path / "out"
    files = fill_folder(folder, 1500)
    command = ["bulk", str(folder), "-o", str(out), "--partition", "32", *words]
    process = subprocess.Popen(
        [sys.executable, "-m", "landmarq", *command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    wait_for(lambda: len(list((out / "photos").glob("*.parquet"))) >= 3, process)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    kept = {file: file.stat().st_mtime_ns for file in (out / "photos").glob("*.parquet")}
    assert 3 <= len(kept) < 47
    landmarq(*command)
    assert Counter(row["path"] for row in rows_of(out)) == Counter(str(file) for file in files)
    assert all(file.stat().st_mtime_ns == time_ns for file, time_ns in kept.items())
    began = time.monotonic()
    assert "1500 photos" in landmarq(*command).stdout
    assert time.monotonic() - began < 30


def test_troubles_are_told_and_the_rest_is_done(tmp_path: Path, words: list[str]) -> None:
    shards = tmp_path / "shards"
    shards.mkdir()
    for number in range(3):
        with tarfile.open(shards / f"{number}.tar", "w") as shard:
            for at, file in enumerate(fill_folder(tmp_path / f"in{number}", 40)):
                shard.add(file, f"{at}{file.suffix}")
    whole = (shards / "1.tar").read_bytes()
    (shards / "1.tar").write_bytes(whole[: len(whole) // 2 + 77])
    command = ["bulk", shards, "-o", tmp_path / "out", "--partition", 32, *words]
    done = landmarq(*command, expect=1)
    assert re.search(r"Not done: \S+1.tar: \S+1.tar is damaged", done.stderr)
    assert "2 of 3 parts are done" in done.stderr
    report = json.loads((tmp_path / "out/report.json").read_text())
    assert [name for name, _ in report["problems"]] == [str(shards / "1.tar")]
    (shards / "1.tar").write_bytes(whole)
    landmarq(*command)
    assert len({row["path"] for row in rows_of(tmp_path / "out")}) == len(rows_of(tmp_path / "out")) == 120
    done = landmarq("bulk", shards, "-o", tmp_path / "out", "--partition", 64, *words, expect=2)
    assert "results of another partition photos" in done.stderr


def test_an_output_that_can_not_be_written_ends_the_run_in_one_line(tmp_path: Path, words: list[str]) -> None:
    fill_folder(tmp_path / "photos", 40)
    (tmp_path / "out").mkdir()
    (tmp_path / "out/photos").write_text("in the way")
    done = landmarq("bulk", tmp_path / "photos", "-o", tmp_path / "out", "--partition", 32, *words, expect=2)
    assert re.fullmatch(r"landmarq: can't write \S+: .+\n", done.stderr)


def test_a_model_that_fits_here_and_not_in_the_workers(tmp_path: Path, pack: Path, tiny_model: Path) -> None:
    fill_folder(tmp_path / "photos", 40)
    script = f"""
import os
from functools import partial
from pathlib import Path
from bulk_toys import die_elsewhere, refuse_elsewhere
from landmarq.bulk import BulkConfig, Output
from landmarq.bulk.running import run_bulk
from landmarq.errors import ModelError
from landmarq.workspace.bulk import open_engine
opener = partial(open_engine, [{str(pack)!r}], model=Path({str(tiny_model)!r}))
config = BulkConfig(partition_photos=32, decode_cores=1)
folder = {str(tmp_path)!r}
try:
    run_bulk(folder + "/photos", Output(folder + "/a"), partial(refuse_elsewhere, os.getpid(), opener), config=config)
except ModelError as error:
    print("said:", error)
dying = partial(die_elsewhere, os.getpid(), opener)
report = run_bulk(folder + "/photos", Output(folder + "/b"), dying, config=config)
print("said:", report.finished, report.photos, *sorted({{problem for _, problem in report.problems}}))
"""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=900, env=environment
    )
    # Ray prints what it likes between.
    refused, died = re.findall(r"^said: (.*)$", done.stdout, re.MULTILINE)
    assert refused == "a worker can't open the model: no memory", done.stderr
    assert died == "0 0 its workers died, or their machines: Ray's logs say more"


def test_a_run_that_fits_on_no_machine_is_one_line(tmp_path: Path, words: list[str]) -> None:
    fill_folder(tmp_path / "photos", 5)
    words += ["--runtime", "onnxruntime", "--worker-gpus", "64"]
    done = landmarq("bulk", tmp_path / "photos", "-o", tmp_path / "out", *words, expect=2)
    assert re.fullmatch(
        r"landmarq: the workers take 1 x 64 GPU; the cluster has room for 0 of that size\n", done.stderr
    )


def test_workers_get_their_share_of_a_gpu_and_say_when_it_lies_idle(
    tmp_path: Path, pack: Path, tiny_model: Path
) -> None:
    # Ray believes what it is told of a machine: there need be no GPU to place workers by theirs.
    fill_folder(tmp_path / "photos", 40)
    script = f"""
from functools import partial
from pathlib import Path
import ray
from landmarq.bulk import BulkConfig, Output
from landmarq.bulk.running import run_bulk
from landmarq.errors import ConfigError, ModelError
from landmarq.workspace.bulk import open_engine
ray.init(address="local", num_cpus=5, num_gpus=1, include_dashboard=False, log_to_driver=False)
opener = partial(open_engine, [{str(pack)!r}], model=Path({str(tiny_model)!r}), runtime="onnxruntime")
folder = {str(tmp_path)!r}
for workers in (3, 2):
    config = BulkConfig(partition_photos=32, decoders=1, decode_cores=1, workers=workers, worker_gpus=0.5)
    try:
        run_bulk(folder + "/photos", Output(folder + "/out"), opener, config=config)
    except (ConfigError, ModelError) as error:
        print("said:", error)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=600)
    many, idle = re.findall(r"^said: (.*)$", done.stdout, re.MULTILINE)
    assert many == "the workers take 3 x 0.5 GPU; the cluster has room for 2 of that size", done.stderr
    assert idle.startswith("a worker has a GPU and ONNX Runtime does not compute on it")


def test_the_batch_class_in_a_dataflow_of_ray(tmp_path: Path, pack: Path, tiny_model: Path) -> None:
    for number in range(40):
        (tmp_path / f"{number:02}.png").write_bytes(noise_photo(number))
    script = f"""
from functools import partial
from pathlib import Path
import ray
from landmarq.bulk import BatchRecognizer
from landmarq.photos import ReadLimits
from landmarq.workspace.bulk import open_engine
ray.init(address="local", num_cpus=4, include_dashboard=False, log_to_driver=False)
opener = partial(open_engine, [{str(pack)!r}], model=Path({str(tiny_model)!r}))
photos = ray.data.read_binary_files({str(tmp_path)!r}, include_paths=True)
out = photos.map_batches(
    BatchRecognizer, fn_constructor_args=(opener,), fn_constructor_kwargs={{"limits": ReadLimits(workers=1)}},
    batch_size=16, compute=ray.data.ActorPoolStrategy(size=1),
)
rows = out.take_all()
readable = sum(row["error"] is None for row in rows)
print(len(rows), len({{row["path"] for row in rows}}), readable, len(rows[0]["vector"]))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=900)
    assert done.stdout.split() == ["40", "40", "40", "8"], done.stderr


def wait_for(happened: Any, process: subprocess.Popen[bytes], seconds: float = 900) -> None:
    """Wait for something while a process runs."""
    give_up = time.monotonic() + seconds
    while not happened():
        assert process.poll() is None, "the run ended before it was disturbed"
        assert time.monotonic() < give_up
        time.sleep(0.2)
