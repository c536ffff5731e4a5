"""How probable it is that a photo shows what its row says: ridge regression, weighed anew in rounds.

The labels of a crawl are mostly right, and a person's references surely are. A regression from photos to
labels is fitted on both; each photo's own label is left out of its own score. What the scores say of each label
becomes its weight in the next round, as in expectation-maximisation. Photos that belong to no landmark weigh
for one more class, the everyday, which nobody had to give examples of: it begins with the photos that lack what a
typical reference scores.

A class with many labels scores high on photos that look like nothing. So the share of its labels is taken from all
its scores: what a photo scores by its looks alone is left. Of few landmarks, each with a large share, no everyday
photo would be found otherwise.

Scores without the photo's own label, in closed form: Allen, "The relationship between variable selection and data
augmentation and a method for prediction" (Technometrics 1974). Weighing labels by cross-validated scores: Northcutt
et al., "Confident learning" (JAIR 2021).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landmarq.cleaning.claims import Claims
from landmarq.cleaning.config import CleanConfig
from landmarq.cleaning.ridge import Ridge, make_ridge
from landmarq.cleaning.rivals import Candidates, candidates
from landmarq.types import Floats, Ints, Vectors

Progress = Callable[[int, int], None]
_PRUNED = 0.01
_MOST_LEVERAGE = 0.9
_LEAST_TYPICAL = 0.02


@dataclass(frozen=True)
class Evidence:
    """What each photo probably shows.

    Attributes:
        landmark: landmarks that each photo was compared with, (n, s) int32, -1 where a place is empty.
        probability: that it shows each, (n, s) float32.
        everyday: that it shows no known landmark, (n,) float32; with ``probability`` it sums to 1.
    """

    landmark: NDArray[np.int32]
    probability: Vectors
    everyday: Vectors

    def of(self, photo: Ints, label: Ints) -> Vectors:
        """Return the probability that each photo shows a landmark, (m,); 0 where the two were not compared."""
        found = np.zeros(len(photo), np.float32)
        # A column at a time: of millions of rows, all columns at once would not fit beside their vectors.
        for at in range(self.landmark.shape[1]):
            found += np.where(self.landmark[photo, at] == label, self.probability[photo, at], 0)
        return found

    def best(self) -> tuple[Ints, Vectors]:
        """Return each photo's most probable landmark and its probability."""
        at = self.probability.argmax(axis=1)[:, None]
        return (
            np.take_along_axis(self.landmark, at, 1)[:, 0].astype(np.int64),
            np.take_along_axis(self.probability, at, 1)[:, 0],
        )


def weigh_together(
    claims: Claims, config: CleanConfig, *, elsewhere: float = 0.0, progress: Progress | None = None
) -> Evidence:
    """Weigh the labels of a crawl of few landmarks; ``weigh`` takes any number.

    Args:
        claims: the crawl and its references.
        config: how.
        elsewhere: of the photos that show none of these landmarks, the share that shows others, 0 to 1.
        progress: called with (photos done in all rounds, photos in all rounds).
    """
    ridge = make_ridge(claims.vectors, claims.references, noise=config.noise)
    found = candidates(claims, rivals=config.rivals, center=ridge.center)
    prior = _prior(claims, found, config)
    regression = _Regression(claims, ridge, found, _first_weights(prior))
    # The fewer everyday photos there are, the less a regression learns of them.
    everyday = np.count_nonzero(claims.label < 0) + config.wrong_share * config.everyday_share * claims.photos
    first = config.lack / (config.lack + everyday)
    for done in range(config.rounds):
        report = progress and _shifted(progress, done, claims.photos, config.rounds)
        # Photos of all other landmarks have nothing in common: no regression learns them, however many rounds.
        lack = max(first * (1 - done / max(1, config.rounds - 1)), elsewhere)
        regression.round(prior, temperature=config.temperature, lack=lack, progress=report)
    return Evidence(found.landmark, regression.weights[:, :-1], regression.weights[:, -1])


