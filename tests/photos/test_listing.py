from __future__ import annotations

import os
from pathlib import Path

import pytest

from landmarq.errors import InputError
from landmarq.photos import Skipped, list_photos


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (
        "b.jpg",
        "a.JPG",
        "2019/c.heic",
        "2019/raw.NEF",
        "clip.mov",
        "notes.txt",
        ".hidden.jpg",
        ".trash/d.jpg",
        "noname",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    return tmp_path


def names(folder: Path, **options: object) -> list[str]:
    return [file.path.relative_to(folder).as_posix() for file in list_photos([folder], **options)]  # type: ignore[arg-type]


def test_photos_are_listed_in_a_fixed_order_and_others_counted(folder: Path) -> None:
    skipped = Skipped({}, [])
    assert names(folder, skipped=skipped) == ["a.JPG", "b.jpg", "noname", "2019/c.heic"]
    assert skipped.kinds == {"raw": 1, "video": 1}


def test_excludes_match_names_and_paths(folder: Path) -> None:
    assert names(folder, excludes=["2019"]) == ["a.JPG", "b.jpg", "noname"]
    assert names(folder, excludes=["*/c.*", "a.*"]) == ["b.jpg", "noname"]


def test_a_file_under_two_roots_is_listed_once(folder: Path) -> None:
    listed = [file.path.name for file in list_photos([folder / "2019", folder, folder / "b.jpg"])]
    assert sorted(listed) == ["a.JPG", "b.jpg", "c.heic", "noname"]


def test_a_link_to_a_folder_is_not_followed(folder: Path) -> None:
    (folder / "2019" / "up").symlink_to(folder, target_is_directory=True)
    assert len(names(folder)) == 4


def test_a_missing_root_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        list(list_photos([tmp_path / "gone"]))


@pytest.mark.skipif(os.name == "nt", reason="links need a permission there")
def test_links_that_lead_nowhere_are_left_out(folder: Path) -> None:
    (folder / "circle.jpg").symlink_to(folder / "circle.jpg")
    (folder / "gone.jpg").symlink_to(folder / "no such file.jpg")
    (folder / "good.jpg").symlink_to(folder / "b.jpg")
    assert names(folder) == ["a.JPG", "b.jpg", "good.jpg", "noname", "2019/c.heic"]
