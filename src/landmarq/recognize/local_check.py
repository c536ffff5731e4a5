"""A second look at doubtful photos: whether their points lie as on a reference photo of the landmark."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from landmarq.artifacts import fingerprint
from landmarq.local_features import GeometryConfig, LocalFeatures, RootSift, count_inliers, match_one_to_one
from landmarq.photos import decode_jpeg
from landmarq.recognize.decide import Decisions

Picture = Callable[[], bytes | None]
"""Gives a photo's thumbnail, a JPEG that landmarq made, when it is asked for; None where there is none."""


@dataclass(frozen=True)
class LocalCheckConfig:
    """What a second look counts for.

    Attributes:
        doubt: photos rejected by at most this much of the score get one.
        chance: inliers that two photos of different things reach.
        weight: what each inlier beyond them adds to the score.
        most: inliers beyond chance that count.
        ratio: of the matching (``match_one_to_one``).
        geometry: of the inliers.
    """

    doubt: float = 0.15
    chance: int = 8
    weight: float = 0.02
    most: int = 15
    ratio: float = 0.9
    geometry: GeometryConfig = field(default_factory=GeometryConfig)

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        if not (0 <= self.doubt <= 4 and self.chance >= 0 and self.weight > 0 and self.most >= 1):
            raise ValueError(f"a second look with {self}")


class LocalCheck:
    """Looks again at photos that were rejected by little.

    It only ever raises a score: a photo without much texture, or of a side that no reference shows, shares few points
    with its own landmark, so few inliers speak against nothing.

    Attributes:
        fingerprint: SHA-256 of its settings and references.
    """

    def __init__(
        self,
        references: Mapping[str, Sequence[LocalFeatures]],
        *,
        describer: RootSift,
        config: LocalCheckConfig | None = None,
    ) -> None:
        """Keep the features of each landmark's references, by its id, and what described them."""
        self.config = config or LocalCheckConfig()
        self._references, self._describer = references, describer
        self.fingerprint = fingerprint(
            {
                "config": dataclasses.asdict(self.config),
                "describer": describer.fingerprint,
                "references": {
                    landmark: [fingerprint(each.to_bytes().hex()) for each in features]
                    for landmark, features in references.items()
                },
            }
        )

    def recheck(self, decisions: Decisions, landmarks: Sequence[str], pictures: Sequence[Picture]) -> Decisions:
        """Return the decisions with the scores of doubtful photos raised by what a second look found.

        Args:
            decisions: on n photos.
            landmarks: ids, by the numbers in the decisions.
            pictures: of the n photos.
        """
        score = decisions.score.copy()
        doubtful = (decisions.best >= 0) & (score < 0) & (score >= -self.config.doubt)
        for row in np.flatnonzero(doubtful).tolist():
            score[row] += self._gain(pictures[row], landmarks[decisions.best[row]])
        found = np.flatnonzero(doubtful & (score >= 0))
        photo = np.concatenate([decisions.matched_photo, found])
        order = np.argsort(photo, kind="stable")
        return dataclasses.replace(
            decisions,
            score=score,
            matched_photo=photo[order],
            matched_landmark=np.concatenate([decisions.matched_landmark, decisions.best[found]])[order],
            matched_similarity=np.concatenate([decisions.matched_similarity, decisions.similarity[found]])[order],
        )

    def inliers(self, picture: Picture, landmark: str) -> int:
        """Return how many points a photo shares with that reference of a landmark with which it shares most.

        0 where the landmark has no reference (the picture is not asked for then) or there is no picture.
        """
        references = self._references.get(landmark, ())
        jpeg = picture() if references else None
        if jpeg is None:
            return 0
        (photo,) = self._describer.describe([decode_jpeg(jpeg)])
        return max(self._shared(photo, reference) for reference in references)

    def _gain(self, picture: Picture, landmark: str) -> float:
        beyond = self.inliers(picture, landmark) - self.config.chance
        return self.config.weight * min(max(beyond, 0), self.config.most)

    def _shared(self, photo: LocalFeatures, reference: LocalFeatures) -> int:
        rows, columns = match_one_to_one(photo, reference, ratio=self.config.ratio)
        return count_inliers(photo.points[rows], reference.points[columns], self.config.geometry)