class _Regression:
    """The regression from photos to labels; one call of ``round`` fits it and weighs the labels anew.

    The numbers of all photos are too many to keep, so each pass over them does all that it can: the sums
    that the next fit needs are gathered as the new weights come out.

    Attributes:
        weights: of each photo's labels and of the everyday, (n, s + 1) float32.
    """

    def __init__(self, claims: Claims, ridge: Ridge, found: Candidates, weights: Vectors) -> None:
        self._claims, self._ridge = claims, ridge
        self._landmark = found.landmark
        self._classes = claims.landmarks + 1
        self.weights = weights
        self._leverage = np.empty(claims.photos, np.float32)
        self._references = self._reference_sums()
        self._sums = self._references.copy()
        for rows, numbers in ridge.blocks(claims.vectors):
            self._leverage[rows] = np.minimum(ridge.leverage(numbers), _MOST_LEVERAGE)
            self._add(rows, numbers)

    def round(self, prior: Vectors, *, temperature: float, lack: float, progress: Progress | None) -> None:
        """Fit to the weights, and weigh anew.

        Args:
            prior: as ``_prior`` returns it.
            temperature: scores are divided by it, and by the typical score of a reference.
            lack: of an everyday score, the share that is not the regression's but what the photo lacks of that.
            progress: called with (photos done, photos).
        """
        fitted = (self._ridge.inverse @ self._sums.T).T.astype(np.float32)
        # The last of a photo's numbers is 1: its sum over a class is that of the class's labels.
        share = (self._sums[:, -1] / self._sums[:, -1].sum()).astype(np.float32)
        typical = max(self._typical(fitted, share), _LEAST_TYPICAL)
        self._sums = self._references.copy()
        for rows, numbers in self._ridge.blocks(self._claims.vectors):
            scores = self._scores(rows, numbers, fitted) - share[self._columns(rows)]
            missing = typical - np.where(self._landmark[rows] >= 0, scores[:, :-1], -np.inf).max(axis=1)
            scores[:, -1] += lack * (missing - scores[:, -1])
            # The more classes, the smaller all scores: what counts is their size beside the typical one.
            self.weights[rows] = _posterior(scores / (temperature * typical), prior[rows])
            self._add(rows, numbers)
            if progress:
                progress(rows.stop, self._claims.photos)

    def _typical(self, fitted: Vectors, share: Vectors) -> float:
        """Return the mean score of references for their landmark, less its share, each one's own label left out."""
        scores = []
        for rows, numbers in self._ridge.blocks(self._claims.references):
            label = self._claims.reference_label[rows]
            leverage = np.minimum(self._ridge.leverage(numbers), _MOST_LEVERAGE)
            score = np.einsum("ij,ij->i", numbers, fitted[label])
            scores.append(np.clip((score - leverage) / (1 - leverage), 0, 1) - share[label])
        return float(np.concatenate(scores).mean())

    def _scores(self, rows: slice, numbers: Vectors, fitted: Vectors) -> Floats:
        """Return each photo's score for each of its classes, its own label left out, (n, s + 1)."""
        scores = np.take_along_axis(numbers @ fitted.T, self._columns(rows), axis=1)
        leverage = self._leverage[rows, None]
        result: Floats = (scores - leverage * self.weights[rows]) / (1 - leverage)
        return result

    def _add(self, rows: slice, numbers: Vectors) -> None:
        """Add these photos' numbers, by their weights, to the sums of their classes."""
        from scipy.sparse import csr_array

        photo, place = np.nonzero(self.weights[rows] > _PRUNED)
        column = self._columns(rows)[photo, place]
        entries = (self.weights[rows][photo, place], (column, photo))
        self._sums += csr_array(entries, shape=(self._classes, len(numbers))) @ numbers

    def _reference_sums(self) -> Floats:
        """Return each class's sum of its references' numbers, (classes, d + 1) float64."""
        sums = np.zeros((self._classes, len(self._ridge.inverse)))
        for rows, numbers in self._ridge.blocks(self._claims.references):
            np.add.at(sums, self._claims.reference_label[rows], numbers)
        return sums

    def _columns(self, rows: slice) -> NDArray[np.int32]:
        """Return the class of each weight, (n, s + 1): the last is the everyday, and so are places without weight."""
        everyday = np.int32(self._claims.landmarks)
        landmark = self._landmark[rows]
        last = np.full((len(landmark), 1), everyday, np.int32)
        return np.concatenate([np.where(landmark >= 0, landmark, everyday), last], axis=1)


def _posterior(scores: Floats, prior: Vectors) -> Vectors:
    """Return prior * exp(score), each row summing to 1."""
    scores = scores - np.where(prior > 0, scores, -np.inf).max(axis=1, keepdims=True)
    odds = np.where(prior > 0, prior * np.exp(np.minimum(scores, 0)), 0)
    result: Vectors = (odds / odds.sum(axis=1, keepdims=True)).astype(np.float32)
    return result


def _prior(claims: Claims, found: Candidates, config: CleanConfig) -> Vectors:
    """Return what is assumed before a photo has been looked at, (n, s + 1) float32, not normalised.

    The labels of a photo share ``1 - wrong_share``; all landmarks and the everyday share the rest. A photo of which a
    row says that it shows no landmark is taken at its word.
    """
    landmark, counts = found.landmark, found.claimed
    elsewhere = config.wrong_share * (1 - config.everyday_share) / claims.landmarks
    prior = np.full((len(landmark), landmark.shape[1] + 1), elsewhere, np.float32)
    claimed = np.arange(landmark.shape[1] + 1) < counts[:, None]
    prior += claimed * ((1 - config.wrong_share) / np.maximum(counts, 1))[:, None].astype(np.float32)
    prior[:, -1] = config.wrong_share * config.everyday_share
    prior[:, :-1][landmark < 0] = 0
    none = claims.photo[claims.label < 0]
    prior[none, :-1] = 0
    prior[none, -1] = 1
    return prior


def _first_weights(prior: Vectors) -> Vectors:
    """Return the weights of the first round: each photo's claimed labels alone."""
    weights = np.where(prior >= prior.max(axis=1, keepdims=True), prior, 0)
    result: Vectors = weights / weights.sum(axis=1, keepdims=True)
    return result


def _shifted(progress: Progress, done: int, photos: int, rounds: int) -> Progress:
    return lambda at, _: progress(done * photos + at, rounds * photos)
