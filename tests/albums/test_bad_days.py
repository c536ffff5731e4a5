"""The main job where something is odd: folders, names, disks, libraries of others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from albums_toys import Runs, toy_pack
from landmarq.albums import Library, make_albums
from landmarq.errors import InputError, LibraryError, StorageError
from landmarq.photos import PhotoReader
from landmarq.recognize import Recognizer
from toys import Painter


def test_albums_inside_the_photo_folder_are_not_photos(photos: Path, reader: PhotoReader) -> None:
    run = Runs(photos / "landmarq-albums", reader)
    run(photos)
    assert run(photos).update.listed == 5


def test_albums_beside_the_folder_one_stands_in_are_not_photos_either(
    photos: Path, reader: PhotoReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(photos / "2019")
    run = Runs(Path("../albums"), reader)
    run(Path(".."))
    assert run(Path("..")).update.listed == 5


def test_albums_made_before_somewhere_in_the_folder_are_not_photos(
    photos: Path, tmp_path: Path, reader: PhotoReader
) -> None:
    Runs(photos / "old albums", reader)(photos)
    assert Runs(tmp_path / "new albums", reader)(photos).update.listed == 5


def test_names_with_html_are_text(run: Runs, photos: Path) -> None:
    (photos / "dome.jpg").rename(photos / "<script>alert(1)<script>.jpg")
    run(photos)
    page = (run.out / "landmarks" / "green_dome.html").read_text()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.skipif(os.name == "nt", reason="such names exist on Linux alone")
def test_names_that_are_no_text_are_kept(run: Runs, photos: Path) -> None:
    (photos / "dome.jpg").rename(os.fsdecode(os.fsencode(photos) + b"/d\xffme.jpg"))
    run(photos)
    assert run.albums()["green_dome"] == ["d\\xffme.jpg"]
    assert run(photos).update.opened == 0


def test_a_folder_without_photos_says_so(run: Runs, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="no photos in"):
        run(tmp_path / "empty")


def test_a_folder_without_a_readable_photo_says_so(run: Runs, tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "a.jpg").write_bytes(b"x")
    with pytest.raises(InputError, match="none of the 1 files could be read"):
        run(tmp_path / "bad")


def test_two_runs_at_once_on_one_library(run: Runs, photos: Path) -> None:
    with Library(run.out), pytest.raises(LibraryError, match="another landmarq is working"):
        run(photos)
    run(photos)


def test_a_library_of_a_newer_version_is_left_alone(run: Runs, photos: Path) -> None:
    run(photos)
    with Library(run.out) as library:
        library.store.db.execute("pragma user_version = 99")
    with pytest.raises(LibraryError, match="newer version"):
        run(photos)


def test_a_file_that_is_no_library_is_left_alone(run: Runs, photos: Path) -> None:
    run.out.mkdir()
    (run.out / "library.sqlite").write_bytes(b"my precious notes " * 100)
    with pytest.raises(LibraryError, match="can't be used as a library"):
        run(photos)
    assert (run.out / "library.sqlite").read_bytes().startswith(b"my precious")


def test_a_full_disk_is_one_line_and_costs_nothing_that_was_done(run: Runs, photos: Path, paint: Painter) -> None:
    run(photos)
    before = run.albums()
    for number in range(40):
        paint(f"photos/more {number}.jpg", f"#{number:02x}ffff", size=(800, 600))
    recognizer = Recognizer([toy_pack(run.network)])
    with Library(run.out) as library:
        pages = library.store.db.execute("pragma page_count").fetchone()[0]
        library.store.db.execute(f"pragma max_page_count = {pages + 3}")
        with pytest.raises(StorageError, match="free some, then run the same command again"):
            make_albums(library, [photos], network=run.network, recognizer=recognizer, reader=run.reader)
    assert run.albums() == before
    assert run(photos).photos == 44


@pytest.mark.parametrize("problem", [PermissionError, TimeoutError])
def test_a_folder_that_can_not_be_listed_is_named_and_what_is_known_of_it_is_kept(
    run: Runs, photos: Path, monkeypatch: pytest.MonkeyPatch, problem: type[OSError]
) -> None:
    run(photos)
    before = run.albums()
    scandir = os.scandir

    def refuse(folder: Path) -> object:
        if folder.name == "2019":
            raise problem
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    report = run(photos)
    assert report.denied == (photos / "2019",)
    assert report.update.gone == 0
    assert run.albums() == before
    with pytest.raises(InputError, match="may not look into"):
        run(photos / "2019")
