from __future__ import annotations

from pathlib import Path

import pytest

from landmarq.catalog import read_catalog, read_landmarks
from landmarq.errors import InputError
from landmarq.evaluation.answers import Answer
from landmarq.evaluation.labelled import align, labelled_photos


def paths(folder: Path, split: str = "") -> list[str]:
    return [row.path for row in labelled_photos(read_catalog(folder / "photos.csv"), split=split).catalog.rows]


def test_a_split_is_its_role_and_the_roles_that_begin_with_it(photos_folder: Path) -> None:
    assert "".join(path[0] for path in paths(photos_folder, "test")) == "abcdefgh"
    assert paths(photos_folder) == paths(photos_folder, "test"), "test is the default where there is one"
    assert paths(photos_folder, "val") == ["v.jpg"]
    with pytest.raises(InputError, match=r"no role 'vla': its roles are test, test_negative, .*"):
        paths(photos_folder, "vla")


def test_what_is_known_and_how_well(photos_folder: Path) -> None:
    catalog, table = read_catalog(photos_folder / "photos.csv"), read_landmarks(photos_folder / "landmarks.csv")
    got = labelled_photos(catalog, landmarks=table)
    assert got.known == {"eiffel", "colosseum"}, "big_ben stands in unknown rows alone"
    assert got.training_photos == {"eiffel": 2, "colosseum": 1}
    assert [got.is_positive(row) for row in got.catalog.rows] == [True] * 4 + [False] * 4
    assert got.name("big_ben") == "Big Ben"
    assert got.name("nobody") == "nobody"
    assert labelled_photos(catalog, known=["eiffel"]).known == {"eiffel"}


def test_a_catalog_without_roles_is_tested_whole(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("path,landmark\na.jpg,x\nb.jpg,\n")
    assert len(labelled_photos(read_catalog(tmp_path / "c.csv")).catalog) == 2


def test_a_photo_named_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("path,landmark\na.jpg,x\na.jpg,\n")
    with pytest.raises(InputError, match="2 times"):
        labelled_photos(read_catalog(tmp_path / "c.csv"))


def test_answers_are_found_by_text_by_absolute_path_and_from_where_one_stands(
    photos_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = read_catalog(photos_folder / "photos.csv")
    photos = labelled_photos(catalog)
    monkeypatch.chdir(photos_folder.parent)
    near = Path(photos_folder.name)
    names = ["a.jpg", str(photos_folder / "b.jpg"), str(near / "c.jpg"), *(f"{name}.jpg" for name in "defgh")]
    answers = [Answer(name, None, "", reason=name[-5]) for name in reversed(names)]
    got = align(photos, [*answers, Answer("t1.jpg", None, "")], catalog=catalog)
    assert "".join(answer.reason for answer in got) == "abcdefgh"


def test_answers_for_other_photos_are_refused(photos_folder: Path) -> None:
    catalog = read_catalog(photos_folder / "photos.csv")
    photos = labelled_photos(catalog)
    answers = [Answer(row.path, None, "") for row in photos.catalog.rows]
    with pytest.raises(InputError, match=r"2 of 8 photos have no recognition, such as .*g\.jpg"):
        align(photos, answers[:-2], catalog=catalog)
    with pytest.raises(InputError, match=r"for x\.jpg, which the catalog doesn't have"):
        align(photos, [*answers, Answer("x.jpg", None, "")], catalog=catalog)
    with pytest.raises(InputError, match=r"two recognitions for .*a\.jpg"):
        align(photos, [*answers, Answer(str(photos_folder / "a.jpg"), None, "")], catalog=catalog)


def test_photos_of_one_kind_are_refused(photos_folder: Path) -> None:
    catalog = read_catalog(photos_folder / "photos.csv")
    labelled_photos(catalog).need_both()
    with pytest.raises(InputError, match="no photo shows a known landmark"):
        labelled_photos(catalog, known=[]).need_both()
    with pytest.raises(InputError, match="every photo shows a known landmark"):
        labelled_photos(catalog.where(lambda row: row.role == "test")).need_both()
