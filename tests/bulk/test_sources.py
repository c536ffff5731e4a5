"""The plan: what an input is cut into, on disk and elsewhere."""

from __future__ import annotations

import http.server
import io
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from landmarq.bulk.locations import fetch
from landmarq.bulk.reading import items
from landmarq.bulk.sources import Source, find_sources
from landmarq.errors import InputError, PhotoError


def write_tar(path: Path, files: dict[str, bytes], *, mode: str = "w") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]  # a mode of its own for each kind
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path


def read_all(location: Path | str, *, files_each: int = 32) -> list[tuple[str, bytes]]:
    sources = find_sources(str(location), files_each=files_each)
    return [(item.path, item.load()) for source in sources for item in items(source)]


def test_a_folder_is_cut_into_runs_of_files_in_the_order_of_its_names(tmp_path: Path) -> None:
    for name in ("c.jpg", "a.jpg", "sub/b.png", ".hidden.jpg", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    sources = find_sources(str(tmp_path), files_each=2)
    assert [source.locations for source in sources] == [
        (str(tmp_path / "a.jpg"), str(tmp_path / "c.jpg")),
        (str(tmp_path / "sub/b.png"),),
    ]
    assert [data for _, data in read_all(tmp_path)] == [b"a.jpg", b"c.jpg", b"sub/b.png"]


def test_a_catalog_gives_its_photos(tmp_path: Path) -> None:
    (tmp_path / "one.jpg").write_bytes(b"1")
    (tmp_path / "photos.csv").write_text("path,landmark\none.jpg,tower\nmissing.jpg,tower\n")
    (source,) = find_sources(str(tmp_path / "photos.csv"), files_each=32)
    assert source.locations == (str(tmp_path / "one.jpg"), str(tmp_path / "missing.jpg"))


@pytest.mark.parametrize(("name", "mode"), [("s.tar", "w"), ("s.tar.gz", "w:gz"), ("s.tgz", "w:gz")])
def test_a_shard_gives_the_photos_in_it_and_nothing_else(tmp_path: Path, name: str, mode: str) -> None:
    shard = write_tar(
        tmp_path / name, {"x/1.jpg": b"one", "x/1.json": b"{}", "x/._1.jpg": b"", "2.PNG": b"two"}, mode=mode
    )
    assert read_all(tmp_path) == [(f"{shard}/x/1.jpg", b"one"), (f"{shard}/2.PNG", b"two")]


def test_parquet_of_bytes_is_read_by_row_groups(tmp_path: Path) -> None:
    table = pa.table({"bytes": [b"a", b"b", b"c"], "path": ["a.jpg", None, "c.jpg"], "lat": [1.0, None, 200.0]})
    table = table.append_column("lon", pa.array([2.0, None, 3.0]))
    file = tmp_path / "photos.parquet"
    parquet.write_table(table, file, row_group_size=2)
    sources = find_sources(str(file), files_each=32)
    assert [source.group for source in sources] == [0, 1]
    found = [item for source in sources for item in items(source)]
    assert [(item.path, item.load()) for item in found] == [("a.jpg", b"a"), (f"{file}#1", b"b"), ("c.jpg", b"c")]
    assert [item.place and item.place.lat for item in found] == [1.0, None, None]


def test_parquet_of_paths_is_relative_to_its_folder(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.jpg").write_bytes(b"a")
    parquet.write_table(pa.table({"path": ["in/a.jpg", str(tmp_path / "in/a.jpg")]}), tmp_path / "photos.parquet")
    assert [data for _, data in read_all(tmp_path / "photos.parquet")] == [b"a", b"a"]


def test_parquet_of_pictures_as_hugging_face_keeps_them(tmp_path: Path) -> None:
    parquet.write_table(pa.table({"image": [{"bytes": b"a", "path": "a.jpg"}]}), tmp_path / "photos.parquet")
    assert [data for _, data in read_all(tmp_path / "photos.parquet")] == [b"a"]


def test_parquet_without_a_column_of_photos_says_what_it_has(tmp_path: Path) -> None:
    parquet.write_table(pa.table({"picture": [b"a"]}), tmp_path / "photos.parquet")
    (source,) = find_sources(str(tmp_path), files_each=32)
    with pytest.raises(InputError, match=r"none of the columns bytes.*; it has picture"):
        list(items(source))


def test_whatever_fsspec_opens_is_listed_and_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        for name in ("in/b.jpg", "in/a.jpg", "in/notes.txt"):
            archive.writestr(name, name)
    url = f"zip://in::file://{tmp_path}/photos.zip"
    assert read_all(url) == [
        (f"zip://in/{name}.jpg::file://{tmp_path}/photos.zip", f"in/{name}.jpg".encode()) for name in "ab"
    ]
    with pytest.raises(PhotoError, match="no such file"):
        fetch(f"zip://in/c.jpg::file://{tmp_path}/photos.zip")
    with pytest.raises(InputError, match=r"gone::\S+ is not there any more") as caught:
        fetch(f"zip://gone/c.jpg::file://{tmp_path}/photos.zip")
    assert not isinstance(caught.value, PhotoError)


def test_a_pattern_names_some_shards(tmp_path: Path) -> None:
    for name in ("a1.tar", "a2.tar", "b1.tar"):
        write_tar(tmp_path / name, {"1.jpg": b"x"})
    for pattern in ("a*.tar", "a?.tar", "a[12].tar"):
        assert [source.name for source in find_sources(f"{tmp_path}/{pattern}", files_each=32)] == [
            str(tmp_path / "a1.tar"),
            str(tmp_path / "a2.tar"),
        ]


def test_a_name_that_looks_like_a_pattern_is_a_name(tmp_path: Path) -> None:
    write_tar(tmp_path / "a[1]?.tar", {"1.jpg": b"x"})
    (source,) = find_sources(f"file://{tmp_path}/a[1]?.tar", files_each=32)
    assert source.locations == (f"file://{tmp_path}/a[1]?.tar",)


def test_an_empty_file_elsewhere_is_an_empty_photo(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"")
    assert fetch(f"file://{tmp_path}/a.jpg") == b""


@pytest.mark.parametrize("shard", ["all.tar", "2019/backup.tar.gz", "2019/table.parquet"])
def test_photos_beside_shards_are_not_left_out_in_silence(tmp_path: Path, shard: str) -> None:
    (tmp_path / "2019").mkdir()
    for name in ("a.jpg", "2019/b.jpg", shard, ".trash.tar"):
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(InputError, match=rf"holds 2 photos and 1 shards \({tmp_path}/{shard}\): name one kind"):
        find_sources(str(tmp_path), files_each=32)
    (source,) = find_sources(f"{tmp_path}/**/*.jpg", files_each=32)
    assert source.locations == (str(tmp_path / "2019/b.jpg"), str(tmp_path / "a.jpg"))


def test_a_catalog_elsewhere_says_that_it_must_be_here() -> None:
    with pytest.raises(InputError, match="a catalog must lie on this machine"):
        find_sources("memory://photos.csv", files_each=32)


class Site(http.server.BaseHTTPRequestHandler):
    """Photos behind HTTP, some of them gone, some of them forbidden, and one that breaks the server."""

    def do_GET(self) -> None:
        status = {"a.jpg": 200, "gone.jpg": 404, "no.jpg": 403, "old.jpg": 410}.get(self.path.rpartition("/")[2], 500)
        self.send_response(status)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"photo")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_photo_that_a_web_server_has_no_more_is_an_error_of_its_own(site: str) -> None:
    assert fetch(f"{site}/in/a.jpg") == b"photo"
    for name, words in (("gone", "no such file"), ("no", "refuses it"), ("old", "refuses it")):
        with pytest.raises(PhotoError, match=words):
            fetch(f"{site}/in/{name}.jpg")
    with pytest.raises(InputError, match="can't be reached"):
        fetch(f"{site}/in/broken.jpg")
    with pytest.raises(InputError, match="can't be reached"):
        fetch("http://127.0.0.1:9/a.jpg")


@pytest.mark.parametrize(
    ("location", "words"),
    [("nowhere", "nothing at"), ("nosuch://bucket/x", "can't be opened"), ("empty", "neither photos nor shards")],
)
def test_an_input_of_nothing_is_one_line(tmp_path: Path, location: str, words: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=words) as caught:
        find_sources(location if "://" in location else str(tmp_path / location), files_each=32)
    assert "\n" not in str(caught.value)


def test_a_folder_that_vanishes_is_told_from_a_file_that_does(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(PhotoError, match="no such file"):
        fetch(str(tmp_path / "in/a.jpg"))
    with pytest.raises(InputError, match="out is not there any more") as caught:
        fetch(str(tmp_path / "out/a.jpg"))
    assert not isinstance(caught.value, PhotoError)


def test_shards_that_vanish_or_are_damaged_say_so(tmp_path: Path) -> None:
    shard = write_tar(tmp_path / "s.tar", {f"{n}.jpg": bytes(2000) for n in range(5)})
    (source,) = find_sources(str(shard), files_each=32)
    shard.write_bytes(shard.read_bytes()[:6000])
    read: list[str] = []
    with pytest.raises(InputError, match="damaged"):
        read.extend(item.path for item in items(source))
    assert len(read) >= 1
    shard.unlink()
    with pytest.raises(InputError, match="not there any more"):
        list(items(source))
    (tmp_path / "t.parquet").write_bytes(b"PAR1 no")
    (damaged,) = find_sources(str(tmp_path), files_each=32)
    with pytest.raises(InputError, match="damaged"):
        list(items(damaged))


@given(
    number=st.integers(0, 10**9),
    kind=st.sampled_from(["files", "tar", "parquet"]),
    locations=st.lists(st.text(min_size=1), min_size=1, max_size=3),
    group=st.integers(0, 99),
)
def test_a_plan_reads_back_as_it_was_written(number: int, kind: str, locations: list[str], group: int) -> None:
    source = Source(number, kind, tuple(locations), group)  # type: ignore[arg-type]  # one of the three
    line = source.as_json()
    assert line.isascii()
    assert "\n" not in line
    assert Source.from_json(line) == source
