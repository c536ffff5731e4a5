from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest

from landmarq.config import as_mapping, from_mapping, load
from landmarq.errors import ConfigError, InputError


@dataclass(frozen=True)
class Inner:
    rate: float = 0.1
    kind: Literal["sgd", "adamw"] = "sgd"


@dataclass(frozen=True)
class Outer:
    epochs: int
    inner: Inner = field(default_factory=Inner)
    drops: tuple[float, ...] = (0.4, 0.8)
    stages: tuple[Inner, ...] = ()

    def __post_init__(self) -> None:
        if self.epochs < 1:
            raise ValueError("epochs must be at least 1")


def test_nested_values_are_read_and_given_back(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('epochs = 3\ndrops = [1, 2]\n[inner]\nrate = 1\n[[stages]]\nkind = "adamw"\n')
    config = load(Outer, path)
    assert config == Outer(3, Inner(1.0), (1.0, 2.0), (Inner(kind="adamw"),))
    assert from_mapping(Outer, as_mapping(config)) == config


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("epochs = 1\nepoch = 2", "epoch"),
        ("epochs = 1\n[inner]\nrates = 2", "rates"),
        ('epochs = "many"', "epochs"),
        ("", "epochs"),
        ("epochs = 0", "at least 1"),
        ("epochs = 1\n[inner]\nrate = true", "number"),
        ('epochs = 1\n[inner]\nkind = "adam"', "kind"),
    ],
)
def test_what_does_not_belong_is_refused(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=said) as raised:
        load(Outer, path)
    assert "config.toml" in str(raised.value)


def test_a_file_that_is_no_toml_or_not_there(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("= 3")
    with pytest.raises(InputError, match="not TOML"):
        load(Outer, tmp_path / "a.toml")
    with pytest.raises(InputError, match="no such configuration"):
        load(Outer, tmp_path / "b.toml")
