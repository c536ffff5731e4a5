"""Tables of Google Landmarks v2: which landmarks stay, and what each photo is for. No photo is opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from landmarq.catalog import read_catalog, read_landmarks, read_references
from landmarq.errors import CatalogError
from landmarq.types import Place
from landmarq.workspace import world

CATEGORY = "http://commons.wikimedia.org/wiki/Category:"


def photo(number: int) -> str:
    return f"{number:016x}"


@pytest.fixture
def gldv2(tmp_path: Path) -> Path:
    """Landmark 7 with six photos, four of them clean; 9 with two clean ones; 11 with one."""
    root = tmp_path / "gldv2"
    (root / "train").mkdir(parents=True)
    owners = ["7"] * 6 + ["9"] * 2 + ["11"]
    lines = [f"{photo(number)},u,{owner}" for number, owner in enumerate(owners)]
    (root / "train.csv").write_text("\n".join(["id,url,landmark_id", *lines, ""]))
    clean = [f"7,{photo(0)} {photo(1)} {photo(2)} {photo(3)}", f"9,{photo(6)} {photo(7)}", f"11,{photo(8)}"]
    (root / "train_clean.csv").write_text("\n".join(["landmark_id,images", *clean, ""]))
    names = [f"7,{CATEGORY}Old_Tower", f"9,{CATEGORY}New_Bridge", f"11,{CATEGORY}Far_Rock"]
    (root / "train_label_to_category.csv").write_text("\n".join(["landmark_id,category", *names, ""]))
    solution = [
        f"{photo(100)},11 9 7,Public", f"{photo(101)},11,Public", f"{photo(102)},,Private", f"{photo(103)},7,Ignored",
    ]  # fmt: skip
    (root / "recognition_solution_v2.1.csv").write_text("\n".join(["id,landmarks,Usage", *solution, ""]))
    return root


def test_what_each_photo_is_for(gldv2: Path, tmp_path: Path) -> None:
    (tmp_path / "home" / "kitchen").mkdir(parents=True)
    (tmp_path / "home" / "kitchen" / "1.jpg").write_bytes(b"")
    out = tmp_path / "world"
    report = world(gldv2, out=out, everyday=tmp_path / "home", min_photos=2, references=3)
    assert (report.landmarks, report.photos, report.crawled, report.everyday, report.measured) == (2, 6, 8, 1, 3)
    roles = {(row.role, row.landmark) for row in read_catalog(out / "photos.csv").rows}
    # A test photo counts for the first of its landmarks that is kept.
    assert roles == {
        ("train", "7"), ("train", "9"), ("train_negative", ""),
        ("val", "9"), ("val_unknown", "11"), ("test_negative", ""),
    }  # fmt: skip
    picked = [(Path(row.path).stem, row.landmark) for row in read_references(out / "references.csv").rows]
    spread = [(photo(number), "7") for number in (0, 1, 2)]
    assert picked == [*spread, (photo(6), "9"), (photo(7), "9")]
    assert len(read_catalog(out / "crawl-elsewhere.csv")) == 8


def test_answers_of_wikidata_give_place_and_region_and_what_is_missing_is_asked_again(
    gldv2: Path, tmp_path: Path
) -> None:
    out = tmp_path / "world"
    first = world(gldv2, out=out, min_photos=2)
    assert (first.without_place, first.queries, first.regions) == (2, 1, (("elsewhere", 2),))
    (out / "places").mkdir()
    answer = "category,item,lat,lon,city,country,code\nOld Tower,http://www.wikidata.org/entity/Q5,55.7,37.6,Moscow,Russia,RU\n"
    (out / "places" / "a.csv").write_text(answer)
    second = world(gldv2, out=out, min_photos=2)
    assert second.without_place == 1
    tower, bridge = read_landmarks(out / "landmarks.csv")
    assert (tower.name, tower.city, tower.region, tower.place) == (
        "Old Tower", "Moscow", "europe_russia", Place(55.7, 37.6),
    )  # fmt: skip
    assert (bridge.name, bridge.region, bridge.place) == ("New Bridge", "elsewhere", None)
    (query,) = (out / "queries").glob("*.rq")
    assert '"New Bridge"' in query.read_text()
    assert '"Old Tower"' not in query.read_text()
    assert {path.name for path in out.glob("crawl-*")} == {"crawl-europe_russia.csv", "crawl-elsewhere.csv"}


def test_no_landmark_with_enough_photos_is_one_line(gldv2: Path, tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"no landmark of .* has 10 photos in train_clean\.csv: lower --min-photos"):
        world(gldv2, out=tmp_path / "world")
    assert not (tmp_path / "world").exists()
