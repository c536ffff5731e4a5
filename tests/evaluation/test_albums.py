"""Albums against the truth, counted by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from landmarq.catalog import Catalog, CatalogRow
from landmarq.errors import ArtifactError, CatalogError
from landmarq.evaluation.albums import score_albums
from landmarq.metrics import Proportion
from landmarq.types import Landmark

TOWER = Landmark("tower", "Red Tower", "Rome", "Italy", "europe", None)


@pytest.fixture
def truth(tmp_path: Path) -> Catalog:
    rows = [("a.jpg", "tower", "test"), ("b.jpg", "tower", "test"), ("c.jpg", "dome", "test"), ("d.jpg", "", "other")]
    return Catalog(tuple(CatalogRow(path, landmark, role) for path, landmark, role in rows), tmp_path)


def write(folder: Path, **albums: list[str]) -> Path:
    """Write an albums.json of landmarks, by their ids with the names of their photos."""
    landmarks = [
        {"id": id_, "name": id_.replace("_", " "), "photos": [{"path": str(folder / name)} for name in names]}
        for id_, names in albums.items()
    ]
    path = folder / "albums.json"
    path.write_text(json.dumps({"cities": [{"city": "Rome", "country": "Italy", "landmarks": landmarks}]}))
    return path


def test_right_wrong_and_missing(truth: Catalog, tmp_path: Path) -> None:
    path = write(tmp_path, tower=["a.jpg", "c.jpg", "d.jpg"], dome=["a.jpg"])
    score = score_albums(path, truth, roles=["test", "other"])
    test, other = score.roles
    assert (test.photos, test.shown, test.found) == (3, 3, 1)
    assert test.wrong == (("c.jpg", "tower"), ("a.jpg", "dome"))
    assert (other.photos, other.shown, other.found, other.wrong) == (1, 0, 0, (("d.jpg", "tower"),))
    assert score.precision == Proportion(1, 4)
    assert score_albums(path, truth, roles=["other"]).precision == Proportion(0, 1)


def test_what_was_taught_is_known_by_its_name(truth: Catalog, tmp_path: Path) -> None:
    path = write(tmp_path, Red_Tower=["a.jpg", "b.jpg", "c.jpg"])
    assert score_albums(path, truth, roles=["test"]).precision == Proportion(0, 3)
    assert score_albums(path, truth, roles=["test"], landmarks=[TOWER]).precision == Proportion(2, 3)


def test_empty_albums_have_no_precision(truth: Catalog, tmp_path: Path) -> None:
    score = score_albums(write(tmp_path), truth, roles=["test"])
    assert score.precision is None
    assert score.roles[0].found == 0


def test_albums_of_other_photos_are_refused(truth: Catalog, tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="says nothing of"):
        score_albums(write(tmp_path, tower=["else.jpg"]), truth, roles=["test"])
    (tmp_path / "albums.json").write_text('{"cities": 3}')
    with pytest.raises(CatalogError, match=r"no albums\.json"):
        score_albums(tmp_path / "albums.json", truth, roles=["test"])
    with pytest.raises(ArtifactError, match="missing"):
        score_albums(tmp_path / "gone.json", truth, roles=["test"])
