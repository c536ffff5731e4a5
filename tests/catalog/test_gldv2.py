from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest

from landmarq.catalog import gldv2_catalog, gldv2_landmarks, open_catalog
from landmarq.errors import CatalogError

ONE, OTHER = "0a1b2c3d4e5f6071", "f000000000000001"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "train.csv").write_text(f"id,url,landmark_id\n{ONE},http://one,7\n{OTHER},http://other,9\n")
    (tmp_path / "train_clean.csv").write_text(f"landmark_id,images\n7,{ONE}\n")
    (tmp_path / "train_attribution.csv").write_text(
        f'id,url,author,license,title\n{ONE},http://one,"Doe, Jo",https://creativecommons.org/licenses/by/4.0/,File:A.jpg\n'
    )
    (tmp_path / "train_label_to_category.csv").write_text(
        "landmark_id,category\n"
        "7,http://commons.wikimedia.org/wiki/Category:Ch%C3%A2teau_d%27If\n"
        "9,http://commons.wikimedia.org/wiki/Category:Eiffel_Tower\n"
    )
    (tmp_path / "train_label_to_hierarchical.csv").write_text(
        "landmark_id,category,supercategory,hierarchical_label,natural_or_human_made\n9,x,tower,tower,human-made\n"
    )
    return tmp_path


def test_rows_lie_in_three_folders_and_bring_licence_and_author(folder: Path) -> None:
    one, other = gldv2_catalog(folder).rows
    assert (one.path, one.landmark) == (f"0/a/1/{ONE}.jpg", "7")
    assert (one.licence, one.author) == ("https://creativecommons.org/licenses/by/4.0/", "Doe, Jo")
    assert (other.path, other.licence, other.author) == (f"f/0/0/{OTHER}.jpg", "", "")


def test_the_published_cleaning_and_a_train_folder_are_known(folder: Path) -> None:
    (folder / "train").mkdir()
    assert [row.path for row in gldv2_catalog(folder, clean=True).rows] == [f"train/0/a/1/{ONE}.jpg"]


def test_landmarks_are_named_by_their_category(folder: Path) -> None:
    castle, tower = gldv2_landmarks(folder)
    assert (castle.id, castle.name, castle.category, castle.place) == ("7", "Château d'If", "", None)
    assert (tower.id, tower.name, tower.category) == ("9", "Eiffel Tower", "tower")


def test_the_folder_is_opened_for_what_it_is(folder: Path) -> None:
    assert open_catalog(folder, unpacked=folder / "out") == gldv2_catalog(folder)
    (folder / "train.csv").unlink()
    assert open_catalog(folder, unpacked=folder / "out") == gldv2_catalog(folder, clean=True)


@pytest.mark.parametrize("home", ["", "train"])
def test_shards_beside_the_tables_are_unpacked_elsewhere_unless_the_photos_are_there(folder: Path, home: str) -> None:
    (folder / home).mkdir(exist_ok=True)
    with tarfile.open(folder / home / "images_000.tar", "w") as archive:
        member = tarfile.TarInfo(f"0/a/1/{ONE}.jpg")
        member.size = 3
        archive.addfile(member, io.BytesIO(b"one"))
    catalog = open_catalog(folder, unpacked=folder / "out")
    assert [path.is_file() for path in catalog.files()] == [True, False]
    assert catalog.file(catalog.rows[0]) == folder / "out" / "0" / "a" / "1" / f"{ONE}.jpg"
    (folder / home / "0").mkdir()
    assert open_catalog(folder, unpacked=folder / "out") == gldv2_catalog(folder)
    (folder / "train.csv").unlink()
    assert open_catalog(folder, unpacked=folder / "out") == gldv2_catalog(folder, clean=True)


@pytest.mark.parametrize("photo", ["../../etc/passwd", "0A1B2C3D4E5F6071", "12", "0a1b2c3d4e5f60712"])
def test_an_id_that_would_lead_elsewhere_is_refused(folder: Path, photo: str) -> None:
    (folder / "train.csv").write_text(f"id,url,landmark_id\n{photo},u,7\n")
    with pytest.raises(CatalogError, match="16 hex digits"):
        gldv2_catalog(folder)


def test_two_landmarks_with_one_id_are_told(folder: Path) -> None:
    with (folder / "train_label_to_category.csv").open("a") as stream:
        stream.write(f"7,again{os.linesep}")
    with pytest.raises(CatalogError, match="the id '7' is used twice"):
        gldv2_landmarks(folder)
