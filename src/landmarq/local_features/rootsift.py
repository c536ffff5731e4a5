"""RootSIFT: SIFT whose descriptors are compared by the Hellinger kernel."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from landmarq.artifacts import fingerprint
from landmarq.local_features.features import LocalFeatures, encoded
from landmarq.local_features.opencv import opencv
from landmarq.local_features.resizing import with_short_side
from landmarq.types import Pixels

DIMENSION = 128


@dataclass(frozen=True)
class RootSiftConfig:
    """How a photo is described.

    Attributes:
        side: shorter side, pixels, to which larger photos are brought first.
        points: most points kept, those of the highest contrast.
        contrast: SIFT's contrast threshold; lower finds more points.
    """

    side: int = 256
    points: int = 600
    contrast: float = 0.02

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        if not (32 <= self.side <= 4096 and 1 <= self.points <= 100_000 and 0 < self.contrast < 1):
            raise ValueError(f"RootSIFT with side {self.side}, {self.points} points and contrast {self.contrast}")


def root_sift(photo: Pixels, config: RootSiftConfig | None = None) -> LocalFeatures:
    """Describe a photo (h, w, 3) uint8 RGB by SIFT (Lowe 2004) with square-rooted descriptors.

    A descriptor x, divided by its sum, becomes sqrt(x): of unit length, and its dot product with another is the
    Hellinger kernel of the two histograms (Arandjelović & Zisserman 2012, section 2).

    Raises:
        MissingExtraError: OpenCV is not installed.
    """
    cv2, config = opencv(), config or RootSiftConfig()
    grey = cv2.cvtColor(with_short_side(photo, config.side), cv2.COLOR_RGB2GRAY)
    sift = cv2.SIFT_create(nfeatures=config.points, contrastThreshold=config.contrast)
    keypoints, found = sift.detectAndCompute(grey, None)
    if found is None or not len(found):
        return encoded(np.empty((0, 2)), np.empty((0, DIMENSION)))
    order = np.argsort([-each.response for each in keypoints], kind="stable")[: config.points]
    points = np.array([each.pt for each in keypoints], np.float32)[order]
    histograms = np.maximum(found[order], 0)
    return encoded(points, np.sqrt(histograms / np.maximum(histograms.sum(axis=1, keepdims=True), 1e-12)))


class RootSift:
    """Describes photos by RootSIFT, one a core at a time."""

    def __init__(self, config: RootSiftConfig | None = None) -> None:
        """Keep how."""
        self.config = config or RootSiftConfig()
        self.at_least = self.config.side
        self.fingerprint = fingerprint({"kind": "rootsift", **dataclasses.asdict(self.config)})

    def describe(self, photos: Sequence[Pixels]) -> list[LocalFeatures]:
        """Return the features of each photo (h, w, 3) uint8 RGB."""
        with ThreadPoolExecutor() as pool:
            return list(pool.map(lambda photo: root_sift(photo, self.config), photos))
