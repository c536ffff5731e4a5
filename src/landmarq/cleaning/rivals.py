"""Which landmarks a photo may show: those that its rows claim, and those whose photos it is near to."""

from __future__ import annotations

import numpy as np

from landmarq.cleaning.claims import Claims
from landmarq.cleaning.kernel import BLOCK, centred
from landmarq.types import Floats, Ints, Vectors

MOST_CLAIMS = 8
_SIDE = 128
_FEW = 1024
_GROUP = 64


def candidates(claims: Claims, *, rivals: int, center: Vectors) -> tuple[Ints, Ints]:
    """Return the landmarks that each photo is compared with.

    Args:
        claims: the crawl.
        rivals: landmarks beyond the claimed ones, the nearest by their mean photo.
        center: mean vector of the crawl, (d,).

    Returns:
        Landmarks, (n, s) int64, -1 where a place is empty: first those claimed, in the first c columns, then rivals;
        none stands twice in a row. And how many are claimed, (n,) int64. A photo under more than 8 labels keeps 8.
    """
    claimed, counts = _claimed(claims)
    means = _means(claims, center)
    axes = _axes(means)
    means = means @ axes
    count = min(claims.landmarks, claimed.shape[1] + rivals)
    found = np.full((claims.photos, claimed.shape[1] + rivals), -1, np.int64)
    found[:, : claimed.shape[1]] = claimed
    for start in range(0, claims.photos, BLOCK):
        rows = slice(start, start + BLOCK)
        scores = centred(claims.vectors[rows], center) @ axes @ means.T
        near = top(scores, count)
        repeated = (near[:, :, None] == claimed[rows][:, None, :]).any(axis=2)
        # A claimed landmark among the nearest moves to the end, and falls off.
        order = np.argsort(repeated, axis=1, kind="stable")
        near, repeated = np.take_along_axis(near, order, 1), np.take_along_axis(repeated, order, 1)
        near[repeated] = -1
        found[rows, claimed.shape[1] : claimed.shape[1] + min(rivals, count)] = near[:, :rivals]
    return found, counts


def top(scores: Floats, count: int) -> Ints:
    """Return the columns of each row's largest scores, largest first, (n, count) int64, exactly.

    Columns go into groups: the largest ``count`` lie in the ``count`` groups with the largest maxima, so that
    only those are sorted; with thousands of columns this is many times faster.
    """
    n, columns = scores.shape
    count = min(count, columns)
    groups = -(-columns // _GROUP)
    if groups <= 2 * count:
        return np.argsort(-scores, axis=1, kind="stable")[:, :count]
    padded = np.full((n, groups * _GROUP), -np.inf, scores.dtype)
    padded[:, :columns] = scores
    grouped = padded.reshape(n, groups, _GROUP)
    best = np.argpartition(-grouped.max(axis=2), count - 1, axis=1)[:, :count]
    some = np.take_along_axis(grouped, best[:, :, None], axis=1).reshape(n, -1)
    inner = np.argsort(-some, axis=1)[:, :count]
    found: Ints = np.take_along_axis(best, inner // _GROUP, axis=1) * _GROUP + inner % _GROUP
    return found


def _claimed(claims: Claims) -> tuple[Ints, Ints]:
    """Return each photo's claimed landmarks, padded with -1, and their number."""
    real = claims.label >= 0
    pairs = np.unique(claims.photo[real] * claims.landmarks + claims.label[real])
    photo, label = pairs // claims.landmarks, pairs % claims.landmarks
    first = np.searchsorted(photo, photo)
    place = np.arange(len(photo)) - first
    kept = place < MOST_CLAIMS
    counts = np.bincount(photo[kept], minlength=claims.photos)
    found = np.full((claims.photos, max(1, int(counts.max(initial=0)))), -1, np.int64)
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


def _axes(means: Vectors) -> Vectors:
    """Return the directions in which the landmarks' means differ most, (d, a): few, so that many are soon compared."""
    if len(means) <= _FEW:
        return np.eye(means.shape[1], dtype=np.float32)
    _, directions = np.linalg.eigh(means.T @ means)
    return np.ascontiguousarray(directions[:, -_SIDE:], dtype=np.float32)
