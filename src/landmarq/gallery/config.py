"""How a gallery is built."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class GalleryConfig:
    """How centroids are made.

    A cluster is valid when it has at least ``min(min_cluster, max(2, ceil(min_share * photos)))`` photos: the
    paper's 50 for large crawls, and a share of the landmark's photos where there are few.

    Attributes:
        max_diameter: largest dissimilarity (1 - similarity) within a cluster, 0 to 2.
        min_cluster: photos that make a cluster valid, however many the landmark has (the paper: 50).
        min_share: share of a landmark's photos that makes a cluster valid where photos are few, 0 to 1.
        max_background: non-landmark vectors that are kept, evenly spread over those given.
    """

    max_diameter: float = 0.15
    min_cluster: int = 50
    min_share: float = 0.02
    max_background: int = 2000

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        if not 0 <= self.max_diameter <= 2:
            raise ValueError(f"max_diameter {self.max_diameter} is not between 0 and 2")
        if self.min_cluster < 1 or not 0 <= self.min_share <= 1 or self.max_background < 0:
            raise ValueError("min_cluster must be >= 1, min_share between 0 and 1, max_background >= 0")

    def valid_size(self, photos: int) -> int:
        """Return how many photos make a cluster valid for a landmark with so many photos."""
        return min(self.min_cluster, max(2, math.ceil(self.min_share * photos)))
