"""What trains: the embedder, its head and the centers, as one module."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from landmarq.training.center import Centers
from landmarq.training.config import PAIR_HEADS, TrainConfig
from landmarq.training.heads import Head, build_head
from landmarq.training.network import Embedder, build_embedder


@dataclass(frozen=True)
class Classes:
    """The classes of a stage, in the order of their rows.

    Attributes:
        landmarks: ids; those of earlier stages first, so that old rows keep their place.
        non_landmark: whether a last class is the non-landmark (the paper's n + 1).
    """

    landmarks: tuple[str, ...]
    non_landmark: bool

    def __len__(self) -> int:
        """Return the number of classes, the non-landmark counted."""
        return len(self.landmarks) + self.non_landmark

    @property
    def non_landmark_index(self) -> int | None:
        """Index of the non-landmark class, or None."""
        return len(self.landmarks) if self.non_landmark else None


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
        classes=len(classes),
        non_landmark=classes.non_landmark_index,
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
    pairs = [(row, old[landmark]) for row, landmark in enumerate(classes.landmarks) if landmark in old]
    if learner.centers is not None and parent.centers is not None:
        _copy_rows(learner.centers.points, parent.centers.points, pairs)
    if classes.non_landmark and parent_classes.non_landmark:
        pairs.append((len(classes.landmarks), len(parent_classes.landmarks)))
    for new_rows, old_rows in zip(learner.head.rows(), parent.head.rows(), strict=True):
        _copy_rows(new_rows, old_rows, pairs)


def _copy_rows(new: Tensor, old: Tensor, pairs: list[tuple[int, int]]) -> None:
    if pairs:
        into, source = (list(side) for side in zip(*pairs, strict=True))
        new[into] = old[source].to(new)
