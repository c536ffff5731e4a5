"""The stages without Ray: the same answers as on one machine, and what each kind of trouble becomes."""

from __future__ import annotations

import json
import os
import tarfile
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from bulk_toys import CONFIG, VIEW, Opener, fill_folder, given, json_line, noise_photo, through
from landmarq.bulk import BulkConfig, Engine, Output
from landmarq.bulk.decoding import Decoder, Read
from landmarq.bulk.output import standing
from landmarq.bulk.reading import Item
from landmarq.bulk.report import report_on
from landmarq.bulk.sources import Source, find_sources
from landmarq.bulk.stages import Decode, Recognize, write_partition
from landmarq.bulk.tables import ANSWER
from landmarq.bulk.vectors import import_vectors
from landmarq.embed import VectorStore
from landmarq.errors import ModelError
from landmarq.photos import decode
from landmarq.workspace import embed, open_system, recognize
from landmarq.workspace.bulk import open_engine


def rows_of(output: Output) -> list[dict[str, Any]]:
    folder = Path(output.location) / "photos"
    return [row for name in output.partitions() for row in parquet.read_table(folder / name).to_pylist()]


def test_answers_and_vectors_are_those_of_one_machine_byte_for_byte(
    tmp_path: Path, opener: Opener, pack: Path, tiny_model: Path
) -> None:
    folder, output = tmp_path / "photos", Output(str(tmp_path / "out"))
    fill_folder(folder, 70)
    told = through(find_sources(str(folder), files_each=32), opener, output)
    assert [(each["source"], each["ending"], each["problem"]) for each in told] == [(n, "end", "") for n in range(3)]
    rows = rows_of(output)
    system = open_system([pack], model=tiny_model, precision="float32")
    expected = []
    for path, answer in recognize(system, [folder]):
        line = {"path": str(path), "error": str(answer)} if isinstance(answer, Exception) else answer.as_json(str(path))
        expected.append(json.dumps(line, ensure_ascii=False))
    assert [json_line(row) for row in rows] == expected
    assert sum(bool(row["landmarks"]) for row in rows) >= 2

    embed(folder, model=tiny_model, out=tmp_path / "one.sqlite", precision="float32")
    with VectorStore(tmp_path / "one.sqlite") as one, VectorStore(tmp_path / "bulk.sqlite") as ours:
        number = one.model(system.network.info.fingerprint)
        count = import_vectors(output, ours, model=system.network.info.fingerprint)
        assert count == 69
        assert import_vectors(output, ours, model=system.network.info.fingerprint) == 69
        assert ours.model(system.network.info.fingerprint) == number
        assert known(one, number) == known(ours, number)


def known(store: VectorStore, model: int) -> dict[bytes, tuple[object, ...]]:
    """Return what a store knows of each file that can be read: size, time, content, where and when, its vector."""
    photos, files = store.photos(), store.files()
    return {
        path: (
            (file.size, file.mtime_ns, photos[file.content].sha256, photos[file.content].place),
            (photos[file.content].width, photos[file.content].taken, photos[file.content].notes),
            store.vectors([file.content], model=model).tobytes(),
        )
        for path, file in files.items()
        if file.content is not None
    }


def test_a_bulk_import_leaves_nothing_to_embed(tmp_path: Path, opener: Opener, tiny_model: Path) -> None:
    folder, output = tmp_path / "photos", Output(str(tmp_path / "out"))
    fill_folder(folder, 10)
    through(find_sources(str(folder), files_each=32), opener, output)
    with VectorStore(tmp_path / "bulk.sqlite") as store:
        import_vectors(output, store, model=opener().network.info.fingerprint)
    report = embed(folder, model=tiny_model, out=tmp_path / "bulk.sqlite", precision="float32")
    assert (report.update.embedded, report.update.unchanged) == (0, 9)


def test_a_long_source_becomes_several_partitions_and_an_empty_one_becomes_one(tmp_path: Path, opener: Opener) -> None:
    paths = [str(path) for path in fill_folder(tmp_path / "photos", 70)]
    output = Output(str(tmp_path / "out"))
    with tarfile.open(tmp_path / "empty.tar", "w"):
        pass
    through([Source(0, "files", tuple(paths)), Source(1, "tar", (str(tmp_path / "empty.tar"),))], opener, output)
    assert output.partitions() == [
        "0000000-00000.parquet",
        "0000000-00001.parquet",
        "0000000-00002-end.parquet",
        "0000001-00000-end.parquet",
    ]
    assert [row["path"] for row in rows_of(output)] == paths


