"""Recognition by the nearest photos of a pool: frozen backbone + nearest neighbour, triplet network + k-NN."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from landmarq.errors import InputError
from landmarq.rivals.verdict import Verdict
from landmarq.types import Vectors


@dataclass(frozen=True)
class NeighboursConfig:
    """How the neighbours vote.

    Attributes:
        k: nearest photos that vote.
    """

    k: int = 1

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        if self.k < 1:
            raise ValueError(f"{self.k} neighbours can't vote")


class Neighbours:
    """A pool of photos with their vectors, ready to recognise others."""

    def __init__(self, pool: Vectors, landmarks: Sequence[str], config: NeighboursConfig | None = None) -> None:
        """Keep the pool.

        Args:
            pool: (n, d) float32 unit rows.
            landmarks: id of the landmark on each.
            config: how they vote.

        Raises:
            InputError: the pool is empty, or smaller than k.
        """
        self.config = config or NeighboursConfig()
        if len(pool) != len(landmarks) or len(pool) < self.config.k:
            raise InputError(f"{len(pool)} vectors of {len(landmarks)} photos for {self.config.k} neighbours")
        self._pool = pool
        self._names, numbers = np.unique(np.array(landmarks), return_inverse=True)
        self._owner = numbers

    @property
    def bytes_a_photo(self) -> float:
        """Bytes kept for each photo of the pool."""
        return (self._pool.nbytes + self._owner.nbytes) / len(self._pool)

    def verdicts(self, vectors: Vectors) -> list[Verdict]:
        """Decide by the k nearest: each votes for its landmark with its similarity; the score is the mean vote.

        Args:
            vectors: of the photos asked about, (m, d) float32 unit rows.
        """
        k = self.config.k
        similarity = vectors @ self._pool.T
        nearest = np.argpartition(-similarity, k - 1, axis=1)[:, :k]
        rows = np.arange(len(vectors))[:, None]
        votes = np.zeros((len(vectors), len(self._names)))
        np.add.at(votes, (np.broadcast_to(rows, nearest.shape), self._owner[nearest]), similarity[rows, nearest] / k)
        # A landmark without a vote is no candidate, also where the votes are negative.
        voted = np.zeros(votes.shape, bool)
        voted[rows, self._owner[nearest]] = True
        votes = np.where(voted, votes, -np.inf)
        best = votes.argmax(axis=1)
        return [Verdict(str(self._names[at]), float(votes[row, at])) for row, at in enumerate(best)]
