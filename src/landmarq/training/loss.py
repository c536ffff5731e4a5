"""The loss over a batch: the head's, and the center loss beside it."""

from __future__ import annotations

from torch import Tensor

from landmarq.training.config import HeadConfig


def batch_loss(each: Tensor, center: Tensor, *, photos: int, config: HeadConfig) -> Tensor:
    """Return L = (1/m) sum_i l_i + lambda r_i (1/2) |x_i - c_{y_i}|^2 (Boiarov & Tyantov, equation 1).

    With the softmax head l_i = -log softmax_{y_i}(W x_i + b). The second sum runs over the landmark photos; r_i is 1
    for ``center_reduction`` ``sum``, the formula as printed, and 1/m for ``mean``.

    Args:
        each: l_i, (m',) float32: this process's part of the batch; 0 for a filler.
        center: (1/2) |x_i - c_{y_i}|^2, (m',) float32; 0 for a non-landmark or filler.
        photos: m, over all processes.
        config: lambda and its reduction.

    Returns:
        This process's part of L; the parts add up to L.
    """
    loss = each.sum() / photos
    if config.center_weight:
        share = photos if config.center_reduction == "mean" else 1
        loss = loss + config.center_weight * center.sum() / share
    return loss
