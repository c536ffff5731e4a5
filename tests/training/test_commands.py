"""``landmarq train`` and ``landmarq export`` as a person meets them."""

from __future__ import annotations

import dataclasses
import importlib.util
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest
from click.testing import CliRunner

from landmarq.cli.export import command as export
from landmarq.cli.train import command as train
from landmarq.errors import InputError, MissingExtraError
from landmarq.runtime import read_model
from landmarq.training.config import ScheduleConfig, TrainConfig
from training_toys import as_toml


def test_train_then_export(tiny: TrainConfig, small_world: Path, tmp_path: Path) -> None:
    config = dataclasses.replace(tiny, schedule=ScheduleConfig(epochs=1))
    (tmp_path / "recipe.toml").write_text(as_toml(config))
    arguments = [
        str(small_world / "photos.csv"),
        "--config",
        str(tmp_path / "recipe.toml"),
        "-o",
        str(tmp_path / "run"),
    ]
    done = CliRunner().invoke(train, arguments, catch_exceptions=False)
    assert done.stdout.strip() == str(tmp_path / "run" / "stage-2-asia")
    assert "europe: epoch 1/1" in done.stderr

    (tmp_path / "notice.txt").write_text("Patterns.\n")
    arguments = [str(tmp_path / "run"), "-o", str(tmp_path / "model"), "--notice", str(tmp_path / "notice.txt")]
    done = CliRunner().invoke(export, arguments, catch_exceptions=False)
    assert "cosine to torch: float32 0.9999" in done.output or "float32 1.0" in done.output
    info, _ = read_model(tmp_path / "model")
    assert (info.name, info.notice) == ("run", "Patterns.")


def test_without_torch_the_install_line_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    find = importlib.util.find_spec

    def without_torch(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "torch" else find(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", without_torch)
    for command, words in ((train, ["photos.csv"]), (export, ["run"])):
        with pytest.raises(MissingExtraError, match=r"pip install 'landmarq\[train\]'"):
            CliRunner().invoke(command, [*words, "-o", str(tmp_path)], catch_exceptions=False)


def test_a_notice_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="name a text file"):
        CliRunner().invoke(
            export, ["run", "-o", str(tmp_path), "--notice", str(tmp_path / "x")], catch_exceptions=False
        )
