"""What trains: the embedder, its head and the centers, as one module."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from landmarq.training.center import Centers
from landmarq.training.classes import Classes
from landmarq.training.config import PAIR_HEADS, TrainConfig
from landmarq.training.heads import Head, build_head
from landmarq.training.network import Embedder, build_embedder


class Learner(nn.Module):
    """Embedder, head and centers; its forward pass is what distributed training wraps."""

    def __init__(self, embedder: Embedder, head: Head, centers: Centers | None) -> None:
        """Put the parts together; ``centers`` is None where there is no center loss."""
        super().__init__()
        self.embedder = embedder
        self.head = head
        self.centers = centers

    def forward(self, pixels: Tensor, labels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the head's loss of each photo (m,), half the squared distance to its center (m,), and x (m, d)."""
        x = self.embedder(pixels)
        center = self.centers(x, labels) if self.centers is not None else torch.zeros_like(x[:, 0])
        return self.head(x, labels), center, x


def build_learner(config: TrainConfig, classes: Classes) -> Learner:
    """Make the learner of a recipe with first weights; the global random state decides them."""
    embedder = build_embedder(config.network, embeds=config.head.kind != "scenes", bf16=config.precision == "bf16")
    head = build_head(
        config.head,
        dimension=embedder.dimension,
        classes=classes,
    )
    has_centers = config.head.center_weight > 0 and config.head.kind not in PAIR_HEADS
    centers = Centers(len(classes.landmarks), embedder.dimension, rate=config.head.center_rate) if has_centers else None
    return Learner(embedder, head, centers)


@torch.no_grad()
def inherit(learner: Learner, classes: Classes, *, parent: Learner, parent_classes: Classes) -> None:
    """Start a stage from the one before: all weights, and the rows of the classes that both know.

    Rows of new landmarks keep their first weights; a new landmark's center starts at the origin.
    """
    learner.embedder.load_state_dict(parent.embedder.state_dict())
    old = {landmark: row for row, landmark in enumerate(parent_classes.landmarks)}
    into = [row for row, landmark in enumerate(classes.landmarks) if landmark in old]
    source = [old[classes.landmarks[row]] for row in into]
    kept = list(zip(learner.head.landmark_rows(), parent.head.landmark_rows(), strict=True))
    if learner.centers is not None and parent.centers is not None:
        kept.append((learner.centers.points, parent.centers.points))
    for new_rows, old_rows in kept:
        new_rows[into] = old_rows[source]
    if classes.non_landmark and parent_classes.non_landmark:
        for new_rows, old_rows in zip(learner.head.non_landmark_rows(), parent.head.non_landmark_rows(), strict=True):
            new_rows.copy_(old_rows)
