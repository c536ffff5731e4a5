"""A whole system opened from its folders: packs, their model, a recogniser."""

from __future__ import annotations

import importlib.resources
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from landmarq.errors import PackError
from landmarq.pack import MODEL_FOLDER, Pack, open_pack
from landmarq.recognize import Recognizer, Rule
from landmarq.runtime import Network, Runtime, open_network, read_model

if TYPE_CHECKING:
    from landmarq.recognize.local_check import LocalCheck


@dataclass(frozen=True)
class System:
    """All that recognising takes; ``model`` is the model's folder."""

    packs: tuple[Pack, ...]
    network: Network
    recognizer: Recognizer
    model: Path


def starter_pack() -> Path | None:
    """Return the folder of the pack that comes with landmarq, or None where it was left out."""
    folder = Path(str(importlib.resources.files("landmarq") / "starter"))
    return folder if folder.is_dir() else None


def pack_folders(packs: Sequence[Path]) -> list[Path]:
    """Return the packs that were named, or the one that comes with landmarq.

    Raises:
        PackError: none was named and none came along.
    """
    if packs:
        return list(packs)
    starter = starter_pack()
    if starter is None:
        raise PackError("this landmarq comes without a pack: name one with --pack")
    return [starter]


def open_system(
    packs: Sequence[Path] = (),
    *,
    model: Path | None = None,
    rule: Rule | None = None,
    runtime: Runtime = "openvino",
    precision: Literal["auto", "float32"] = "auto",
    check: LocalCheck | None = None,
) -> System:
    """Open packs with their model; with no pack named, the one that comes with landmarq.

    With ``check``, doubtful photos get a second look.

    Raises:
        PackError: a pack is damaged, packs do not go together, or no model is there for them.
        ModelError: the model is damaged, hostile, or can't be run.
    """
    folders = pack_folders(packs)
    opened = tuple(open_pack(folder) for folder in folders)
    recognizer = Recognizer(opened, rule, index_folder=index_folder(), check=check)
    model = model or _model_of(folders, recognizer.model)
    network = open_network(model, runtime=runtime, precision=precision)
    if network.info.fingerprint != recognizer.model:
        raise PackError(
            f"the pack {opened[0].info.name} was made with another model than {network.info.name}: "
            "name the right one with --model"
        )
    if network.info.dimension != opened[0].gallery.dimension:
        raise PackError(f"the pack {opened[0].info.name} is damaged: its vectors are not as long as its model's")
    return System(opened, network, recognizer, model)


def index_folder() -> Path:
    """Return where indexes of large packs are kept for this person; it may be removed at any time."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "landmarq" / "index"


def _model_of(folders: Sequence[Path], fingerprint: str) -> Path:
    """Find the model that made the packs: in one of them, or with landmarq."""
    starter = starter_pack()
    for folder in (*folders, *([starter] if starter else [])):
        candidate = folder / MODEL_FOLDER
        if candidate.is_dir() and (folder in folders or read_model(candidate)[0].fingerprint == fingerprint):
            return candidate
    raise PackError(f"{folders[0]} carries no model: name the folder of its model with --model")
