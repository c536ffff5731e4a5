"""Settings of a rival are chosen one after another, and what was tried is not tried again."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from landmarq.config import as_mapping, load
from landmarq.rivals.config import RivalsConfig
from textured import write_textured

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "rival_settings.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("rival_settings", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_each_setting_is_tried_beside_the_best_of_those_before(script: ModuleType) -> None:
    asked: list[tuple[int, str]] = []

    def score(choice: Mapping[str, Any]) -> float:
        asked.append((choice["a"], choice["b"]))
        return {(1, "x"): 1, (2, "x"): 3, (3, "x"): 3, (2, "y"): 2}[asked[-1]]

    assert script.climb({"a": 1, "b": "x"}, {"a": (1, 2, 3), "b": ("x", "y")}, score) == {"a": 2, "b": "x"}
    assert asked == [(1, "x"), (2, "x"), (3, "x"), (2, "y")]


@pytest.mark.parametrize(
    ("table", "choice"),
    [
        ("rootsift_search", {"neighbours": 7, "geometry.tolerance": 11.0, "decision": "best"}),
        ("delf_search", {"points": 9, "ratio": 0.5}),
        ("triplet", {"k": 4}),
    ],
)
def test_a_choice_comes_back_from_its_toml_whole(
    script: ModuleType, table: str, choice: dict[str, Any], tmp_path: Path
) -> None:
    start = getattr(RivalsConfig(), table)
    chosen = script.with_choice(start, choice)
    (tmp_path / "best.toml").write_text(script.as_toml(table, chosen))
    assert getattr(load(RivalsConfig, tmp_path / "best.toml"), table) == chosen
    changed, before = as_mapping(chosen), as_mapping(start)
    for name, value in choice.items():
        part = changed["geometry"] if name == "geometry.tolerance" else changed
        assert part[name.rpartition(".")[2]] == value
        part[name.rpartition(".")[2]] = (before["geometry"] if part is not changed else before)[name.rpartition(".")[2]]
    assert changed == before, "what was not chosen stays as it was"


def test_the_best_is_written_and_nothing_is_tried_twice(script: ModuleType, tiny_model: Path, tmp_path: Path) -> None:
    catalog = write_textured(tmp_path, tiny_model)
    words = [str(catalog), "rootsift", "--features", str(tmp_path / "f.sqlite"), "-o", str(tmp_path / "best")]
    first, second = (
        subprocess.run([sys.executable, str(SCRIPT), *words], capture_output=True, text=True, timeout=300, check=False)
        for _ in range(2)
    )
    assert first.returncode == 0, first.stderr[-2000:]
    tried = json.loads((tmp_path / "best.json").read_text())["tried"].values()
    assert len(tried) == 1 + sum(len(values) - 1 for values in script.AXES["rootsift"].values())
    # Textures are what local features are made for.
    assert max(each["score"] for each in tried) == 1
    assert load(RivalsConfig, tmp_path / "best.toml").rootsift_search.candidates == 20
    assert second.stdout.splitlines() == first.stdout.splitlines()[-1:], "only the best is told again"
