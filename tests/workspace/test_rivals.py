"""`landmarq bench rivals` end to end on a small world of textures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from landmarq.catalog import read_catalog
from landmarq.cli.bench.rivals import command
from landmarq.errors import InputError
from landmarq.rivals.config import RivalsConfig
from landmarq.workspace.rivals import RivalModels, _at_most, bench_rivals
from textured import write_textured


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Path:
    return write_textured(tmp_path_factory.mktemp("textured"), tiny_model)


def run(catalog: Path, model: Path, out: Path, **options: object) -> dict[str, object]:
    words = [str(catalog), "--split", "val", "--pack", str(catalog.parent / "pack"), "--model", str(model)]
    words += ["--frozen", str(model), "--triplet", str(model), "-o", str(out)]
    for name, value in options.items():
        words += [f"--{name}", str(value)]
    done = CliRunner().invoke(command, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "RootSIFT + RANSAC: " in done.output
    report: dict[str, object] = json.loads((out / "report.json").read_text())
    return report


def test_one_run_gives_one_table(catalog: Path, tiny_model: Path, tmp_path: Path) -> None:
    report = run(catalog, tiny_model, tmp_path, timed=8)
    standings = report["standings"]
    assert isinstance(standings, list)
    names = ["ours, with reference check", "ours, no reference check"]
    names += ["frozen backbone + nearest neighbour", "triplet + k-NN", "RootSIFT + RANSAC"]
    assert [each["name"] for each in standings] == names
    # The textures have much to hold on to, and the tiny network sees but colours.
    assert standings[-1]["report"]["top_1"]["share"] == 1
    assert standings[-1]["cost"]["verification_ms"] > 0
    assert standings[0]["times_ours"] == 1
    assert standings[-1]["bytes_a_photo"] > 1000
    page = (tmp_path / "report.html").read_text()
    assert "RootSIFT + RANSAC" in page
    assert "data:image/svg+xml" in page


def test_a_second_run_describes_nothing_anew(
    catalog: Path, tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run(catalog, tiny_model, tmp_path / "1", timed=0, features=tmp_path / "f.sqlite")

    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("landmarq.local_features.describing.read_rgb", never)
    second = run(catalog, tiny_model, tmp_path / "2", timed=0, features=tmp_path / "f.sqlite")
    assert first == second


def test_a_rival_may_search_among_fewer_photos(catalog: Path) -> None:
    pool = read_catalog(catalog).with_roles("train")
    assert len(_at_most(pool, 0)) == 12
    few = _at_most(pool, 2)
    assert [row.path for row in few.rows] == [f"train{number}.png" for number in range(6)]
    assert sorted(row.landmark for row in few.rows) == sorted([*few.landmarks, *few.landmarks])


def test_nothing_to_search_among_is_said(catalog: Path, tiny_model: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="of the role 'pool' to search among"):
        bench_rivals(
            catalog,
            out=tmp_path,
            packs=[catalog.parent / "pack"],
            model=tiny_model,
            models=RivalModels(rootsift=True),
            split="val",
            config=RivalsConfig(pool_role="pool"),
        )


def test_photos_of_one_kind_are_refused_before_any_is_described(
    catalog: Path, tiny_model: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="no photo shows a known landmark"):
        bench_rivals(catalog, out=tmp_path, packs=[catalog.parent / "pack"], model=tiny_model, split="val_negative")
    assert not list(tmp_path.iterdir())
