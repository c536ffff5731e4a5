"""What stands on the embedding while it trains.

A head turns x into one loss for each photo. Classes 0 to n-1 are landmarks; class n, where there are
non-landmark photos, is the non-landmark (the paper's n + 1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from torch import Tensor, nn

from landmarq.training.classes import Classes
from landmarq.training.config import PAIR_HEADS, HeadConfig

if TYPE_CHECKING:
    from landmarq.training.margin import MarginHead
    from landmarq.training.open_set import OpenSetHead
    from landmarq.training.pairs import PairHead

Head: TypeAlias = "SoftmaxHead | MarginHead | OpenSetHead | PairHead"
"""All have ``forward``, ``scores``, ``landmark_rows``, ``non_landmark_rows`` and ``prototypes``."""


class SoftmaxHead(nn.Module):
    """Softmax cross-entropy over n + 1 classes: -log softmax_{y_i}(W x_i + b)."""

    def __init__(self, dimension: int, classes: Classes, *, label_smoothing: float = 0.0) -> None:
        """Make W, (classes, dimension), and b."""
        super().__init__()
        self.linear = nn.Linear(dimension, len(classes))
        self.landmarks = len(classes.landmarks)
        self.label_smoothing = label_smoothing

    def forward(self, x: Tensor, labels: Tensor) -> Tensor:
        """Return the loss of each photo, (m,), of x (m, d) and labels (m,) int64."""
        return nn.functional.cross_entropy(
            self.linear(x), labels, reduction="none", label_smoothing=self.label_smoothing
        )

    def scores(self, x: Tensor) -> Tensor:
        """Return the logits, (m, classes)."""
        result: Tensor = self.linear(x)
        return result

    def landmark_rows(self) -> list[Tensor]:
        """Return the rows of W and b that are landmarks'."""
        return [self.linear.weight[: self.landmarks], self.linear.bias[: self.landmarks]]

    def non_landmark_rows(self) -> list[Tensor]:
        """Return the row of W and b that is the non-landmark's."""
        return [self.linear.weight[self.landmarks :], self.linear.bias[self.landmarks :]]

    def prototypes(self) -> None:
        """Return None: the rows of W are no points among the x."""


def build_head(config: HeadConfig, *, dimension: int, classes: Classes) -> Head:
    """Make the head of a recipe for vectors of length ``dimension``."""
    # Imported where wanted: the loss library takes seconds.
    if config.kind in ("softmax", "scenes"):
        return SoftmaxHead(dimension, classes, label_smoothing=config.label_smoothing)
    if config.kind in PAIR_HEADS:
        from landmarq.training.pairs import PairHead

        return PairHead(classes, config=config)
    if config.kind == "openset":
        from landmarq.training.open_set import OpenSetHead

        return OpenSetHead(dimension, classes, config=config)
    from landmarq.training.margin import MarginHead

    return MarginHead(dimension, classes, config=config)
