"""Checkpoints: tensors as safetensors, the rest as JSON; nothing that could run code when it is read.

``checkpoint.json`` names the file of tensors that belongs to it and is replaced last, so that a run killed
at any moment finds a whole checkpoint: the new one or the one before.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor, nn

from landmarq.artifacts import atomic_write, read_json, write_json
from landmarq.errors import ArtifactError

SCHEMA = 1
CHECKPOINT_NAME = "checkpoint.json"


@dataclass(frozen=True)
class EpochRecord:
    """What an epoch came to.

    Attributes:
        epoch: its number, from 0.
        loss: mean training loss over its photos.
        photos: photos seen; those that could not be read are not counted.
        figures: validation figures by name; empty where nothing validates.
    """

    epoch: int
    loss: float
    photos: int
    figures: Mapping[str, float]


@dataclass(frozen=True)
class Position:
    """Where a stage stands.

    Attributes:
        epoch: epochs finished.
        step: steps finished in the epoch under way.
        loss_sum: sum of the losses of its photos so far.
        photos: number of those photos.
        history: the epochs finished.
    """

    epoch: int = 0
    step: int = 0
    loss_sum: float = 0.0
    photos: int = 0
    history: tuple[EpochRecord, ...] = ()


def write_tensors(path: Path, tensors: Mapping[str, Tensor]) -> None:
    """Write tensors to a safetensors file, atomically.

    Raises:
        StorageError: no space or no permission; what was there before stays.
    """
    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    with atomic_write(path) as stream:
        stream.write(save(plain))


def read_tensors(path: Path) -> dict[str, Tensor]:
    """Read a safetensors file.

    Raises:
        ArtifactError: it is missing or damaged.
    """
    try:
        return load_file(path)
    except FileNotFoundError:
        raise ArtifactError(f"{path} is missing") from None
    except (SafetensorError, OSError, ValueError) as error:
        raise ArtifactError(f"{path} is damaged or no safetensors file: {error}") from None


def save_checkpoint(
    folder: Path,
    *,
    fingerprint: str,
    position: Position,
    modules: Mapping[str, nn.Module],
    optimiser: torch.optim.Optimizer,
) -> None:
    """Write a checkpoint and remove the one before.

    Args:
        folder: the stage's folder.
        fingerprint: of the stage's manifest; another stage or recipe can't go on from it.
        position: where the stage stands.
        modules: what trains, by name; ``learner`` holds the parameters that the optimiser moves.
        optimiser: its state is kept by the parameters' names.

    Raises:
        StorageError: no space or no permission; the checkpoint before stays whole.
    """
    tensors = {
        f"{kind}:{name}": value for kind, module in modules.items() for name, value in module.state_dict().items()
    }
    for name, parameter in modules["learner"].named_parameters():
        for key, value in optimiser.state.get(parameter, {}).items():
            if value is not None:
                tensors[f"optimiser:{name}:{key}"] = value
    file = f"checkpoint-{position.epoch:04d}-{position.step:07d}.safetensors"
    write_tensors(folder / file, tensors)
    write_json(
        folder / CHECKPOINT_NAME,
        {"schema": SCHEMA, "fingerprint": fingerprint, "file": file, "position": dataclasses.asdict(position)},
    )
    for old in folder.glob("checkpoint-*.safetensors"):
        if old.name != file:
            old.unlink(missing_ok=True)


def load_checkpoint(folder: Path, *, modules: Mapping[str, nn.Module], optimiser: torch.optim.Optimizer) -> Position:
    """Put modules and optimiser where the checkpoint in ``folder`` left them.

    Raises:
        ArtifactError: it is damaged, or not of these modules.
    """
    record = _record(folder)
    tensors = read_tensors(folder / Path(str(record["file"])).name)
    try:
        for kind, module in modules.items():
            module.load_state_dict(_under(tensors, kind))
        for name, parameter in modules["learner"].named_parameters():
            for key, value in _under(tensors, f"optimiser:{name}").items():
                # In the parameter's own layout, or the next step would round otherwise than undisturbed.
                like = parameter if value.shape == parameter.shape else value
                kept = torch.empty_like(like, device=parameter.device, requires_grad=False)
                optimiser.state[parameter][key] = kept.copy_(value)
        return _position(record["position"])
    except (RuntimeError, KeyError, TypeError, ValueError) as error:
        first = str(error).strip().splitlines()[0]
        raise ArtifactError(
            f"the checkpoint in {folder} is damaged: {first}; delete the folder to begin anew"
        ) from None


def checkpoint_fingerprint(folder: Path) -> str | None:
    """Return the fingerprint of the stage whose checkpoint lies in ``folder``; None where there is none."""
    return str(_record(folder)["fingerprint"]) if (folder / CHECKPOINT_NAME).exists() else None


def remove_checkpoint(folder: Path) -> None:
    """Remove the checkpoint of a stage that is done."""
    (folder / CHECKPOINT_NAME).unlink(missing_ok=True)
    for old in folder.glob("checkpoint-*.safetensors"):
        old.unlink(missing_ok=True)


def _under(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(f"{prefix}:"): value for name, value in tensors.items() if name.startswith(f"{prefix}:")}


def _record(folder: Path) -> dict[str, Any]:
    record = read_json(folder / CHECKPOINT_NAME)
    if record.get("schema") != SCHEMA or not {"file", "position", "fingerprint"} <= record.keys():
        raise ArtifactError(
            f"{folder / CHECKPOINT_NAME} was not written by this version: delete {folder} to begin anew"
        )
    return record


def _position(values: Mapping[str, Any]) -> Position:
    history = tuple(EpochRecord(**record) for record in values["history"])
    return Position(**{**values, "history": history})
