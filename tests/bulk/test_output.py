"""The folder of results: its names alone say what is done."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmarq.artifacts import Manifest
from landmarq.bulk import Output
from landmarq.bulk.locations import one_line
from landmarq.bulk.output import PHOTOS_NAME, Standing, partition_name, standing
from landmarq.bulk.sources import Source
from landmarq.errors import ArtifactError, StorageError

PLAN = [Source(0, "tar", ("a.tar",)), Source(1, "files", ("x\u2028.jpg", "y\udcff.jpg"))]


def manifest(**inputs: str) -> Manifest:
    return Manifest(
        "bulk", 1, {"partition_photos": 32}, {"input": "photos", "model, pack or strictness": "abc", **inputs}
    )


@given(sizes=st.dictionaries(st.integers(0, 50), st.integers(1, 6), max_size=6), data=st.data())
def test_a_source_is_finished_when_no_partition_of_it_is_missing(sizes: dict[int, int], data: st.DataObject) -> None:
    whole = {
        (source, number): partition_name(source, number, "end" if number == size - 1 else "")
        for source, size in sizes.items()
        for number in range(size)
    }
    assert standing(whole.values()).finished == set(sizes)
    if whole:
        gone = data.draw(st.sampled_from(sorted(whole)))
        now = standing(name for key, name in whole.items() if key != gone)
        assert now.finished == set(sizes) - {gone[0]}
        last = sizes[gone[0]] - 1
        kept = [number for number in range(last) if number != gone[1]]
        assert now.full == ({gone[0]: kept} if kept else {})
        assert now.to_do_again == ([] if gone[1] == last else [whole[gone[0], last]])


def test_other_files_count_for_nothing() -> None:
    assert standing([".0000001-00000-end.parquet.x.part", "notes.txt"]) == Standing(set(), {}, [], [])


def test_no_photo_is_there_twice_after_a_second_try() -> None:
    full, end, cut = partition_name(7, 0, ""), partition_name(7, 1, "end"), partition_name(7, 1, "cut")
    assert standing([full, end, cut]) == Standing({7}, {}, [cut], [])
    assert standing([full, cut]) == Standing(set(), {7: [0]}, [], [cut])


def test_of_a_source_that_has_become_shorter_nothing_counts() -> None:
    names = [partition_name(7, 0, ""), partition_name(7, 1, ""), partition_name(7, 1, "end")]
    now = standing(names)
    assert (now.finished, now.full) == (set(), {})
    assert sorted(now.to_do_again) == sorted(names)


def test_a_plan_is_found_again_and_only_by_the_same_run(tmp_path: Path) -> None:
    output = Output(str(tmp_path / "out"))
    assert output.plan(manifest()) is None
    output.keep_plan(manifest(), PLAN)
    assert output.plan(manifest()) == PLAN
    for name, words in (("input", "another input"), ("model, pack or strictness", "another model, pack or strictness")):
        with pytest.raises(ArtifactError, match=words):
            output.plan(manifest(**{name: "other"}))
    with pytest.raises(ArtifactError, match="another partition photos"):
        output.plan(Manifest("bulk", 1, {"partition_photos": 64}, manifest().inputs))
    (tmp_path / "out/plan.jsonl").write_text("no plan")
    with pytest.raises(ArtifactError, match="damaged"):
        output.plan(manifest())


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_partitions_are_written_listed_and_removed(tmp_path: Path, scheme: str) -> None:
    output = Output(f"{scheme}{tmp_path}/out")
    assert output.partitions() == []
    names = [partition_name(0, number, "end" if number else "") for number in range(2)]
    for name in names:
        output.write(f"{PHOTOS_NAME}/{name}", b"x")
    output.write(f"{PHOTOS_NAME}/{names[0]}", b"y")
    assert output.partitions() == names
    output.remove(names[:1])
    assert output.partitions() == names[1:]


def test_a_place_that_can_not_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for location in (f"{tmp_path}/file", f"file://{tmp_path}/file"):
        with pytest.raises(StorageError) as caught:
            Output(location).write("photos/a.parquet", b"x")
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_an_output_that_is_a_file_or_lies_in_one_is_one_line(tmp_path: Path, scheme: str) -> None:
    (tmp_path / "file").write_text("in the way")
    for location in (f"{scheme}{tmp_path}/file", f"{scheme}{tmp_path}/file/out"):
        with pytest.raises(StorageError, match=r"can't use \S+file\S*: Not a directory: choose another -o") as caught:
            Output(location).plan(manifest())
        assert "\n" not in str(caught.value)


def test_a_partition_that_is_gone_before_it_is_removed_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="No such file"):
        Output(str(tmp_path)).remove([partition_name(0, 0, "end")])


def test_an_error_without_words_is_told_by_its_name() -> None:
    assert one_line(PermissionError()) == "PermissionError"
    assert one_line(ValueError("first\nsecond")) == "first"
