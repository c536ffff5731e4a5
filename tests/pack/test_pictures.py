"""Pictures of references: kept with their licence, refused without, and only from the pack's own folder."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from landmarq.errors import PackError
from landmarq.gallery import build_gallery
from landmarq.pack import Pack, PackInfo, ReferencePicture, Thresholds, open_pack, write_picture
from toys import LANDMARKS, unit_vectors


def some_pack() -> Pack:
    """Three landmarks with two references each: rows 0 and 1 are of the first."""
    rng = np.random.default_rng(1)
    vectors = {landmark.id: unit_vectors(rng, 2) for landmark in LANDMARKS}
    gallery = build_gallery(list(vectors), photos={}, references=vectors, background=np.empty((0, 4), np.float32))
    sets = dict.fromkeys(("strict", "normal", "loose"), Thresholds(0.9, 0.8, 0.9))
    return Pack(PackInfo("toy", "f" * 64, sets), LANDMARKS, gallery)


def pictured(folder: Path) -> Pack:
    picture = ReferencePicture(1, "red_tower", "CC BY 4.0", "Ann, with a comma", folder)
    return dataclasses.replace(some_pack(), pictures=(write_picture(folder, picture, b"jpeg"),))


def test_pictures_are_opened_as_they_were_saved(tmp_path: Path) -> None:
    pack = pictured(tmp_path)
    pack.save(tmp_path)
    [picture] = open_pack(tmp_path).pictures
    assert picture == pack.pictures[0]
    assert picture.jpeg() == b"jpeg"


def test_saving_elsewhere_takes_the_pictures_along_and_saving_without_leaves_none(tmp_path: Path) -> None:
    pictured(tmp_path / "one").save(tmp_path / "two")
    [picture] = open_pack(tmp_path / "two").pictures
    assert picture.file == tmp_path / "two" / "references" / "1.jpg"
    assert picture.jpeg() == b"jpeg"
    some_pack().save(tmp_path / "two")
    assert open_pack(tmp_path / "two").pictures == ()


def test_nobody_hands_on_a_picture_without_a_licence(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="needs a licence"):
        ReferencePicture(0, "red_tower", " ", "Ann", tmp_path)


@pytest.mark.parametrize(
    "row",
    [
        "references/6.jpg,red_tower,CC0,",  # the gallery has six, from 0
        "references/2.jpg,red_tower,CC0,",  # of another landmark
        "references/1.jpg,red_tower,,Ann",
        "references/../../secret.jpg,red_tower,CC0,",
        "/etc/passwd,red_tower,CC0,",
        "references/01.jpg,red_tower,CC0,",
        "references/1.jpg,red_tower,CC0,\nreferences/1.jpg,red_tower,CC0,",
    ],
)
def test_a_table_that_does_not_fit_is_refused(row: str, tmp_path: Path) -> None:
    some_pack().save(tmp_path)
    (tmp_path / "references.csv").write_text(f"path,landmark,licence,author\n{row}\n")
    with pytest.raises(PackError, match=r"references\.csv"):
        open_pack(tmp_path)


def test_a_picture_that_is_gone_large_or_a_link_is_not_shown(tmp_path: Path) -> None:
    [picture] = pictured(tmp_path).pictures
    (tmp_path / "secret").write_text("secret")
    picture.file.unlink()
    assert picture.jpeg() is None
    picture.file.symlink_to(tmp_path / "secret")
    assert picture.jpeg() is None
    picture.file.unlink()
    picture.file.write_bytes(bytes(2**20 + 1))
    assert picture.jpeg() is None
