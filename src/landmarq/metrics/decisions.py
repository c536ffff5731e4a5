"""What a recogniser said of each photo, beside the truth: the one input of all decision figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landmarq.errors import InputError

Mask = NDArray[np.bool_]
"""One flag a photo, shape (n,)."""


@dataclass(frozen=True)
class Decisions:
    """Scores and truth of n photos.

    A photo is *accepted* at a threshold t when its score is >= t. Photos with a landmark that the system knows
    are positives; all others, photos of unknown landmarks too, are negatives and must not be accepted.

    Attributes:
        scores: float64, shape (n,), higher is surer; minus infinity where there was no candidate at all.
        right: bool, shape (n,): the best candidate is the landmark on the photo; False on every negative.
        positive: bool, shape (n,): the photo shows a landmark that the system knows.

    Raises:
        InputError: no photos, lengths that differ, a score that is NaN or plus infinity, a negative called right.
    """

    scores: NDArray[np.float64]
    right: Mask
    positive: Mask

    def __post_init__(self) -> None:
        """Refuse what can't be scored."""
        if not self.scores.shape == self.right.shape == self.positive.shape or self.scores.ndim != 1:
            raise InputError("scores, right and positive must be flat arrays of one length")
        if len(self.scores) == 0:
            raise InputError("there are no photos to score")
        bad = int(np.count_nonzero(np.isnan(self.scores) | np.isposinf(self.scores)))
        if bad:
            raise InputError(f"{bad} of {len(self.scores)} scores are NaN or infinite: the recogniser is broken")
        if np.any(self.right & (~self.positive | np.isneginf(self.scores))):
            raise InputError("a photo without a known landmark, or without a candidate, can't be right")

    def __len__(self) -> int:
        """Return the number of photos."""
        return len(self.scores)

    @property
    def n_positives(self) -> int:
        """Number of photos with a known landmark."""
        return int(np.count_nonzero(self.positive))

    @property
    def n_negatives(self) -> int:
        """Number of photos without one."""
        return len(self) - self.n_positives

    @property
    def negative_scores(self) -> NDArray[np.float64]:
        """Scores of the negatives, shape (n_negatives,)."""
        return self.scores[~self.positive]

    @property
    def right_scores(self) -> NDArray[np.float64]:
        """Scores of the positives whose best candidate is right."""
        return self.scores[self.right]

    @property
    def wrong_scores(self) -> NDArray[np.float64]:
        """Scores of the positives whose best candidate is another landmark."""
        return self.scores[self.positive & ~self.right]

    def where(self, mask: Mask) -> Decisions:
        """Return the photos for which ``mask`` (shape (n,)) holds."""
        return Decisions(self.scores[mask], self.right[mask], self.positive[mask])

    def need_both(self) -> None:
        """Refuse a set of one kind: half of the figures would mean nothing.

        Raises:
            InputError: no positives, or no negatives.
        """
        if self.n_positives == 0:
            raise InputError("no photo shows a known landmark: sensitivity means nothing here")
        if self.n_negatives == 0:
            raise InputError("every photo shows a known landmark: specificity means nothing without other photos")


def decisions(
    scores: Sequence[float | None], predicted: Sequence[str], truth: Sequence[str], *, known: frozenset[str]
) -> Decisions:
    """Compare predicted with true landmarks.

    Args:
        scores: one a photo; None where there was no candidate.
        predicted: id of the best candidate, empty where there was none.
        truth: id of the landmark on the photo, empty for none.
        known: ids that the system knows; a photo of another landmark is a negative.

    Raises:
        InputError: as ``Decisions``.
    """
    if not len(scores) == len(predicted) == len(truth):
        raise InputError(f"{len(scores)} scores, {len(predicted)} predictions and {len(truth)} truths: not one a photo")
    values = np.array([-np.inf if score is None else score for score in scores], np.float64)
    positive = np.array([landmark in known for landmark in truth], np.bool_)
    same = np.array([guess == landmark for guess, landmark in zip(predicted, truth, strict=True)], np.bool_)
    return Decisions(values, same & positive, positive)
