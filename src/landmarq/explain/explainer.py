"""An explainer: a network in float32, its head, and the centroids that it can explain nearness to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from landmarq.explain.region import Box, glowing_box
from landmarq.explain.split import split_similarity
from landmarq.pack import Pack
from landmarq.runtime import Network
from landmarq.types import Floats, Pixels, Vectors


@dataclass(frozen=True)
class Explanation:
    """Why one photo is near to one landmark.

    Attributes:
        landmark: its id.
        cells: what each cell of the photo adds to the similarity, (height, width), rows from the top. The
            cells divide the whole photo evenly. A cell may speak against the landmark: then it is negative.
        similarity: to the nearest centroid; the sum of the cells.
        box: around the cells that speak for it most.
    """

    landmark: str
    cells: Floats
    similarity: float
    box: Box


class Explainer:
    """Explains recognitions. Costs one pass of the network in float32 for each photo."""

    def __init__(self, network: Network, head: tuple[Floats, Floats], centroids: Mapping[str, Vectors]) -> None:
        """Remember what explains.

        Args:
            network: must run in float32: in bf16 the parts would not sum to the whole.
            head: A (d, channels) and b (d,) of z = A g + b, from ``runtime.open_head``.
            centroids: of each landmark, (k, d) float32 unit rows.

        Raises:
            ValueError: the network runs in another precision.
        """
        if network.precision != "float32":
            raise ValueError(f"explanations need float32, not {network.precision}")
        self._network = network
        self._weight, self._bias = head
        self._centroids = dict(centroids)

    def add(self, packs: Sequence[Pack]) -> None:
        """Take the landmarks of more packs; a landmark that is known already is replaced."""
        self._centroids.update(pack_centroids(packs))

    def explain(self, pixels: Pixels, landmarks: Sequence[str]) -> tuple[Explanation, ...]:
        """Explain how near a photo is to some landmarks, each by its own map.

        Args:
            pixels: the photo as the network sees it, (size, size, 3) uint8 RGB.
            landmarks: ids.

        Raises:
            KeyError: no pack knows a landmark.
        """
        features = self._network.features(pixels[None])[0]
        found = []
        for landmark in landmarks:
            maps, vector = split_similarity(
                features,
                self._centroids[landmark],
                weight=self._weight,
                bias=self._bias,
                pooling=self._network.info.pooling,
            )
            cells = maps[int(np.argmax(self._centroids[landmark] @ vector))]
            found.append(Explanation(landmark, cells, float(cells.sum()), glowing_box(cells)))
        return tuple(found)


def pack_centroids(packs: Sequence[Pack]) -> dict[str, Vectors]:
    """Return the centroids of every landmark of some packs, by its id."""
    return {
        landmark.id: pack.gallery.centroids[pack.gallery.centroid_owner == number]
        for pack in packs
        for number, landmark in enumerate(pack.landmarks)
    }
