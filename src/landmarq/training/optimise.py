"""The optimiser: three rates, weight decay, and their change over the schedule."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from landmarq.training.config import OptimiserConfig
from landmarq.training.learner import Learner


def build_optimiser(learner: Learner, config: OptimiserConfig) -> torch.optim.Optimizer:
    """Make SGD or AdamW over all that trains; each group keeps its full rate as ``base`` beside ``name``."""
    groups = [
        {
            "params": parameters,
            "name": name,
            "base": rate,
            "lr": rate,
            "weight_decay": config.weight_decay if _decays(config, name, matrix=matrix) else 0.0,
        }
        for name, rate, module in _parts(learner, config)
        for matrix, parameters in _by_decay(module)
        if parameters
    ]
    if config.kind == "sgd":
        return torch.optim.SGD(groups, momentum=config.momentum, fused=True)
    return torch.optim.AdamW(groups, betas=(config.momentum, config.second_momentum), fused=True)


def set_rates(optimiser: torch.optim.Optimizer, factor: float) -> dict[str, float]:
    """Multiply every group's full rate with ``factor``; return the rates by name."""
    for group in optimiser.param_groups:
        group["lr"] = group["base"] * factor
    return {group["name"]: group["lr"] for group in optimiser.param_groups}


def _parts(learner: Learner, config: OptimiserConfig) -> list[tuple[str, float, nn.ModuleList]]:
    embedder = learner.embedder
    return [
        ("backbone", config.backbone_rate, nn.ModuleList([embedder.backbone])),
        ("embedding", config.embedding_rate, nn.ModuleList([embedder.pool, embedder.embedding, embedder.norm])),
        ("classifier", config.classifier_rate, nn.ModuleList([learner.head])),
    ]


def _decays(config: OptimiserConfig, name: str, *, matrix: bool) -> bool:
    return (matrix or config.decay_vectors) and (name != "classifier" or config.decay_classifier)


def _by_decay(module: nn.Module) -> Iterator[tuple[bool, list[Tensor]]]:
    """Yield the matrices, which always decay, and the vectors (biases, batch norms), which may."""
    trained = [parameter for parameter in module.parameters() if parameter.requires_grad]
    yield True, [parameter for parameter in trained if parameter.ndim > 1]
    yield False, [parameter for parameter in trained if parameter.ndim <= 1]
