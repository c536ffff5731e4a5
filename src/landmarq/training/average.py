"""The mean of the weights along a run's way: what it delivers where a recipe asks for it.

The last stages know their landmarks best, and grow sure of look-alikes that nobody taught them; the network that the
run started from is sure of nothing and knows a little of everything. Weights along one fine-tuning may be averaged, and
the mean has much of both (model soups, Wortsman et al., ICML 2022; with the start WiSE-FT, the same, CVPR 2022).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor

from landmarq.artifacts import Manifest, read_json, write_json
from landmarq.training.checkpoint import read_tensors, write_tensors
from landmarq.training.config import AverageConfig
from landmarq.training.stage_folder import STAGE_NAME
from landmarq.training.start import WEIGHTS_NAME

SCHEMA = 1
EMBEDDER = "embedder."
START_NAME = "start.safetensors"
"""In the first stage's folder: the weights of the embedder before its first step."""


def average_manifest(config: AverageConfig, *, stages: Sequence[Path]) -> Manifest:
    """Return what decides the mean over a run's finished stages, in their order."""
    inputs = {folder.name: str(read_json(folder / "manifest.json")["fingerprint"]) for folder in stages}
    return Manifest(
        stage="average", schema=SCHEMA, config={"start": config.start, "stages": config.stages}, inputs=inputs
    )


def write_average(folder: Path, config: AverageConfig, *, stages: Sequence[Path]) -> None:
    """Write the mean as a stage's folder: the last stage's, with the embedder's weights averaged.

    With the share s of the start and k stages that count: s w_start + (1 - s) / k (w_1 + ... + w_k), for each number
    of backbone, embedding and batch norms; running statistics too.

    Args:
        folder: where to; its manifest is the caller's.
        config: what counts how much.
        stages: all finished stages of the run; the first holds ``START_NAME`` where the start counts.

    Raises:
        ArtifactError: weights are missing or damaged.
        StorageError: no space.
    """
    last = read_tensors(stages[-1] / WEIGHTS_NAME)
    counted = stages[-config.stages :]
    parts = [(read_tensors(each / WEIGHTS_NAME), (1 - config.start) / len(counted)) for each in counted]
    if config.start:
        parts.append((read_tensors(stages[0] / START_NAME), config.start))
    # A batch norm also counts its batches, in whole numbers: the last stage's stay.
    names = [name for name, value in last.items() if name.startswith(EMBEDDER) and value.is_floating_point()]
    write_tensors(folder / WEIGHTS_NAME, last | weighted_mean(parts, names=names))
    record = read_json(stages[-1] / STAGE_NAME)
    record["average"] = {"start": config.start, "stages": [each.name for each in counted]}
    write_json(folder / STAGE_NAME, record)


def weighted_mean(parts: Sequence[tuple[Mapping[str, Tensor], float]], *, names: Sequence[str]) -> dict[str, Tensor]:
    """Return the weighted mean of tensors by name, summed in float64.

    Args:
        parts: tensors, and their weight; the weights add up to 1.
        names: of the tensors wanted.
    """
    means = {}
    for name in names:
        first = parts[0][0][name]
        total = torch.zeros(first.shape, dtype=torch.float64)
        for tensors, weight in parts:
            total += weight * tensors[name].double()
        means[name] = total.to(first.dtype)
    return means