@pytest.mark.parametrize("gone", [{0}, {1}, {2}, {0, 1}, {1, 2}, {0, 2}, {0, 1, 2}])
def test_of_a_shard_only_the_partitions_that_are_missing_are_made(
    tmp_path: Path, opener: Opener, monkeypatch: pytest.MonkeyPatch, gone: set[int]
) -> None:
    shard, output = tmp_path / "a.tar", Output(str(tmp_path / "out"))
    with tarfile.open(shard, "w") as archive:
        for file in fill_folder(tmp_path / "photos", 70):
            archive.add(file, file.name)
    sources = find_sources(str(shard), files_each=32)
    through(sources, opener, output)
    whole = {name: (tmp_path / "out/photos" / name).read_bytes() for name in output.partitions()}
    assert len(whole) == 3
    output.remove([name for at, name in enumerate(sorted(whole)) if at in gone])
    output.remove(standing(output.partitions()).to_do_again)  # as a run does before it goes on
    read: list[str] = []
    real = Decoder._read

    def counted(decoder: Decoder, item: Item) -> Read:
        read.append(item.path)
        return real(decoder, item)

    monkeypatch.setattr(Decoder, "_read", counted)
    told = through(sources, opener, output)
    assert [each["ending"] for each in told] == [""] * len(gone - {2}) + ["end"]
    assert len(read) == 32 * len(gone - {2}) + 6  # the last one is made again: only it says that none follows
    assert {name: (tmp_path / "out/photos" / name).read_bytes() for name in output.partitions()} == whole


def test_a_shard_that_ends_where_a_full_partition_does_is_finished(tmp_path: Path, opener: Opener) -> None:
    shard, output = tmp_path / "a.tar", Output(str(tmp_path / "out"))
    files = fill_folder(tmp_path / "photos", 65)
    for count in (65, 64):  # the last photo is taken out between two runs
        with tarfile.open(shard, "w") as archive:
            for file in files[:count]:
                archive.add(file, file.name)
        through(find_sources(str(shard), files_each=32), opener, output)
        if count == 65:
            output.remove([name for name in output.partitions() if "end" in name])
    assert standing(output.partitions()).finished == {0}
    assert len(rows_of(output)) == 64


