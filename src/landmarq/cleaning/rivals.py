"""Which landmarks a photo may show: those that its rows claim, and those whose photos it is near to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landmarq.cleaning.claims import Claims
from landmarq.cleaning.ridge import BLOCK, centred
from landmarq.types import Ints, Vectors

MOST_CLAIMS = 8


@dataclass(frozen=True)
class Candidates:
    """The landmarks that each photo is compared with.

    Attributes:
        landmark: (n, s) int32, -1 where a place is empty: first those claimed, then rivals; none stands twice in a row.
        claimed: how many are claimed, (n,) int64. A photo under more than 8 labels keeps 8.
    """

    landmark: NDArray[np.int32]
    claimed: Ints


def candidates(claims: Claims, *, rivals: int, center: Vectors) -> Candidates:
    """Return the landmarks that each photo is compared with.

    Args:
        claims: the crawl.
        rivals: landmarks beyond the claimed ones, the nearest by their mean photo.
        center: mean vector of the crawl, (d,).
    """
    claimed, counts = _claimed(claims)
    means = _means(claims, center)
    places = claimed.shape[1]
    most = min(claims.landmarks, rivals)
    found = np.full((claims.photos, places + most), -1, np.int32)
    found[:, :places] = claimed
    for start in range(0, claims.photos, BLOCK):
        rows = slice(start, start + BLOCK)
        scores = centred(claims.vectors[rows], center) @ means.T
        photo, place = np.nonzero(claimed[rows] >= 0)
        scores[photo, claimed[rows][photo, place]] = -np.inf
        near = np.argpartition(-scores, most - 1, axis=1)[:, :most].astype(np.int32)
        near[np.isneginf(np.take_along_axis(scores, near, 1))] = -1
        found[rows, places:] = near
    return Candidates(found, counts)


def _claimed(claims: Claims) -> tuple[NDArray[np.int32], Ints]:
    """Return each photo's claimed landmarks, padded with -1, and their number."""
    real = claims.label >= 0
    pairs = np.unique(claims.photo[real] * claims.landmarks + claims.label[real])
    photo, label = pairs // claims.landmarks, pairs % claims.landmarks
    first = np.searchsorted(photo, photo)
    place = np.arange(len(photo)) - first
    kept = place < MOST_CLAIMS
    counts = np.bincount(photo[kept], minlength=claims.photos)
    found = np.full((claims.photos, max(1, int(counts.max(initial=0)))), -1, np.int32)
    found[photo[kept], place[kept]] = label[kept]
    return found, counts.astype(np.int64)


def _means(claims: Claims, center: Vectors) -> Vectors:
    """Return each landmark's mean of references and claimed photos, each half, unit length."""
    sums = np.zeros((claims.landmarks, claims.vectors.shape[1]), np.float32)
    real = np.flatnonzero(claims.label >= 0)
    order = real[np.argsort(claims.label[real], kind="stable")]
    for start in range(0, len(order), BLOCK):
        some = order[start : start + BLOCK]
        label = claims.label[some]
        heads = np.flatnonzero(np.diff(label, prepend=-1))
        vectors = centred(claims.vectors[claims.photo[some]], center)
        sums[label[heads]] += np.add.reduceat(vectors, heads, axis=0)
    sums /= np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)
    own = np.zeros_like(sums)
    np.add.at(own, claims.reference_label, centred(claims.references, center))
    own /= np.maximum(np.linalg.norm(own, axis=1, keepdims=True), 1e-12)
    both = sums + own
    both /= np.maximum(np.linalg.norm(both, axis=1, keepdims=True), 1e-12)
    return both
