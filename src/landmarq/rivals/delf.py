"""DELF at inference (Noh et al. 2017): points at seven scales, those that the attention selects."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from landmarq.artifacts import fingerprint
from landmarq.local_features import LocalFeatures, encoded, resized, with_short_side
from landmarq.runtime.dense import DenseMaps, DenseNetwork, open_dense
from landmarq.runtime.network import Precision
from landmarq.types import Floats, Pixels

SCALES = tuple(2.0 ** (step / 2) for step in range(-4, 3))
"""0.25 to 2 in steps of the square root of 2 (section 4.1)."""


@dataclass(frozen=True)
class DelfConfig:
    """How a photo is described.

    Attributes:
        side: shorter side, pixels, to which larger photos are brought first: scale 1.
        points: most points kept over all scales, those with the highest attention.
        scales: of the pyramid.
    """

    side: int = 256
    points: int = 1000
    scales: tuple[float, ...] = SCALES

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        if not (32 <= self.side <= 1024 and self.points >= 1 and self.scales and min(self.scales) > 0):
            raise ValueError(f"DELF with {self}")


class Delf:
    """Describes photos by a trained DELF network."""

    def __init__(self, network: DenseNetwork, config: DelfConfig | None = None) -> None:
        """Keep the network and how to use it."""
        self.config = config or DelfConfig()
        self.network = network
        self.at_least = self.config.side
        self.fingerprint = fingerprint(
            {"kind": "delf", "model": network.info.fingerprint, **dataclasses.asdict(self.config)}
        )

    @classmethod
    def open(cls, folder: Path, *, precision: Precision = "float32", config: DelfConfig | None = None) -> Delf:
        """Open the folder that ``landmarq bench delf`` wrote.

        Raises:
            ModelError: it is damaged or hostile.
        """
        return cls(open_dense(folder, precision=precision), config)

    def describe(self, photos: Sequence[Pixels]) -> list[LocalFeatures]:
        """Return the features of each photo (h, w, 3) uint8 RGB; points in pixels of the photo at scale 1."""
        with ThreadPoolExecutor() as pool:
            pyramids = list(pool.map(self._pyramid, photos))
        maps = iter(self.network.maps([level for pyramid in pyramids for level in pyramid]))
        return [self._selected(pyramid, [next(maps) for _ in pyramid]) for pyramid in pyramids]

    def _pyramid(self, photo: Pixels) -> list[Pixels]:
        """Return the photo at each scale, its sides rounded to whole strides; at scale 1 it is as it was."""
        base, stride = with_short_side(photo, self.config.side), self.network.info.stride
        height, width = base.shape[:2]
        sides = [
            [max(2, round(side * scale / stride)) * stride for side in (width, height)] for scale in self.config.scales
        ]
        return [resized(base, width=each[0], height=each[1]) for each in sides]

    def _selected(self, pyramid: Sequence[Pixels], maps: Sequence[DenseMaps]) -> LocalFeatures:
        attention = np.concatenate([each.attention.ravel() for each in maps])
        order = np.argsort(-attention, kind="stable")[: self.config.points]
        descriptors = np.concatenate([each.descriptors.reshape(-1, each.descriptors.shape[2]) for each in maps])
        base = pyramid[int(np.argmin(np.abs(np.log(self.config.scales))))]
        points = np.concatenate([_points(each, base) for each in maps])
        return encoded(points[order], descriptors[order])


def _points(maps: DenseMaps, base: Pixels) -> Floats:
    """Return the middle of each point's square in pixels of the photo at scale 1, (h w, 2): x, y."""
    rows, columns = maps.attention.shape
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32) + 0.5
    return np.stack([x.ravel() * base.shape[1] / columns, y.ravel() * base.shape[0] / rows], axis=1)