def test_a_damaged_shard_keeps_what_is_before_the_damage_and_goes_on_when_it_is_mended(
    tmp_path: Path, opener: Opener
) -> None:
    shard, output = tmp_path / "a.tar", Output(str(tmp_path / "out"))
    with tarfile.open(shard, "w") as archive:
        for file in fill_folder(tmp_path / "photos", 70):
            archive.add(file, file.name)
    data = shard.read_bytes()
    sources = find_sources(str(shard), files_each=32)
    shard.write_bytes(data[: len(data) // 2 // 512 * 512 + 77])
    *_, told = through(sources, opener, output)
    assert (told["ending"], "is damaged" in told["problem"]) == ("cut", True)
    now = standing(output.partitions())
    assert (now.finished, now.full) == (set(), {0: [0]})
    shard.write_bytes(data)
    output.remove(now.to_do_again)
    through(sources, opener, output)
    assert len({row["path"] for row in rows_of(output)}) == len(rows_of(output)) == 70


def test_photos_that_could_not_be_reached_are_tried_again_and_no_others(tmp_path: Path, opener: Opener) -> None:
    folder, output = tmp_path / "photos", Output(str(tmp_path / "out"))
    files = [str(file) for file in fill_folder(folder, 70)]
    away = tmp_path / "away"
    table = pa.table({"path": [*files[:40], str(away / "a.png"), *files[40:]]})
    parquet.write_table(table, tmp_path / "t.parquet")
    sources = find_sources(str(tmp_path / "t.parquet"), files_each=32)
    told = through(sources, opener, output)
    assert [each["ending"] for each in told] == ["", "cut", "end"]
    assert all("is not there any more" in each["problem"] for each in told[1:])
    fill_folder(away, 4)
    (away / "a.png").write_bytes(noise_photo(1))
    now = standing(output.partitions())
    assert now.full == {0: [0]}
    output.remove(now.to_do_again)
    through(sources, opener, output)
    assert standing(output.partitions()).finished == {0}
    assert sum(row["error"] is not None for row in rows_of(output)) == 1  # the broken one


def test_ten_percent_of_corrupt_photos_cost_their_own_rows_only(tmp_path: Path, opener: Opener) -> None:
    folder, output = tmp_path / "photos", Output(str(tmp_path / "out"))
    folder.mkdir()
    corrupt = set()
    for number in range(60):
        data = noise_photo(number)
        if number % 10 == 3:
            corrupt.add(str(folder / f"{number:02}.png"))
            data = data[: len(data) // 2] if number % 20 == 3 else data[:40] + os.urandom(200)
        (folder / f"{number:02}.png").write_bytes(data)
    through(find_sources(str(folder), files_each=32), opener, output)
    report = report_on(output, sources=2, problems=[])
    assert (report.photos, report.unreadable) == (60, {"damaged": 6})
    listed = (tmp_path / "out/unreadable.csv").read_text().splitlines()[1:]
    assert {line.partition(",")[0] for line in listed} == corrupt


def test_a_photo_that_kills_its_decoder_is_reported_and_the_rest_goes_on(
    tmp_path: Path, opener: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A PNG that says it is 11,000 pixels a side: decoding it takes more memory than a decoder may have.
    monkeypatch.setattr(decode, "MAX_PIXELS", 10**9)
    folder, output = tmp_path / "photos", Output(str(tmp_path / "out"))
    fill_folder(folder, 6)
    big = np.full((1, 1), 7, np.uint8)
    from PIL import Image

    Image.fromarray(big).resize((10_900, 10_900)).convert("RGB").save(folder / "0001a.png", compress_level=1)
    config = BulkConfig(partition_photos=32, decoders=1, decode_cores=1, workers=1, worker_cores=1, memory_mb=400)
    (batch,) = Decode(VIEW, config)(given(find_sources(str(folder), files_each=32), output))
    row = {name: values[0] for name, values in batch.items()}
    write_partition(Recognize(opener, opener().fingerprint)(row), output)
    kinds = {Path(each["path"]).name: each["error_kind"] for each in rows_of(output)}
    assert kinds.pop("0001a.png") in {"memory", "crashed"}
    assert kinds.pop("broken.jpg") == "damaged"
    assert set(kinds.values()) == {None}


def test_a_folder_that_vanished_leaves_its_source_to_be_tried_again(tmp_path: Path, opener: Opener) -> None:
    output = Output(str(tmp_path / "out"))
    gone = str(tmp_path / "gone/a.jpg")
    (told,) = through([Source(0, "files", (gone,))], opener, output)
    assert told["problem"] == f"{tmp_path / 'gone'} is not there any more"
    assert told["ending"] == "cut"
    assert [row["error_kind"] for row in rows_of(output)] == ["missing"]


def test_vectors_alone_leave_the_answers_empty(tmp_path: Path, tiny_model: Path) -> None:
    paths = tuple(str(path) for path in fill_folder(tmp_path / "photos", 5))
    output = Output(str(tmp_path / "out"))
    through([Source(0, "files", paths)], partial(open_engine, model=tiny_model, only_vectors=True), output)
    rows = rows_of(output)
    assert [row["score"] for row in rows] == [None] * 5
    assert [row["vector"] is None for row in rows] == [path.endswith("broken.jpg") for path in paths]
    assert report_on(output, sources=1, problems=[]).recognized == 0


def test_a_shard_of_another_kind_ends_its_own_source(tmp_path: Path, opener: Opener) -> None:
    table = pa.table({"bytes": pa.array([[1, 2]], pa.list_(pa.int64())), "lat": ["north"]})
    parquet.write_table(table, tmp_path / "odd.parquet")
    (told,) = through(find_sources(str(tmp_path), files_each=32), opener, Output(str(tmp_path / "out")))
    assert "odd.parquet is of list" in told["problem"]
    assert told["ending"] == "cut"


class _Full:
    def write(self, name: str, data: bytes) -> None:
        raise OSError(28, f"no space for {name} of {len(data)}")


def test_troubles_of_the_model_and_the_disk_become_words_for_the_driver(tmp_path: Path, opener: Opener) -> None:
    def no_model() -> Engine:
        raise ModelError("it needs more memory than there is")

    paths = tuple(str(path) for path in fill_folder(tmp_path / "photos", 5))
    (batch,) = Decode(VIEW, CONFIG)(given([Source(0, "files", paths)], Output(str(tmp_path / "out"))))
    row = {name: values[0] for name, values in batch.items()}
    told = write_partition(Recognize(no_model, "x")(row), Output(str(tmp_path / "out")))
    assert told["model_error"] == "a worker can't open the model: it needs more memory than there is"

    def odd_model() -> Engine:
        raise RuntimeError("a driver is missing")

    told = write_partition(Recognize(odd_model, "x")(row), Output(str(tmp_path / "out")))
    assert told["model_error"] == "a worker can't open the model: RuntimeError: a driver is missing"
    told = write_partition(Recognize(opener, "another")(row), Output(str(tmp_path / "out")))
    assert "another model or pack" in told["model_error"]
    told = write_partition(Recognize(opener, opener().fingerprint, 0.5)(row), Output(str(tmp_path / "out")))
    assert told["model_error"].startswith("a worker has a GPU and ONNX Runtime does not compute on it")
    assert not (tmp_path / "out").exists()
    told = write_partition(Recognize(opener, opener().fingerprint)(row), _Full())  # type: ignore[arg-type]  # a full disk
    assert "no space" in told["storage_error"]


def test_the_columns_are_the_fields_of_the_json(opener: Opener, tmp_path: Path) -> None:
    output = Output(str(tmp_path / "out"))
    through([Source(0, "files", tuple(str(p) for p in fill_folder(tmp_path / "p", 4)))], opener, output)
    row = next(each for each in rows_of(output) if not each["error"])
    assert list(json.loads(json_line(row))) == ["path", *(name for name, _ in ANSWER)]
    assert np.isclose(np.linalg.norm(row["vector"]), 1)
    assert row["precision"] == "float32"
