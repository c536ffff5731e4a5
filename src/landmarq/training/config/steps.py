"""How the weights move."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from landmarq.training.config.checks import check


@dataclass(frozen=True)
class OptimiserConfig:
    """How the weights move.

    Attributes:
        kind: ``sgd`` (the paper's) or ``adamw``.
        backbone_rate: alpha 1.
        embedding_rate: alpha 2.
        classifier_rate: alpha 3.
        momentum: of SGD; also AdamW's beta 1.
        weight_decay: L2 for SGD, decoupled for AdamW; never on centers.
        decay_vectors: apply it to biases and batch norms too.
        decay_classifier: apply it to the classifier.
        second_momentum: AdamW's beta 2.
        clip_norm: largest gradient norm; 0: no clipping.
    """

    kind: Literal["sgd", "adamw"] = "sgd"
    backbone_rate: float = 0.001
    embedding_rate: float = 0.01
    classifier_rate: float = 0.01
    momentum: float = 0.9
    weight_decay: float = 5e-3
    decay_vectors: bool = True
    decay_classifier: bool = True
    second_momentum: float = 0.999
    clip_norm: float = 0.0

    def __post_init__(self) -> None:
        """Check ranges."""
        for name in ("backbone_rate", "embedding_rate", "classifier_rate"):
            rate = getattr(self, name)
            check(math.isfinite(rate) and rate >= 0, f"optimiser.{name} must be a number from 0")
        for name in ("momentum", "second_momentum"):
            check(0 <= getattr(self, name) < 1, f"optimiser.{name} must lie in [0, 1)")
        check(self.weight_decay >= 0, "optimiser.weight_decay can't be negative")
        check(self.clip_norm >= 0, "optimiser.clip_norm can't be negative")


@dataclass(frozen=True)
class ScheduleConfig:
    """How the rates change over a stage; every stage starts it anew.

    Attributes:
        kind: ``step`` (the paper's) or ``cosine``.
        epochs: epochs of a stage that does not name its own number.
        drops: shares of the stage after which the rates are multiplied by ``factor`` (step).
        factor: see ``drops``.
        warmup_epochs: the rates rise linearly over this many epochs first.
        last: share of the rate left at the end (cosine).
    """

    kind: Literal["step", "cosine"] = "step"
    epochs: int = 30
    drops: tuple[float, ...] = (0.4, 0.8)
    factor: float = 0.1
    warmup_epochs: float = 0.0
    last: float = 0.0

    def __post_init__(self) -> None:
        """Check ranges."""
        check(self.epochs >= 1, "schedule.epochs must be at least 1")
        check(all(0 < drop < 1 for drop in self.drops), "schedule.drops are shares of the stage, in (0, 1)")
        check(0 < self.factor <= 1, "schedule.factor must lie in (0, 1]")
        check(self.warmup_epochs >= 0, "schedule.warmup_epochs can't be negative")
        check(0 <= self.last <= 1, "schedule.last must lie in [0, 1]")
