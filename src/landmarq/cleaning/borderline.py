"""Which rows to ask a person about: those whose answers tell most, of themselves and of rows like them.

Information density: Settles & Craven, "An analysis of active learning strategies for sequence labeling tasks"
(EMNLP 2008), section 3.3; what an answer tells of other rows is then no longer unknown.
"""

from __future__ import annotations

import numpy as np

from landmarq.cleaning.claims import Claims
from landmarq.cleaning.evidence import Evidence
from landmarq.types import Floats, Ints

_POOL = 2000
_LEAST_BITS = 0.1


def entropy_bits(probability: Floats) -> Floats:
    """Return how unknown it is whether something of this probability holds, 0 to 1 bit."""
    p = np.clip(probability, 1e-9, 1 - 1e-9)
    bits: Floats = -(p * np.log2(p) + (1 - p) * np.log2(1 - p))
    return bits


def borderline(claims: Claims, evidence: Evidence, *, most: int, without: Ints | None = None) -> Ints:
    """Return the rows to ask about, the most informative first, (at most ``most``,) int64.

    Args:
        claims: the crawl.
        evidence: what its photos probably show.
        most: questions.
        without: rows that are not asked about.
    """
    probability = evidence.of(claims.photo, claims.label).astype(np.float64)
    bits = np.where(claims.label >= 0, entropy_bits(probability), 0)
    if without is not None:
        bits[without] = 0
    pool = np.flatnonzero(bits >= _LEAST_BITS)
    pool = pool[np.argsort(-bits[pool], kind="stable")[:_POOL]]
    vectors = claims.vectors[claims.photo[pool]].astype(np.float32)
    told = np.clip(vectors @ vectors.T, 0, 1)
    told[claims.label[pool][:, None] != claims.label[pool][None, :]] = 0
    np.fill_diagonal(told, 1)
    unknown = bits[pool]
    chosen: list[int] = []
    while len(chosen) < min(most, len(pool)):
        gain = told @ unknown
        gain[chosen] = -1
        best = int(gain.argmax())
        chosen.append(best)
        unknown = unknown * (1 - told[best])
    found: Ints = pool[np.array(chosen, np.int64)]
    return found
