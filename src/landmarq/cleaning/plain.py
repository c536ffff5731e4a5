"""The paper's plain rule: how near a photo is to its landmark's references, on average and at best."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landmarq.cleaning.claims import Claims
from landmarq.types import Vectors

_BLOCK = 8192


@dataclass(frozen=True)
class ReferenceSimilarity:
    """Similarity of each row's photo to the references of the landmark that it claims, -1 to 1, NaN without one.

    Attributes:
        mean: average over the references, (m,) float32. Boiarov & Tyantov, section 3.1, clean by the average
            distance; on unit vectors the average of squared distances is 2 - 2 times this.
        nearest: largest over the references, (m,) float32: where views differ, one near reference is enough.
    """

    mean: Vectors
    nearest: Vectors


def reference_similarity(claims: Claims) -> ReferenceSimilarity:
    """Return the similarity of each row's photo to its landmark's references."""
    mean = np.full(len(claims.photo), np.nan, np.float32)
    nearest = mean.copy()
    order = np.argsort(claims.label, kind="stable")
    bounds = np.searchsorted(claims.label[order], np.arange(claims.landmarks + 1))
    for landmark in range(claims.landmarks):
        references = claims.references[claims.reference_label == landmark]
        rows = order[bounds[landmark] : bounds[landmark + 1]]
        for start in range(0, len(rows), _BLOCK):
            some = rows[start : start + _BLOCK]
            found = claims.vectors[claims.photo[some]].astype(np.float32) @ references.T
            mean[some], nearest[some] = found.mean(axis=1), found.max(axis=1)
    return ReferenceSimilarity(mean, nearest)
