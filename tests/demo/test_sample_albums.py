"""The albums of the sample library come out right: taught and made as `make demo` does, with the shipped model."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from landmarq import workspace
from landmarq.evaluation.albums import AlbumsScore, RoleScore
from landmarq.workspace import measuring

ROOT = Path(__file__).parents[2]


def make_demo(world: Path, out: Path) -> AlbumsScore:
    """Do what ``make demo`` does, and measure the library's photos."""
    folders = sorted((world / "references").iterdir())
    table, pack = world / "landmarks.csv", out / "pack"
    workspace.teach_folders(workspace.open_system(), folders, library=out, landmarks=table, pack=pack)
    workspace.albums([world / "photos"], out=out, packs=[pack])
    return measuring.albums(out, world / "truth.csv", split="library")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The albums of the committed library."""
    out = tmp_path_factory.mktemp("sample")
    make_demo(ROOT / "demo", out)
    return out


@pytest.fixture(scope="module")
def score(sample: Path) -> RoleScore:
    return measuring.albums(sample, ROOT / "demo" / "truth.csv", split="library").roles[0]


def test_precision_and_recall(score: RoleScore) -> None:
    assert (score.photos, score.shown) == (242, 80)
    assert score.found / (score.found + len(score.wrong)) >= 0.95, score.wrong
    assert score.found >= 0.85 * score.shown


def test_nearly_no_ordinary_photo_is_in_an_album(score: RoleScore) -> None:
    truth = (ROOT / "demo" / "truth.csv").read_text().splitlines()
    ordinary = {line.partition(",")[0] for line in truth if ",,library," in line}
    assert len(ordinary) == 162
    assert len([path for path, _ in score.wrong if path in ordinary]) <= 1


def test_every_city_and_landmark_has_its_album(sample: Path) -> None:
    value = json.loads((sample / "albums.json").read_text())
    assert len(value["cities"]) == 6
    assert len([landmark for city in value["cities"] for landmark in city["landmarks"]]) == 16
    assert (value["photos"], value["unreadable"]) == (242, 0)


def test_a_small_world_comes_out_right(tmp_path: Path) -> None:
    if importlib.util.find_spec("pyvista") is None:
        pytest.skip("needs the renderer: pip install pyvista")
    options = ("--size", "128", "--landmarks", "2", "--photos", "10")
    command = [sys.executable, "-m", "demo.render", "-o", str(tmp_path / "world"), *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    [role] = make_demo(tmp_path / "world", tmp_path / "albums").roles
    assert role.photos == 10
    assert role.found >= 0.5 * role.shown
    assert role.wrong == ()
