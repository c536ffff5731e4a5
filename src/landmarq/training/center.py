"""Center loss: photos of a landmark are drawn to its center, and the centers follow at their own rate.

Wen et al., "A Discriminative Feature Learning Approach for Deep Face Recognition", ECCV 2016.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Centers(nn.Module):
    """One center for each landmark; the non-landmark class has none.

    A center is no parameter of the optimiser: ``move`` shifts it, by its own rate and without weight decay.

    Attributes:
        points: (n, d) float32.
    """

    def __init__(self, count: int, dimension: int, *, rate: float) -> None:
        """Start ``count`` centers at the origin."""
        super().__init__()
        self.points: Tensor
        self.register_buffer("points", torch.zeros(count, dimension))
        self.rate = rate

    def forward(self, x: Tensor, labels: Tensor) -> Tensor:
        """Return (1/2) |x_i - c_{y_i}|^2 for each photo, 0 for a non-landmark.

        Multiplied by lambda and summed over the batch it is the second term of the paper's loss,
        (lambda / 2) sum_{i: y_i != n+1} |x_i - c_{y_i}|^2 (Wen et al., equation 2; Boiarov & Tyantov, equation 1).

        Args:
            x: (m, d) float32, the output of the embedding's batch norm, not normalised.
            labels: (m,) int64; n or more is a non-landmark.

        Returns:
            (m,) float32. The gradient reaches x, not the centers.
        """
        known = labels < len(self.points)
        nearest = self.points[labels.clamp(max=len(self.points) - 1)]
        squares = (x - nearest).pow(2).sum(dim=1)
        return 0.5 * torch.where(known, squares, torch.zeros_like(squares))

    @torch.no_grad()
    def sums(self, x: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Return for each center sum_i 1(y_i = j) (c_j - x_i), (n, d), and the count of its photos, (n,)."""
        known = labels < len(self.points)
        own = labels[known]
        total = torch.zeros_like(self.points).index_add_(0, own, self.points[own] - x[known].to(self.points))
        count = torch.bincount(own, minlength=len(self.points)).to(self.points)
        return total, count

    @torch.no_grad()
    def move(self, total: Tensor, count: Tensor) -> None:
        """Move the centers by their rate alpha: c_j <- c_j - alpha delta_j.

        delta_j = sum_i 1(y_i = j) (c_j - x_i) / (1 + sum_i 1(y_i = j)) (Wen et al., equation 4).

        Args:
            total: from ``sums``, added up over the processes.
            count: likewise.
        """
        self.points -= self.rate * total / (1 + count)[:, None]
