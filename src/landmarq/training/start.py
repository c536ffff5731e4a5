"""First weights of a backbone from a file, or from an earlier run (scenes first)."""

from __future__ import annotations

from pathlib import Path

from torch import Tensor

from landmarq.errors import InputError
from landmarq.training.checkpoint import read_tensors
from landmarq.training.network import Embedder

WEIGHTS_NAME = "model.safetensors"


def load_start_weights(embedder: Embedder, path: Path) -> None:
    """Fill the backbone from a safetensors file, or all that fits from the last stage of an earlier run.

    Float16 weights become float32. A classifier in the file is left aside.

    Raises:
        InputError: no such file, or it holds weights of another backbone.
        ArtifactError: it is damaged.
    """
    file = path if path.is_file() else _last_stage(path) / WEIGHTS_NAME
    tensors = {name: _as_float(value) for name, value in read_tensors(file).items()}
    own = {name.removeprefix("embedder."): value for name, value in tensors.items() if name.startswith("embedder.")}
    if own:
        wanted = embedder.state_dict()
        fitting = {
            name: value
            for name, value in own.items()
            if name.startswith("backbone.") or (name in wanted and wanted[name].shape == value.shape)
        }
        backbone = {name.removeprefix("backbone."): value for name, value in fitting.items()}
        _fill(embedder, {name: value for name, value in backbone.items() if f"backbone.{name}" in fitting}, file)
        rest = {name: value for name, value in fitting.items() if not name.startswith("backbone.")}
        embedder.load_state_dict(rest, strict=False)
    else:
        _fill(embedder, tensors, file)


def last_stage(folder: Path) -> Path:
    """Return the folder of the last finished stage of a run, or ``folder`` itself if it is one.

    Raises:
        InputError: no stage of it is finished.
    """
    return _last_stage(folder)


def _last_stage(folder: Path) -> Path:
    if (folder / WEIGHTS_NAME).is_file():
        return folder
    stages = [path for path in folder.glob("stage-*-*") if (path / WEIGHTS_NAME).is_file() and path.suffix != ".old"]
    if not stages:
        raise InputError(f"{folder} is no weights file and no run with a finished stage")
    return max(stages, key=lambda path: int(path.name.split("-")[1]))


def _fill(embedder: Embedder, tensors: dict[str, Tensor], file: Path) -> None:
    wanted = embedder.backbone.state_dict()
    missing = sorted(name for name in wanted if name not in tensors and not name.endswith("num_batches_tracked"))
    unlike = sorted(name for name in wanted if name in tensors and tensors[name].shape != wanted[name].shape)
    if missing or unlike:
        first = (missing or unlike)[0]
        raise InputError(
            f"{file} does not fit this backbone: {len(missing) + len(unlike)} of {len(wanted)} tensors are missing or "
            f"of another shape, such as {first}"
        )
    embedder.backbone.load_state_dict({name: value for name, value in tensors.items() if name in wanted}, strict=False)


def _as_float(value: Tensor) -> Tensor:
    return value.float() if value.is_floating_point() else value
