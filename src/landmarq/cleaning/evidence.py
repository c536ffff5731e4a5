"""How probable it is that a photo shows what its row says: kernel regression, weighed anew in rounds.

The labels of a crawl are mostly right, and a person's references surely are. A regression from photos to
labels is fitted on both; each photo's own label is left out of its own score. What the scores say of each label
becomes its weight in the next round, as in expectation-maximisation. Photos that belong to no landmark weigh
for one more class, the everyday, which nobody had to give examples of.

Kernel regression with the leave-one-out values in closed form: Rasmussen & Williams, "Gaussian Processes for
Machine Learning" (2006), section 2.2 and equation 5.12. Weighing labels by cross-validated scores: Northcutt et al.,
"Confident learning" (JAIR 2021).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from landmarq.cleaning.claims import Claims
from landmarq.cleaning.config import CleanConfig
from landmarq.cleaning.kernel import Kernel, inverse_root, make_kernel
from landmarq.cleaning.rivals import candidates
from landmarq.types import Floats, Ints, Vectors

Progress = Callable[[int, int], None]
_PRUNED = 0.01
_MOST_LEVERAGE = 0.9


@dataclass(frozen=True)
class Evidence:
    """What each photo probably shows.

    Attributes:
        landmark: landmarks that each photo was compared with, (n, s) int64, -1 where a place is empty.
        probability: that it shows each, (n, s) float32.
        everyday: that it shows no known landmark, (n,) float32; with ``probability`` it sums to 1.
    """

    landmark: Ints
    probability: Vectors
    everyday: Vectors

    def of(self, photo: Ints, label: Ints) -> Vectors:
        """Return the probability that each photo shows a landmark, (m,); 0 where the two were not compared."""
        result: Vectors = np.where(self.landmark[photo] == label[:, None], self.probability[photo], 0).sum(axis=1)
        return result.astype(np.float32)

    def best(self) -> tuple[Ints, Vectors]:
        """Return each photo's most probable landmark and its probability."""
        at = self.probability.argmax(axis=1)[:, None]
        return (
            np.take_along_axis(self.landmark, at, 1)[:, 0],
            np.take_along_axis(self.probability, at, 1)[:, 0],
        )


def weigh_together(claims: Claims, config: CleanConfig, *, progress: Progress | None = None) -> Evidence:
    """Weigh the labels of a crawl of few landmarks; ``weigh`` takes any number.

    Args:
        claims: the crawl and its references.
        config: how.
        progress: called with (photos done in all rounds, photos in all rounds).
    """
    rng = np.random.default_rng(config.seed)
    kernel = make_kernel(claims.vectors, claims.references, basis=config.basis, sharpness=config.sharpness, rng=rng)
    root = inverse_root(kernel, claims.vectors, claims.references, noise=config.noise, rng=rng)
    landmark, counts = candidates(claims, rivals=config.rivals, center=kernel.center)
    prior = _prior(claims, landmark, counts, config)
    regression = _Regression(claims, kernel, root, landmark, _first_weights(prior))
    for done in range(config.rounds):
        report = progress and _shifted(progress, done, claims.photos, config.rounds)
        regression.round(prior, temperature=config.temperature, progress=report)
    return Evidence(landmark, regression.weights[:, :-1], regression.weights[:, -1])


class _Regression:
    """The regression from photos to labels; one call of ``round`` fits it and weighs the labels anew.

    Functions of the kernel are dear and too many to keep, so each pass over the photos does all that it can: the sums
    that the next fit needs are gathered as the new weights come out.

    Attributes:
        weights: of each photo's labels and of the everyday, (n, s + 1) float32.
    """

    def __init__(self, claims: Claims, kernel: Kernel, root: Floats, landmark: Ints, weights: Vectors) -> None:
        self._claims, self._kernel, self._inverse = claims, kernel, root @ root.T
        self._landmark = landmark
        self._classes = claims.landmarks + 1
        self.weights = weights
        half = root.astype(np.float32)
        self._leverage = np.empty(claims.photos, np.float32)
        self._sums = self._reference_sums()
        for rows, functions in kernel.blocks(claims.vectors):
            mapped = functions @ half
            self._leverage[rows] = np.minimum(np.einsum("ij,ij->i", mapped, mapped), _MOST_LEVERAGE)
            self._add(rows, functions)

    def round(self, prior: Vectors, *, temperature: float, progress: Progress | None) -> None:
        """Fit to the weights, and weigh anew."""
        fitted = (self._inverse @ self._sums.T).T.astype(np.float32)
        self._sums = self._reference_sums()
        for rows, functions in self._kernel.blocks(self._claims.vectors):
            self.weights[rows] = _posterior(self._scores(rows, functions, fitted) / temperature, prior[rows])
            self._add(rows, functions)
            if progress:
                progress(rows.stop, self._claims.photos)

    def _scores(self, rows: slice, functions: Vectors, fitted: Vectors) -> Floats:
        """Return each photo's score for each of its classes, its own label left out, (n, s + 1)."""
        column = self._columns(rows)
        scores = np.take_along_axis(functions @ fitted.T, column, axis=1)
        leverage = self._leverage[rows, None]
        result: Floats = (scores - leverage * self.weights[rows]) / (1 - leverage)
        return result

    def _add(self, rows: slice, functions: Vectors) -> None:
        """Add these photos' functions, by their weights, to the sums of their classes."""
        from scipy.sparse import csr_array

        photo, place = np.nonzero(self.weights[rows] > _PRUNED)
        column = self._columns(rows)[photo, place]
        entries = (self.weights[rows][photo, place], (column, photo))
        self._sums += csr_array(entries, shape=(self._classes, len(functions))) @ functions

    def _reference_sums(self) -> Floats:
        """Return each class's sum of its references' functions, (classes, b) float64."""
        sums = np.zeros((self._classes, len(self._inverse)))
        for rows, functions in self._kernel.blocks(self._claims.references):
            np.add.at(sums, self._claims.reference_label[rows], functions)
        return sums

    def _columns(self, rows: slice) -> Ints:
        """Return the class of each weight, (n, s + 1): the last is the everyday, and so are places without weight."""
        everyday = self._claims.landmarks
        landmark = self._landmark[rows]
        last = np.full((len(landmark), 1), everyday, np.int64)
        return np.concatenate([np.where(landmark >= 0, landmark, everyday), last], axis=1)


def _posterior(scores: Floats, prior: Vectors) -> Vectors:
    """Return prior * exp(score), each row summing to 1."""
    scores = scores - np.where(prior > 0, scores, -np.inf).max(axis=1, keepdims=True)
    odds = np.where(prior > 0, prior * np.exp(np.minimum(scores, 0)), 0)
    result: Vectors = (odds / odds.sum(axis=1, keepdims=True)).astype(np.float32)
    return result


def _prior(claims: Claims, landmark: Ints, counts: Ints, config: CleanConfig) -> Vectors:
    """Return what is assumed before a photo has been looked at, (n, s + 1) float32, not normalised.

    The labels of a photo share ``1 - wrong_share``; all landmarks and the everyday share the rest. A photo of which a
    row says that it shows no landmark is taken at its word.
    """
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
