"""The committed sample library holds what its tables say, and the script that drew it still draws."""

from __future__ import annotations

import importlib.util
import itertools
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from landmarq.catalog import Catalog, read_catalog, read_landmarks
from landmarq.geo import distance_m
from landmarq.photos import Photo, PhotoView, read_photo, read_rgb
from landmarq.types import Landmark

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "demo"


@pytest.fixture(scope="module")
def truth() -> Catalog:
    return read_catalog(DEMO / "truth.csv")


@pytest.fixture(scope="module")
def landmarks() -> dict[str, Landmark]:
    return {landmark.id: landmark for landmark in read_landmarks(DEMO / "landmarks.csv")}


@pytest.fixture(scope="module")
def photos(truth: Catalog) -> dict[str, Photo]:
    return {row.path: read_photo(truth.file(row), PhotoView(size=32)) for row in truth.rows}


def test_every_photo_is_in_the_truth_and_every_row_has_its_photo(truth: Catalog) -> None:
    on_disk = {path.relative_to(DEMO).as_posix() for path in DEMO.rglob("*.jpg")}
    assert on_disk == {row.path for row in truth.rows}
    assert len(on_disk) == len(truth)


def test_the_photos_take_at_most_8_mb() -> None:
    assert sum(path.stat().st_size for path in DEMO.rglob("*.jpg")) <= 8_000_000


def test_the_library_is_a_persons_library(truth: Catalog, landmarks: dict[str, Landmark]) -> None:
    library = truth.with_roles("library")
    shown = [row for row in library.rows if row.landmark]
    assert len(library) >= 200
    assert 1 / 4 <= len(shown) / len(library) <= 0.36
    assert {row.landmark for row in shown} == set(landmarks)


def test_each_landmark_has_five_references_in_its_folder(truth: Catalog, landmarks: dict[str, Landmark]) -> None:
    references = truth.with_roles("reference")
    assert {row.path for row in references.rows} == {
        f"references/{id_}/IMG_{index:04}.jpg" for id_ in landmarks for index in range(1, 6)
    }
    assert all(Path(row.path).parent.name == row.landmark for row in references.rows)


def test_the_landmarks_lie_in_four_regions_and_the_look_alikes_in_two_cities(landmarks: dict[str, Landmark]) -> None:
    assert 12 <= len(landmarks) <= 16
    assert len({landmark.region for landmark in landmarks.values()}) == 4
    assert landmarks["st_orlan"].city != landmarks["kestrin_minster"].city


def test_every_photo_knows_its_time_and_half_of_them_their_place(photos: dict[str, Photo]) -> None:
    assert all(photo.taken is not None for photo in photos.values())
    assert not [photo.notes for photo in photos.values() if photo.notes]
    placed = sum(photo.place is not None for photo in photos.values())
    assert placed / len(photos) == pytest.approx(0.5, abs=0.05)


def test_the_truth_repeats_the_places_in_the_photos(truth: Catalog, photos: dict[str, Photo]) -> None:
    for row in truth.rows:
        place = photos[row.path].place
        assert (place is None) == (row.place is None), row.path
        if place is not None and row.place is not None:
            assert distance_m(place, row.place) < 1, row.path


def test_photos_of_a_landmark_are_taken_near_it(truth: Catalog, landmarks: dict[str, Landmark]) -> None:
    for row in truth.rows:
        place = landmarks[row.landmark].place if row.landmark else None
        if row.place is not None and place is not None:
            assert distance_m(row.place, place) < 200, row.path


def test_some_other_photos_are_taken_near_a_landmark_too(truth: Catalog, landmarks: dict[str, Landmark]) -> None:
    places = [landmark.place for landmark in landmarks.values() if landmark.place]
    others = [row.place for row in truth.with_roles("library").rows if row.place and not row.landmark]
    near = [place for place in others if min(distance_m(place, other) for other in places) < 450]
    assert 10 <= len(near) <= len(others) - 10


def test_there_are_bursts_and_photos_stored_on_their_side(truth: Catalog, photos: dict[str, Photo]) -> None:
    times = sorted(photo.taken for photo in photos.values() if photo.taken)
    assert sum(later - earlier <= timedelta(seconds=5) for earlier, later in itertools.pairwise(times)) >= 4
    upright = [row for row in truth.rows if photos[row.path].height > photos[row.path].width]
    assert 0.1 < len(upright) / len(truth) < 0.4


def test_it_draws_a_small_world(tmp_path: Path) -> None:
    draw(tmp_path, "--size", "64", "--landmarks", "2", "--photos", "2")
    truth = read_catalog(tmp_path / "truth.csv")
    assert len(truth.with_roles("library")) == 2
    assert len(truth.with_roles("reference")) == 10
    for row in truth.rows:
        pixels = read_rgb(truth.file(row), at_least=32)
        assert max(pixels.shape[:2]) == 64
        assert pixels.std() > 8, f"{row.path} is blank"
    first = truth.file(truth.rows[0])
    before = first.read_bytes()
    draw(tmp_path, "--size", "64", "--landmarks", "2", "--photos", "2", "--only", truth.rows[0].path)
    assert first.read_bytes() == before, "the same seed drew another picture"


def test_the_plan_is_the_committed_one(truth: Catalog) -> None:
    """The tables follow from the plan alone, so a changed plan shows without drawing."""
    if importlib.util.find_spec("pyvista") is None:
        pytest.skip("needs the renderer: pip install pyvista")
    code = "from demo.world.library import plan; print(*(f'{p.path},{p.landmark},{p.role}' for p in plan()), sep='\\n')"
    planned = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert planned.stdout.splitlines() == [f"{row.path},{row.landmark},{row.role}" for row in truth.rows]


def draw(out: Path, *options: str) -> None:
    """Run the script; skip where there is no renderer or no graphics library for it."""
    if importlib.util.find_spec("pyvista") is None:
        pytest.skip("needs the renderer: pip install pyvista")
    command = [sys.executable, "-m", "demo.render", "-o", str(out), *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
