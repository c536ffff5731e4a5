"""Many landmarks, judged a group at a time: those that look alike together.

One regression over thousands of landmarks would need thousands of functions to tell them apart. A photo labelled
with a landmark of one group is judged there. References of landmarks of other groups stand there for what it does not
show; photos of those count as everyday ones.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np

from landmarq.cleaning.claims import Claims
from landmarq.cleaning.config import CleanConfig
from landmarq.cleaning.evidence import Evidence, Progress, weigh_together
from landmarq.types import Floats, Ints, Vectors

_MOST_EVERYDAY = 1000
_LEAST = 1e-6
_PLACES = 12


def weigh(claims: Claims, config: CleanConfig, *, progress: Progress | None = None) -> Evidence:
    """Weigh the labels of a crawl.

    Args:
        claims: the crawl and its references.
        config: how.
        progress: called with (landmarks done, landmarks).
    """
    if claims.landmarks <= config.together:
        return weigh_together(claims, config)
    merged = _Merged(claims.photos)
    done = 0
    for members in groups_of(claims, most=config.group):
        part, photos = _part(claims, members)
        if len(photos):
            ours = _of_group(config, len(members) / claims.landmarks)
            others = 1 - config.everyday_share / ours.everyday_share
            merged.add(weigh_together(part, ours, elsewhere=others), members, photos)
        done += len(members)
        if progress:
            progress(done, claims.landmarks)
    return merged.evidence()


def groups_of(claims: Claims, *, most: int) -> Iterator[Ints]:
    """Yield the landmarks in groups of at most ``most``, each once.

    Landmarks are halved along the direction in which their mean references differ most, again and again.
    """
    means = np.zeros((claims.landmarks, claims.references.shape[1]), np.float32)
    np.add.at(means, claims.reference_label, claims.references)
    means /= np.bincount(claims.reference_label)[:, None]
    waiting = [np.arange(claims.landmarks)]
    while waiting:
        members = waiting.pop()
        if len(members) <= most:
            yield np.sort(members)
            continue
        apart = means[members] - means[members].mean(axis=0)
        order = np.argsort(apart @ _main_direction(apart), kind="stable")
        half = len(members) // 2
        waiting += [members[order[half:]], members[order[:half]]]


def _of_group(config: CleanConfig, share: float) -> CleanConfig:
    """Return the configuration for a share of the landmarks: wrong photos of all others count as everyday there."""
    return dataclasses.replace(config, everyday_share=1 - (1 - config.everyday_share) * share)


class _Merged:
    """The evidence of all groups: odds of each landmark against the everyday, which all groups share."""

    def __init__(self, photos: int) -> None:
        self._landmark = np.full((photos, _PLACES), -1, np.int32)
        self._odds = np.zeros((photos, _PLACES), np.float32)

    def add(self, evidence: Evidence, members: Ints, photos: Ints) -> None:
        """Add a group's evidence; of each photo's landmarks the most probable stay."""
        count = len(photos)
        found = np.where(evidence.landmark[:count] >= 0, members[evidence.landmark[:count]], -1).astype(np.int32)
        odds = evidence.probability[:count] / np.maximum(evidence.everyday[:count], _LEAST)[:, None]
        landmark = np.concatenate([self._landmark[photos], found], axis=1)
        both = np.concatenate([self._odds[photos], odds], axis=1)
        order = np.argsort(-both, axis=1, kind="stable")[:, :_PLACES]
        self._landmark[photos] = np.take_along_axis(landmark, order, 1)
        self._odds[photos] = np.take_along_axis(both, order, 1)

    def evidence(self) -> Evidence:
        """Return probabilities."""
        total = 1 + self._odds.sum(axis=1)
        self._odds /= total[:, None]
        return Evidence(self._landmark, self._odds, (1 / total).astype(np.float32))


def _part(claims: Claims, members: Ints) -> tuple[Claims, Ints]:
    """Return the rows of some landmarks, renumbered, and their photos.

    Behind these photos follow known non-landmarks: references of other landmarks, the nearest to these.
    """
    number = np.full(claims.landmarks, -1)
    number[members] = np.arange(len(members))
    ours = np.flatnonzero((claims.label >= 0) & (number[claims.label] >= 0))
    none = np.flatnonzero(claims.label < 0)
    none = none[:: max(1, -(-len(none) // _MOST_EVERYDAY))]
    rows = np.concatenate([ours, none])
    photos, photo = np.unique(claims.photo[rows], return_inverse=True)
    foreign = _foreign(claims, number)
    picked = np.flatnonzero(number[claims.reference_label] >= 0)
    label = np.where(claims.label[rows] >= 0, number[claims.label[rows]], -1)
    part = Claims(
        vectors=np.concatenate([claims.vectors[photos], foreign.astype(claims.vectors.dtype)]),
        photo=np.concatenate([photo, len(photos) + np.arange(len(foreign))]),
        label=np.concatenate([label, np.full(len(foreign), -1)]),
        references=claims.references[picked],
        reference_label=number[claims.reference_label[picked]],
        landmarks=len(members),
    )
    return part, photos


def _foreign(claims: Claims, number: Ints) -> Vectors:
    """Return references of landmarks without a number, those nearest to a reference of one with a number."""
    inside = number[claims.reference_label] >= 0
    others, ours = claims.references[~inside], claims.references[inside]
    if len(others) <= _MOST_EVERYDAY:
        return others
    nearest = np.concatenate(
        [(piece @ ours.T).max(axis=1) for piece in np.array_split(others, len(others) // 4096 + 1)]
    )
    return others[np.sort(np.argpartition(-nearest, _MOST_EVERYDAY)[:_MOST_EVERYDAY])]


def _main_direction(vectors: Floats) -> Floats:
    """Return about the direction of the largest variance, (d,): 20 steps of power iteration from the longest vector."""
    direction: Floats = vectors[np.argmax(np.einsum("ij,ij->i", vectors, vectors))]
    for _ in range(20):
        direction = (vectors @ direction) @ vectors
        direction /= max(float(np.linalg.norm(direction)), 1e-12)
    return direction
