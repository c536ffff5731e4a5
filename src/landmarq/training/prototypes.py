"""Classes that have several prototypes: the nearest one counts."""

from __future__ import annotations

from torch import Tensor


def best_of_class(cosine: Tensor, owner: Tensor, *, classes: int) -> Tensor:
    """Return the largest cosine of each class, (m, classes), of cosines (m, prototypes) and their classes."""
    best = cosine.new_full((len(cosine), classes), -1.0)
    return best.scatter_reduce(1, owner.expand(len(cosine), -1), cosine, reduce="amax", include_self=False)
