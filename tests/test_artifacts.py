from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmarq.artifacts import (
    Manifest,
    atomic_write,
    file_fingerprint,
    fingerprint,
    read_json,
    remove_parts,
    storage_errors,
    write_json,
)
from landmarq.errors import ArtifactError, StorageError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(value=st.dictionaries(st.text(), JSON, max_size=4))
def test_json_is_read_back_as_it_was_written(
    value: dict[str, object], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("json") / "value.json"
    write_json(path, value)
    assert read_json(path) == value


@given(value=st.dictionaries(st.text(), JSON, max_size=4))
def test_a_fingerprint_does_not_depend_on_the_order_of_keys(value: dict[str, object]) -> None:
    assert fingerprint(dict(reversed(value.items()))) == fingerprint(value)


def test_fingerprints_are_sha256(tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    assert file_fingerprint(tmp_path / "empty").startswith("e3b0c44298fc1c14")
    assert fingerprint({}) == file_fingerprint(_written(tmp_path / "braces", b"{}"))


def test_a_file_that_fails_half_way_changes_nothing(tmp_path: Path) -> None:
    path = _written(tmp_path / "file", b"old")

    def write_half() -> None:
        with atomic_write(path) as stream:
            stream.write(b"new")
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        write_half()
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_what_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    _written(tmp_path / ".albums.json.0a1b2c3d.part", b"half")
    _written(tmp_path / "kept.part", b"whole")
    remove_parts(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["kept.part"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_one_line() -> None:
    with pytest.raises(StorageError, match="no space left"), storage_errors(Path("x")):
        Path("/dev/full").write_bytes(b"x")


@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.EACCES, "may not write"), (errno.EROFS, "can't write"), (errno.EDQUOT, "no space left")],
)
def test_other_troubles_of_a_disk_are_one_line(number: int, said: str) -> None:
    with pytest.raises(StorageError, match=said), storage_errors(Path("x")):
        raise OSError(number, os.strerror(number))


def test_a_file_where_a_folder_should_be(tmp_path: Path) -> None:
    _written(tmp_path / "file", b"")
    with pytest.raises(StorageError, match="can't write"):
        write_json(tmp_path / "file" / "inner" / "value.json", {})


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe", b"[" * 100_000])
def test_damaged_json_is_one_line(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="damaged") as raised:
        read_json(_written(tmp_path / "value.json", content))
    assert "\n" not in str(raised.value)


def test_missing_and_huge_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ArtifactError, match="missing"):
        read_json(tmp_path / "gone.json")
    monkeypatch.setattr("landmarq.artifacts.MAX_JSON_BYTES", 3)
    with pytest.raises(ArtifactError, match="too large"):
        read_json(_written(tmp_path / "value.json", b"{    }"))


def test_a_stage_is_done_only_with_the_same_manifest(tmp_path: Path) -> None:
    manifest = Manifest("gallery", 1, {"max_diameter": 0.5}, {"model": "abc"})
    assert not manifest.is_done(tmp_path)
    manifest.save(tmp_path)
    assert manifest.is_done(tmp_path)
    assert not Manifest("gallery", 1, {"max_diameter": 0.6}, {"model": "abc"}).is_done(tmp_path)
    assert not Manifest("gallery", 1, {"max_diameter": 0.5}, {"model": "abd"}).is_done(tmp_path)


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
