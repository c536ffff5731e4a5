"""A system's answers beside the truth: what every part of an offline report reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from landmarq import metrics
from landmarq.catalog import CatalogRow
from landmarq.evaluation.answers import Answer
from landmarq.evaluation.labelled import LabelledPhotos
from landmarq.metrics import Decisions

NON_LANDMARK = "non-landmark"
UNKNOWN_LANDMARK = "unknown landmark"
OPERATING_THRESHOLD = 0.0
"""A recognition is accepted where its score is 0 or more: the thresholds are already taken off."""


@dataclass(frozen=True)
class Scored:
    """A test, a system's answers in its order, and the two compared; what every part of the report reads."""

    photos: LabelledPhotos
    answers: tuple[Answer, ...]
    decisions: Decisions

    @property
    def rows(self) -> tuple[CatalogRow, ...]:
        """Catalog rows, one a photo."""
        return self.photos.catalog.rows

    def album_precision(self, rate: float) -> metrics.AlbumPrecision:
        """Return the precision of the albums that the answers make, every landmark that is reported counted.

        Right are the positives whose landmark is reported, wrong those for which another is; a photo may be both.
        """
        reported = [
            (row.landmark in answer.landmarks, any(landmark != row.landmark for landmark in answer.landmarks))
            for row, answer, positive in zip(self.rows, self.answers, self.decisions.positive, strict=True)
            if positive
        ]
        right, wrong = (metrics.Proportion(sum(flags), len(reported)) for flags in zip(*reported, strict=True))
        return metrics.AlbumPrecision(right, wrong, metrics.false_alarms(self.decisions, OPERATING_THRESHOLD), rate)

    def truth(self, row: CatalogRow) -> str:
        """Return in words what is on a photo."""
        return self.photos.name(row.landmark) if row.landmark else NON_LANDMARK

    def negative_kind(self, row: CatalogRow) -> str:
        """Return the kind of a negative: no landmark at all, or one that the system was not taught."""
        return UNKNOWN_LANDMARK if row.landmark else NON_LANDMARK


def score(photos: LabelledPhotos, answers: Sequence[Answer]) -> Scored:
    """Compare answers, one a photo in the order of the test, with the truth.

    Raises:
        InputError: as ``metrics.decisions``; or photos of one kind only.
    """
    compared = metrics.decisions(
        [answer.score for answer in answers],
        [answer.best for answer in answers],
        [row.landmark for row in photos.catalog.rows],
        known=photos.known,
    )
    compared.need_both()
    return Scored(photos, tuple(answers), compared)
