"""``landmarq clean`` as a person calls it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from landmarq.artifacts import read_json
from landmarq.catalog import write_landmarks
from landmarq.cli.clean import command
from landmarq.errors import CatalogError, ConfigError
from toys import LANDMARKS, paint_photo


def options(folder: Path, model: Path) -> list[str]:
    named = {"--landmarks": "landmarks.csv", "--references": "references.csv", "-o": "out"}
    files = [word for option, name in named.items() for word in (option, str(folder / name))]
    return [str(folder / "crawl.csv"), *files, "--model", str(model)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a", "b"):
        paint_photo(tmp_path / f"{name}.png", "red")
    (tmp_path / "crawl.csv").write_text("path,landmark\na.png,red_tower\n")
    (tmp_path / "references.csv").write_text("path,landmark\nb.png,red_tower\n")
    write_landmarks(tmp_path / "landmarks.csv", LANDMARKS)
    return tmp_path


def test_it_says_what_it_did_and_what_it_found_wanting(folder: Path, tiny_model: Path) -> None:
    result = CliRunner().invoke(command, options(folder, tiny_model), catch_exceptions=False)
    assert result.exit_code == 0
    assert "1 kept, 0 dropped, 0 relabelled, 0 unsure; 1 photos embedded." in result.stdout
    assert "red_tower has one reference only" in result.stderr


def test_how_the_threshold_is_found_can_be_told(folder: Path, tiny_model: Path) -> None:
    told = [*options(folder, tiny_model), "--error", "0.1", "--per-landmark"]
    assert CliRunner().invoke(command, told, catch_exceptions=False).exit_code == 0
    config = read_json(folder / "out" / "manifest.json")["config"]
    assert (config["error"], config["per_landmark"], config["keep_above"]) == (0.1, True, 0.0)


def test_mistakes_are_errors_with_words(folder: Path, tiny_model: Path) -> None:
    with pytest.raises(ConfigError, match=r"keep_above 1\.5 is not between 0 and 1"):
        CliRunner().invoke(command, [*options(folder, tiny_model), "--keep-above", "1.5"], catch_exceptions=False)
    both = ["--keep-above", "0.5", "--error", "0.1"]
    with pytest.raises(ConfigError, match="both set the threshold: give one"):
        CliRunner().invoke(command, [*options(folder, tiny_model), *both], catch_exceptions=False)
    (folder / "references.csv").unlink()
    with pytest.raises(CatalogError, match="no such file"):
        CliRunner().invoke(command, options(folder, tiny_model), catch_exceptions=False)
