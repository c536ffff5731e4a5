"""Distillation: while it learns its landmarks, the network is held near what it said before it learnt any.

What a pretrained network knows of all the other things in the world is what unknown landmarks and everyday
photos are told apart by; a few dozen landmarks would teach it to forget that. The teacher is the network that
the first stage started from, shown each photo whole.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from landmarq.artifacts import MANIFEST_NAME, read_json
from landmarq.errors import ConfigError
from landmarq.training.checkpoint import read_tensors, write_tensors
from landmarq.training.config import TrainConfig
from landmarq.training.data import PhotoSet
from landmarq.training.network import Embedder, build_embedder
from landmarq.training.start import load_start_weights, pooled_features, stage_seed, whiten


def distillation(x: Tensor, vectors: Tensor) -> Tensor:
    """Return 1 - cos(x_i, t_i) of each photo, (m,), of x and the teacher's vectors, both (m, d)."""
    return 1 - functional.cosine_similarity(x, vectors, dim=1)


@torch.no_grad()
def teacher_vectors(
    config: TrainConfig,
    photos: PhotoSet,
    *,
    folder: Path,
    fingerprint: str,
    previous: Path | None,
    device: torch.device,
) -> Tensor:
    """Return the teacher's unit vectors of the photos, (n, d) float32; zeros for one that can't be read.

    They are kept in the stage's folder with the teacher's embedding; its backbone is had again from where it came.

    Args:
        config: the recipe.
        photos: those that train.
        folder: the stage's folder.
        fingerprint: of the stage.
        previous: folder of the stage before, which has the teacher's embedding; None: this is the first stage.
        device: where to compute.

    Raises:
        ConfigError: the network has no embedding.
        InputError: the starting weights are missing or of another backbone; no photo can be read.
        StorageError: no space.
    """
    kept = teacher_file(folder, fingerprint)
    if kept.exists():
        return read_tensors(kept)["vectors"]
    teacher = _teacher(config, device)
    linear = teacher.embedding
    if not isinstance(linear, nn.Linear):
        raise ConfigError("head.distillation is set, but this network has no embedding")
    pooled, _, read = pooled_features(teacher, config, photos, device)
    if previous is not None:
        before = read_tensors(teacher_file(previous, str(read_json(previous / MANIFEST_NAME)["fingerprint"])))
        linear.load_state_dict({"weight": before["weight"], "bias": before["bias"]})
    elif config.network.first_embedding == "whitened":
        whiten(teacher, pooled)
    vectors = torch.zeros(len(photos), teacher.dimension)
    vectors[read] = functional.normalize(teacher.norm(linear(pooled)), dim=1).cpu()
    write_tensors(kept, {"weight": linear.weight, "bias": linear.bias, "vectors": vectors})
    return vectors


def teacher_file(folder: Path, fingerprint: str) -> Path:
    """Return where a stage keeps its teacher's embedding and vectors."""
    return folder / f"teacher-{fingerprint[:16]}.safetensors"


def _teacher(config: TrainConfig, device: torch.device) -> Embedder:
    """Return the network that the first stage started from, at inference, its embedding not whitened yet."""
    torch.manual_seed(stage_seed(config, 1))
    teacher = build_embedder(config.network, bf16=config.precision == "bf16")
    if config.network.weights not in ("hub", "none"):
        load_start_weights(teacher, Path(config.network.weights))
    return teacher.to(device).eval()
