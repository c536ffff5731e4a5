from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest

from landmarq.catalog import open_catalog, read_catalog, unpack_gldv2, unpack_webdataset
from landmarq.errors import CatalogError


def write_tar(path: Path, files: dict[str, bytes], *, links: dict[str, str] | None = None) -> Path:
    with tarfile.open(path, "w") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
        for name, target in (links or {}).items():
            member = tarfile.TarInfo(name)
            member.type, member.linkname = tarfile.SYMTYPE, target
            archive.addfile(member)
    return path


def test_samples_of_webdataset_become_rows(tmp_path: Path) -> None:
    said = {"landmark": "eiffel_tower", "license": "CC0", "author": "Jo", "more": [1]}
    shard = write_tar(
        tmp_path / "crawl-000.tar",
        {"a/0001.jpg": b"one", "a/0001.json": json.dumps(said).encode(), "0002.cls": b"7\n", "0002.PNG": b"two"},
    )
    catalog = unpack_webdataset([shard], tmp_path / "out")
    first, second = catalog.rows
    assert (first.landmark, first.licence, first.author) == ("eiffel_tower", "CC0", "Jo")
    assert (second.landmark, second.licence) == ("7", "")
    assert [path.read_bytes() for path in catalog.files()] == [b"one", b"two"]
    assert read_catalog(tmp_path / "out" / "catalog.csv").rows == catalog.rows


def test_photos_that_are_there_are_not_written_again(tmp_path: Path) -> None:
    shard = write_tar(tmp_path / "s.tar", {"1.jpg": b"one", "1.cls": b"7"})
    written = unpack_webdataset([shard], tmp_path / "out").files()[0]
    before = written.stat().st_mtime_ns
    unpack_webdataset([shard], tmp_path / "out")
    assert written.stat().st_mtime_ns == before


def test_nothing_is_written_outside_the_folder_and_no_link_is_followed(tmp_path: Path) -> None:
    out = tmp_path / "inner" / "out"
    shard = write_tar(
        tmp_path / "s.tar", {"../../evil.jpg": b"x", "/abs/evil.jpg": b"y"}, links={"link.jpg": "/etc/passwd"}
    )
    files = unpack_webdataset([shard], out).files()
    assert len(files) == 2
    assert all(path.resolve().is_relative_to(out.resolve()) for path in files)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["inner", "s.tar"]


def test_a_shard_of_google_landmarks_goes_to_its_three_folders(tmp_path: Path) -> None:
    name = "0a1b2c3d4e5f6071"
    shard = write_tar(tmp_path / "images_000.tar", {f"0/a/1/{name}.jpg": b"one", "readme.txt": b"no"})
    assert unpack_gldv2(shard, tmp_path) == 1
    assert (tmp_path / "0" / "a" / "1" / f"{name}.jpg").read_bytes() == b"one"
    assert unpack_gldv2(shard, tmp_path) == 0


def test_a_folder_of_shards_is_a_catalog(tmp_path: Path) -> None:
    (tmp_path / "shards").mkdir()
    for number in (0, 1):
        write_tar(tmp_path / "shards" / f"{number}.tar", {"1.jpg": b"same name", "1.cls": b"7"})
    assert len({path.name for path in (tmp_path / "shards").iterdir()}) == 2
    rows = open_catalog(tmp_path / "shards", unpacked=tmp_path / "out").rows
    assert [row.path for row in rows] == ["0/1.jpg", "1/1.jpg"]


def test_shards_that_did_not_change_are_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shard = write_tar(tmp_path / "s.tar", {"1.jpg": b"one", "1.cls": b"7"})
    first = open_catalog(shard, unpacked=tmp_path / "out")
    with monkeypatch.context() as patched:
        patched.setattr(tarfile, "open", lambda *_: pytest.fail("read again"))
        assert open_catalog(shard, unpacked=tmp_path / "out") == first
    write_tar(shard, {"1.jpg": b"one", "1.cls": b"8", "2.jpg": b"two"})
    assert [row.landmark for row in open_catalog(shard, unpacked=tmp_path / "out").rows] == ["8", ""]
    with pytest.raises(CatalogError, match="no such shard"):
        open_catalog(tmp_path / "none.tar", unpacked=tmp_path / "out")


def test_what_is_no_shard_is_told(tmp_path: Path) -> None:
    (tmp_path / "bad.tar").write_bytes(b"not a tar file at all" * 100)
    with pytest.raises(CatalogError, match="not a whole tar file"):
        unpack_webdataset([tmp_path / "bad.tar"], tmp_path / "out")
    with pytest.raises(CatalogError, match="no such shard"):
        unpack_webdataset([tmp_path / "none.tar"], tmp_path / "out")
    broken = write_tar(tmp_path / "broken.tar", {"1.jpg": b"x", "1.json": b"{"})
    with pytest.raises(CatalogError, match="is damaged"):
        unpack_webdataset([broken], tmp_path / "out")
    with pytest.raises(CatalogError, match="no photos in"):
        unpack_webdataset([write_tar(tmp_path / "empty.tar", {"1.cls": b"7"})], tmp_path / "out")
