"""What a worker runs: a network and, where photos are to be recognised, a recogniser."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from landmarq.embed import BATCH
from landmarq.recognize import Recognition, Recognizer
from landmarq.runtime import Network
from landmarq.types import Ints, Pixels, Place, Vectors


@dataclass(frozen=True)
class Engine:
    """A network with the recogniser that understands its vectors; without one, vectors are all that is made."""

    network: Network
    recognizer: Recognizer | None = None

    @property
    def fingerprint(self) -> str:
        """Tells engines apart whose results must not be mixed."""
        return self.recognizer.fingerprint if self.recognizer else self.network.info.fingerprint

    def answer(
        self, pixels: Pixels, places: Sequence[Place | None], rows: Ints
    ) -> tuple[Vectors, list[Recognition | None]]:
        """Embed and recognise the readable photos of a partition.

        Photos are decided in the batches of the one-machine commands: the last bits of a matrix product depend on
        its shape, and the answers are to be the same byte for byte.

        Args:
            pixels: (k, size, size, 3) uint8 RGB.
            places: of each of the k photos, or None.
            rows: each photo's row in its partition, (k,) int64 ascending, photos that can't be read counted.

        Returns:
            Vectors (k, d) float32, and k answers, None where there is no recogniser.
        """
        vectors = np.empty((len(pixels), self.network.info.dimension), np.float32)
        answers: list[Recognition | None] = [None] * len(pixels)
        for part in _batches(rows):
            vectors[part] = self.network.embed(pixels[part])
            if self.recognizer:
                answers[part] = self.recognizer.recognize(vectors[part], places[part])
        return vectors, answers


EngineOpener = Callable[[], Engine]
"""Opens an engine in whichever process calls it; it travels to the workers, so it is a function of a module."""


def _batches(rows: Ints) -> Iterator[slice]:
    """Yield the runs of photos whose rows lie in the same batch of ``BATCH``."""
    edges = np.flatnonzero(np.diff(rows // BATCH)) + 1
    bounds = [0, *edges.tolist(), len(rows)]
    for start, end in itertools.pairwise(bounds):
        if end > start:
            yield slice(start, end)
