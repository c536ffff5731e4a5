"""Duplicates among the rows that stay: the same file, and the same picture in another file."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

import numpy as np

from landmarq.cleaning.claims import Claims
from landmarq.cleaning.config import CleanConfig
from landmarq.cleaning.decide import Decisions, Outcome, Reason
from landmarq.types import Floats, Ints, Pixels, Vectors

HASH_SIDE = 9
_BLOCK = 2048

Confirm = Callable[[Ints], "np.ndarray[tuple[int], np.dtype[np.bool_]]"]
"""Tells of pairs of photos, (p, 2), whether each is one picture, (p,)."""


def perceptual_hash(pixels: Pixels) -> int:
    """Return 64 bits of a picture: whether it grows brighter from each cell of a grid to the next on the right.

    Args:
        pixels: the picture squashed to ``HASH_SIDE`` squared, (9, 9, 3) uint8.
    """
    grey = pixels[:8].astype(np.int64) @ np.array([299, 587, 114])
    return int.from_bytes(np.packbits(grey[:, 1:] > grey[:, :-1]).tobytes())


def differing_bits(one: int, other: int) -> int:
    """Return how many of 64 bits differ."""
    return (one ^ other).bit_count()


def similar_pairs(claims: Claims, decisions: Decisions, *, similarity: float) -> Ints:
    """Return the pairs of distinct photos that stay under one landmark and are this similar, (p, 2), in no order."""
    pairs = [np.empty((0, 2), np.int64)]
    for photos in _photos_by_landmark(claims, decisions):
        vectors = claims.vectors[photos].astype(np.float32)
        for start in range(0, len(photos), _BLOCK):
            found = vectors[start : start + _BLOCK] @ vectors[start:].T
            one, other = np.nonzero(np.triu(found >= similarity, k=1))
            pairs.append(np.stack([photos[one + start], photos[other + start]], axis=1))
    return np.concatenate(pairs)


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
    pairs = similar_pairs(claims, decisions, similarity=config.duplicate_similarity)
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
