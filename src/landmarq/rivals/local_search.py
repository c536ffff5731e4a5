"""Recognition by local features: search among all of a database's, vote for photos, check their geometry."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from landmarq.errors import InputError
from landmarq.index.descriptors import DescriptorIndex, DescriptorIndexConfig
from landmarq.local_features import GeometryConfig, LocalFeatures, count_inliers
from landmarq.rivals.verdict import NOTHING, Verdict
from landmarq.types import Floats, Ints


@dataclass(frozen=True)
class LocalSearchConfig:
    """How a photo is compared with the database.

    Attributes:
        photos_a_landmark: most photos of a landmark in the database, the catalog's first; 0: all.
        points: features of each photo that count, the surest.
        neighbours: nearest database features found for each of the photo's.
        ratio: a neighbour counts if its distance is at most this share of the farthest neighbour's; 1: all count.
        candidates: photos of the database, those with the most pairs, whose geometry is checked.
        decision: a landmark's score: the inliers of its ``best`` photo, or the ``sum`` over its candidates.
        geometry: the check.
        index: the search.
    """

    photos_a_landmark: int = 0
    points: int = 600
    neighbours: int = 5
    ratio: float = 1.0
    candidates: int = 20
    decision: Literal["best", "sum"] = "best"
    geometry: GeometryConfig = field(default_factory=GeometryConfig)
    index: DescriptorIndexConfig = field(default_factory=DescriptorIndexConfig)

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        counts = (self.points, self.neighbours, self.candidates)
        if min(counts) < 1 or not 0 < self.ratio <= 1 or self.photos_a_landmark < 0:
            raise ValueError(f"a local search with {self}")


@dataclass(frozen=True)
class Candidate:
    """A photo of the database and the points that it seems to share with the one asked about.

    Attributes:
        photo: number in the database.
        asked: points of the photo asked about, (n, 2) pixels.
        found: their counterparts, (n, 2) pixels; no point stands in two pairs.
    """

    photo: int
    asked: Floats
    found: Floats


class LocalSearch:
    """A database of photos with local features, ready to recognise others."""

    def __init__(self, database: Sequence[LocalFeatures], landmarks: Sequence[str], config: LocalSearchConfig) -> None:
        """Index all features.

        Args:
            database: the features of each photo.
            landmarks: id of the landmark on each.
            config: how to search.

        Raises:
            InputError: there are no features.
            MissingExtraError: FAISS or OpenCV is not installed.
        """
        if len(database) != len(landmarks):
            raise InputError(f"{len(database)} photos in the database, but {len(landmarks)} landmarks")
        used = [features.first(config.points) for features in database]
        self.config, self._landmarks = config, tuple(landmarks)
        self._points = np.concatenate([each.points for each in used])
        self._photo: Ints = np.repeat(np.arange(len(used)), [len(each) for each in used])
        self._index = DescriptorIndex(np.concatenate([each.codes for each in used]), config=config.index)

    @property
    def bytes_a_photo(self) -> float:
        """Bytes kept for each photo of the database: the index, where each point lies, and on which photo."""
        return (self._index.n_bytes + self._points.nbytes + self._photo.nbytes) / len(self._landmarks)

    def search(self, asked: Sequence[LocalFeatures]) -> list[list[Candidate]]:
        """Return, for each photo asked about, the photos of the database with the most pairs of points."""
        used = [features.first(self.config.points) for features in asked]
        if not sum(map(len, used)):
            return [[] for _ in used]
        distances, rows = self._index.nearest(
            np.concatenate([each.descriptors for each in used]), k=self.config.neighbours
        )
        ends = np.cumsum([len(each) for each in used])
        return [
            self._candidates(features, distances[end - len(features) : end], rows[end - len(features) : end])
            for features, end in zip(used, ends, strict=True)
        ]

    def verify(self, found: Sequence[Sequence[Candidate]]) -> list[Verdict]:
        """Decide by the pairs that one affine map explains, photos side by side."""
        with ThreadPoolExecutor() as pool:
            return list(pool.map(self._decide, found))

    def _candidates(self, features: LocalFeatures, distances: Floats, rows: Ints) -> list[Candidate]:
        near = (rows >= 0) & (distances <= self.config.ratio**2 * distances[:, -1:])
        point, column = np.nonzero(near)
        row, distance = rows[point, column], distances[point, column]
        photo = self._photo[row]
        # The nearest pairs first: of those that share a point within one photo, the first is kept.
        order = np.argsort(distance, kind="stable")
        for key in (photo * len(features) + point, row):
            _, first = np.unique(key[order], return_index=True)
            order = order[np.sort(first)]
        point, row, photo = point[order], row[order], photo[order]
        counts = np.bincount(photo, minlength=len(self._landmarks))
        best = np.argsort(-counts, kind="stable")[: self.config.candidates]
        return [
            Candidate(int(each), features.points[point[photo == each]], self._points[row[photo == each]])
            for each in best[counts[best] > 0]
        ]

    def _decide(self, candidates: Sequence[Candidate]) -> Verdict:
        inliers: dict[str, list[int]] = {}
        for each in candidates:
            counted = count_inliers(each.asked, each.found, self.config.geometry)
            inliers.setdefault(self._landmarks[each.photo], []).append(counted)
        if not inliers:
            return NOTHING
        merge = max if self.config.decision == "best" else sum
        scores = {landmark: float(merge(counts)) for landmark, counts in inliers.items()}
        best = max(scores, key=lambda landmark: scores[landmark])
        return Verdict(best, scores[best])
