"""Whether the points that two photos have in common lie alike in both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landmarq.local_features.opencv import opencv
from landmarq.types import Floats


@dataclass(frozen=True)
class GeometryConfig:
    """RANSAC for an affine map.

    Attributes:
        tolerance: pixels by which a point may miss its counterpart.
        trials: most triples tried.
        confidence: trials end early once an outlier-free triple was drawn with this probability.
    """

    tolerance: float = 8.0
    trials: int = 1000
    confidence: float = 0.99

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        if not (0 < self.tolerance <= 1000 and 1 <= self.trials <= 1_000_000 and 0 < self.confidence < 1):
            raise ValueError(f"RANSAC with {self}")


def count_inliers(one: Floats, other: Floats, config: GeometryConfig | None = None) -> int:
    """Count the pairs of points that one affine map explains (RANSAC, Fischler & Bolles 1981).

    Args:
        one: points in one photo, (n, 2) pixels.
        other: their counterparts in another, (n, 2) pixels.
        config: tolerance and trials.

    Returns:
        The largest number of pairs within the tolerance of one map found; fewer than three pairs, which any map
        explains, count as none. The same points always give the same number.

    Raises:
        MissingExtraError: OpenCV is not installed.
    """
    cv2, config = opencv(), config or GeometryConfig()
    if len(one) < 3:
        return 0
    _, inliers = cv2.estimateAffine2D(
        np.ascontiguousarray(one, np.float32),
        np.ascontiguousarray(other, np.float32),
        method=cv2.RANSAC,
        ransacReprojThreshold=config.tolerance,
        maxIters=config.trials,
        confidence=config.confidence,
        refineIters=0,
    )
    return 0 if inliers is None else int(np.count_nonzero(inliers))
