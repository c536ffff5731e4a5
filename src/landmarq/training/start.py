"""The weights a stage starts from: a file, an earlier run (scenes first), the stage before, the photos themselves."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from landmarq.errors import ConfigError, InputError
from landmarq.training.checkpoint import read_tensors
from landmarq.training.classes import Classes
from landmarq.training.config import TrainConfig
from landmarq.training.data import PhotoSet
from landmarq.training.learner import Learner, build_learner, inherit
from landmarq.training.network import Embedder
from landmarq.training.passing import whole_photos

WEIGHTS_NAME = "model.safetensors"
SHRINKAGE = 0.05
"""Share of the mean variance added to each before whitening: the last components are noise."""


def first_learner(
    config: TrainConfig, classes: Classes, *, seed: int, parent: tuple[Learner, Classes] | None
) -> Learner:
    """Make the learner of a stage with the weights that it starts from.

    Args:
        config: the recipe.
        classes: of the stage.
        seed: of what is random.
        parent: the stage before and its classes, or None.

    Raises:
        InputError: the starting weights are of another backbone.
    """
    torch.manual_seed(seed)
    if parent is None:
        learner = build_learner(config, classes)
        if config.network.weights not in ("hub", "none"):
            load_start_weights(learner.embedder, Path(config.network.weights))
        return learner
    bare = dataclasses.replace(config, network=dataclasses.replace(config.network, weights="none"))
    learner = build_learner(bare, classes)
    inherit(learner, classes, parent=parent[0], parent_classes=parent[1])
    return learner


def stage_seed(config: TrainConfig, number: int) -> int:
    """Return the seed of a stage's first weights; ``number`` counts from 1."""
    return config.seed + 1_000_003 * number


def needs_photos(config: TrainConfig, *, first: bool) -> bool:
    """Tell whether ``settle`` has something to do."""
    return config.head.first_rows == "means" or (first and config.network.first_embedding == "whitened")


@torch.no_grad()
def settle(
    learner: Learner, config: TrainConfig, photos: PhotoSet, *, known: int, first: bool, device: torch.device
) -> None:
    """Set what starts from the photos: the whitened embedding, and prototypes at their landmarks' means.

    Args:
        learner: as ``first_learner`` made it.
        config: the recipe.
        photos: those that train; they are seen once, squashed.
        known: number of landmarks whose prototypes come from the stage before, and stay.
        first: whether this is the first stage.
        device: where to compute.

    Raises:
        ConfigError: a whitened embedding longer than the pooled features.
    """
    learner.to(device).eval()
    pooled, labels, _ = pooled_features(learner.embedder, config, photos, device)
    if first and config.network.first_embedding == "whitened":
        whiten(learner.embedder, pooled)
    prototypes = learner.head.prototypes()
    if config.head.first_rows == "means" and prototypes is not None:
        x = learner.embedder.norm(learner.embedder.embedding(pooled))
        _place(prototypes, nn.functional.normalize(x, dim=1), labels, known=known, keep_others=not first)


def load_start_weights(embedder: Embedder, path: Path) -> None:
    """Fill the backbone from a safetensors file, or all that fits from the last stage of an earlier run.

    Float16 weights become float32. A classifier in the file is left aside.

    Raises:
        InputError: no such file, or it holds weights of another backbone.
        ArtifactError: it is damaged.
    """
    file = path if path.is_file() else last_stage(path) / WEIGHTS_NAME
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


def pooled_features(
    embedder: Embedder, config: TrainConfig, photos: PhotoSet, device: torch.device
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the pooled features of all photos that can be read, at the size of inference.

    Returns:
        The features (n, C) and their labels (n,), on ``device``, and which rows of ``photos`` they are, (n,) int64.

    Raises:
        InputError: none can be read.
    """
    passed = [
        (embedder.pool(embedder.features(pixels)), batch.labels.to(device), batch.indices)
        for pixels, batch in whole_photos(embedder, config, photos, device=device)
    ]
    if not passed:
        raise InputError(f"none of the {len(photos)} training photos can be read")
    pooled, labels, read = (torch.cat(parts) for parts in zip(*passed, strict=True))
    return pooled, labels, read


def whiten(embedder: Embedder, pooled: Tensor) -> None:
    """Set the embedding to the PCA-whitening of pooled features (n, C): W = V^T / sqrt(variance), b = -W mean."""
    linear = embedder.embedding
    if not isinstance(linear, nn.Linear):
        raise ConfigError("network.first_embedding is whitened, but this network has no embedding")
    if linear.out_features > pooled.shape[1]:
        raise ConfigError(f"a whitened embedding can't be longer than the {pooled.shape[1]} pooled features")
    mean = pooled.mean(dim=0)
    centred = (pooled - mean).double()
    variances, directions = torch.linalg.eigh(centred.T @ centred / len(centred))
    kept = variances.flip(0)[: linear.out_features].clamp(min=0) + SHRINKAGE * variances.mean()
    weight = directions.flip(1)[:, : linear.out_features].T / kept.sqrt()[:, None]
    linear.weight.copy_(weight)
    linear.bias.copy_(-(weight @ mean.double()))


def _place(prototypes: tuple[Tensor, Tensor], unit: Tensor, labels: Tensor, *, known: int, keep_others: bool) -> None:
    """Put each new landmark's prototypes at its photos' mean, the non-landmark's at the centres of its clusters."""
    # Imported here: only this start needs it.
    from scipy.cluster.vq import kmeans2

    landmarks, others = prototypes
    for row in range(known, len(landmarks)):
        own = unit[labels == row]
        if len(own):
            landmarks[row] = nn.functional.normalize(own.mean(dim=0), dim=0)
            if len(landmarks[row]) > 1:  # apart, so that they can part further
                landmarks[row] += 0.02 * torch.randn_like(landmarks[row])
    own = unit[labels == len(landmarks)]
    if not keep_others and len(others) and len(own) >= len(others):
        random = np.random.default_rng(0)
        clusters, _ = kmeans2(own.double().cpu().numpy(), len(others), minit="++", rng=random)
        others.copy_(nn.functional.normalize(torch.from_numpy(clusters), dim=1))
