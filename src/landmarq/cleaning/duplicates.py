"""Duplicates among the rows that stay: the same file, and the same picture in another file."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from landmarq.cleaning.claims import Claims
from landmarq.cleaning.config import CleanConfig
from landmarq.cleaning.decide import Decisions, Outcome, Reason
from landmarq.types import Floats, Ints, Pixels, Vectors

_CELLS = 9
_BLOCK = 1024

Confirm = Callable[[Ints], "np.ndarray[tuple[int], np.dtype[np.bool_]]"]
"""Tells of pairs of photos, (p, 2), whether each is one picture, (p,)."""


def perceptual_hash(pixels: Pixels) -> int:
    """Return 64 bits of a picture: whether it grows brighter from each cell of a grid to the next on the right.

    Args:
        pixels: the picture squashed to a square, (s, s, 3) uint8, s >= 9.
    """
    edges = np.linspace(0, len(pixels), _CELLS + 1).astype(np.int64)
    grey = pixels @ np.array([0.299, 0.587, 0.114])
    sums = np.add.reduceat(np.add.reduceat(grey, edges[:-1], axis=0), edges[:-1], axis=1)
    cells = sums / np.outer(np.diff(edges), np.diff(edges))
    return int.from_bytes(np.packbits(cells[:8, 1:] > cells[:8, :-1]).tobytes())


def differing_bits(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> Ints:
    """Return in how many of 64 bits hashes differ, (p,)."""
    bits: Ints = np.bitwise_count(one ^ other).astype(np.int64)
    return bits


def similar_pairs(claims: Claims, decisions: Decisions, *, neighbours: int) -> Ints:
    """Return each photo that stays under a landmark with those that are most like it there, (p, 2), each pair once.

    How similar two files of one picture are depends on the network; that few photos are more like each other does not.

    Args:
        claims: the crawl.
        decisions: of its rows.
        neighbours: how many photos each is paired with, where there are as many.
    """
    pairs = [np.empty((0, 2), np.int64)]
    for photos in _photos_by_landmark(claims, decisions):
        count = min(neighbours, len(photos) - 1)
        vectors = claims.vectors[photos].astype(np.float32)
        for start in range(0, len(photos) if count else 0, _BLOCK):
            found = vectors[start : start + _BLOCK] @ vectors.T
            own = np.arange(len(found))
            found[own, own + start] = -np.inf
            near = np.argpartition(-found, count - 1, axis=1)[:, :count]
            pairs.append(np.stack([np.repeat(photos[own + start], count), photos[near].ravel()], axis=1))
    both = np.sort(np.concatenate(pairs), axis=1)
    one, other = np.divmod(np.unique(both[:, 0] * claims.photos + both[:, 1]), claims.photos)
    return np.stack([one, other], axis=1)


def drop_duplicates(claims: Claims, decisions: Decisions, *, pairs: Ints, pixels: Floats) -> Decisions:
    """Drop rows that repeat another that stays under the same landmark; the largest picture stays.

    A kept row goes before a relabelled one of the same photo, and an earlier row before a later.

    Args:
        claims: the crawl.
        decisions: of its rows.
        pairs: photos that are one picture, (p, 2).
        pixels: size of each photo, (n,), in pixels.
    """
    picture = _joined(claims.photos, pairs)
    stays = np.flatnonzero(_staying(claims, decisions))
    photo = claims.photo[stays]
    relabelled = decisions.outcome[stays] == Outcome.RELABELLED
    landmark = decisions.landmark[stays]
    order = np.lexsort((stays, photo, -pixels[photo], relabelled, picture[photo], landmark))
    stays, photo, landmark = stays[order], photo[order], landmark[order]
    shown = picture[photo]
    new = np.ones(len(stays), bool)
    new[1:] = (landmark[1:] != landmark[:-1]) | (shown[1:] != shown[:-1])
    heads = np.flatnonzero(new)
    first = stays[heads[np.cumsum(new) - 1]] if len(stays) else stays
    repeats, kept = stays[~new], first[~new]
    outcome, reason, same_as = decisions.outcome.copy(), decisions.reason.copy(), decisions.same_as.copy()
    same_file = claims.photo[repeats] == claims.photo[kept]
    reason[repeats] = Reason.SAME_PICTURE
    reason[repeats[same_file]] = Reason.SAME_FILE
    reason[repeats[outcome[repeats] == Outcome.RELABELLED]] = Reason.ANOTHER_KEPT
    outcome[repeats], same_as[repeats] = Outcome.DROPPED, kept
    landmark_now = decisions.landmark.copy()
    landmark_now[repeats] = claims.label[repeats]
    return dataclasses.replace(decisions, outcome=outcome, reason=reason, same_as=same_as, landmark=landmark_now)


def without_duplicates(
    claims: Claims, decisions: Decisions, config: CleanConfig, *, confirm: Confirm, pixels: Floats
) -> Decisions:
    """Find pairs by their vectors, have them confirmed by their pixels, and drop what repeats."""
    pairs = similar_pairs(claims, decisions, neighbours=config.duplicate_neighbours)
    confirmed = pairs[confirm(pairs)] if len(pairs) else pairs
    return drop_duplicates(claims, decisions, pairs=confirmed, pixels=pixels)


def _staying(claims: Claims, decisions: Decisions) -> Vectors:
    kept = (decisions.outcome == Outcome.KEPT) & (claims.label >= 0)
    result: Vectors = kept | (decisions.outcome == Outcome.RELABELLED)
    return result


def _photos_by_landmark(claims: Claims, decisions: Decisions) -> Iterator[Ints]:
    stays = np.flatnonzero(_staying(claims, decisions))
    order = stays[np.argsort(decisions.landmark[stays], kind="stable")]
    label = decisions.landmark[order]
    for rows in np.split(order, np.flatnonzero(np.diff(label)) + 1):
        if len(rows):
            yield np.unique(claims.photo[rows])


def _joined(photos: int, pairs: Ints) -> Ints:
    """Return a number of the picture that each photo is, (n,): photos that pairs link share it."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not len(pairs):
        return np.arange(photos)
    links = coo_array((np.ones(len(pairs), bool), (pairs[:, 0], pairs[:, 1])), shape=(photos, photos))
    picture: Ints = connected_components(links, directed=False)[1].astype(np.int64)
    return picture
