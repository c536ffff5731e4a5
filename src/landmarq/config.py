"""Configurations: frozen dataclasses, read from TOML, unknown keys refused.

A stage's configuration class stands beside the stage. The command line reads its defaults from there,
so that they can't differ from the API's.
"""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from landmarq.errors import ConfigError, InputError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    ConfigT = TypeVar("ConfigT", bound=DataclassInstance)


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises:
        InputError: there is no such file, it may not be read, or it is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InputError(f"no such configuration: {path}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not TOML: {error}") from None
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror}") from None


def from_mapping(kind: type[ConfigT], values: Mapping[str, Any], *, origin: str = "configuration") -> ConfigT:
    """Build a frozen configuration of class ``kind``; nested dataclasses and tuples are filled in.

    Raises:
        ConfigError: an unknown key, a missing one, a wrong type, or a value that the class itself refuses.
    """
    # Imported here: most commands never read a configuration file.
    import dacite

    rules = dacite.Config(strict=True, cast=[tuple], type_hooks={float: _as_float})
    try:
        return dacite.from_dict(kind, dict(values), rules)
    except (dacite.DaciteError, ValueError, TypeError) as error:
        raise ConfigError(f"{origin}: {error}") from None


def load(kind: type[ConfigT], path: Path) -> ConfigT:
    """Read a configuration of class ``kind`` from a TOML file."""
    return from_mapping(kind, read_toml(path), origin=str(path))


def as_mapping(config: DataclassInstance) -> dict[str, Any]:
    """Return the configuration as plain JSON-able values, for manifests and fingerprints."""
    return dataclasses.asdict(config)


def _as_float(value: object) -> float:
    """TOML writes 1 for 1.0; anything else that is not a number is an error, not a guess."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"expected a number, got {value!r}")
    return float(value)
