"""How the learning rates change over a stage."""

from __future__ import annotations

import math

from landmarq.training.config import ScheduleConfig


def rate_factor(config: ScheduleConfig, *, epoch: float) -> float:
    """Return what all rates are multiplied with at a moment of the stage.

    ``step``: ``factor`` to the number of drops passed (the paper: / 10 at 40 % and at 80 % of the stage).
    ``cosine``: last + (1 - last) (1 + cos(pi t)) / 2, t the share of the stage passed since the warmup.
    During the warmup the rates rise linearly from 0 to that of its end.

    Args:
        config: the schedule's part of the recipe.
        epoch: epochs passed, with fraction.
    """
    epochs = config.epochs
    # A warmup longer than a short stage would never let it learn: it takes half of it at most.
    warmup = min(config.warmup_epochs, epochs / 2)
    rise = min(1.0, epoch / warmup) if warmup else 1.0
    if config.kind == "step":
        # A hair of tolerance: 12 epochs of 30 are 40 %, whatever the last bit says.
        return rise * config.factor ** sum(epoch >= drop * epochs - 1e-9 for drop in config.drops)
    passed = max(0.0, epoch - warmup) / (epochs - warmup)
    return rise * (config.last + (1 - config.last) * (1 + math.cos(math.pi * min(passed, 1.0))) / 2)
