"""Which photos an epoch shows, in which order and in which batches; a pure function of the seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from landmarq.training.config import SamplingConfig
from landmarq.types import Ints


@dataclass(frozen=True, slots=True)
class Draw:
    """One photo of a batch.

    Attributes:
        index: its row among the photos of the stage.
        seed: seed of its augmentation.
    """

    index: int
    seed: int


def epoch_batches(
    labels: Ints, *, config: SamplingConfig, non_landmark: int | None, seed: tuple[int, ...]
) -> list[list[Draw]]:
    """Return the batches of one epoch.

    Batches differ in size by one at most, and none is left out: with ``class_power`` 1 and no
    ``non_landmark_share`` every photo comes exactly once.

    Args:
        labels: class of each photo, (n,).
        config: the sampling's part of the recipe.
        non_landmark: the non-landmark class, or None.
        seed: the run's seed and what tells this epoch from others.
    """
    random = np.random.default_rng(seed)
    if config.photos_per_landmark:
        batches = _paired(labels, config=config, non_landmark=non_landmark, random=random)
    else:
        order = _drawn(labels, config=config, non_landmark=non_landmark, random=random)
        batches = np.array_split(order, max(1, -(-len(order) // config.batch)))
    seeds = iter(random.integers(0, 2**63 - 1, size=sum(map(len, batches))).tolist())
    return [[Draw(index, next(seeds)) for index in batch.tolist()] for batch in batches]


def limit_per_landmark(labels: Ints, *, most: int, non_landmark: int | None, seed: int) -> Ints:
    """Return the indices of at most ``most`` photos a landmark (0: all), sorted; non-landmarks all stay."""
    if not most:
        return np.arange(len(labels))
    random = np.random.default_rng((seed, 1))
    shuffled = random.permutation(len(labels))
    kept = [
        members if label == non_landmark else members[:most]
        for label, members in ((label, shuffled[labels[shuffled] == label]) for label in np.unique(labels))
    ]
    return np.sort(np.concatenate(kept))


def _drawn(labels: Ints, *, config: SamplingConfig, non_landmark: int | None, random: np.random.Generator) -> Ints:
    """Draw as many photos as there are, each class in its share, its photos in turn."""
    if config.class_power == 1 and config.non_landmark_share is None:
        return random.permutation(len(labels))
    classes, counts = np.unique(labels, return_counts=True)
    is_landmark = classes != (-1 if non_landmark is None else non_landmark)
    weights = np.where(is_landmark, counts.astype(np.float64) ** config.class_power, 0.0)
    negatives = int(counts[~is_landmark].sum())
    share = negatives / len(labels) if config.non_landmark_share is None else config.non_landmark_share
    if negatives == 0 or not is_landmark.any():
        share = float(negatives > 0)
    shares = np.where(is_landmark, weights / max(weights.sum(), 1) * (1 - share), share)
    # Whole parts first; the rest of the epoch goes by chance in proportion to the fractions.
    wanted = shares * len(labels)
    quotas = np.floor(wanted).astype(np.int64)
    rest = len(labels) - int(quotas.sum())
    fractions = wanted - quotas
    if rest:
        quotas[random.choice(len(classes), size=rest, replace=False, p=fractions / fractions.sum())] += 1
    drawn = [
        _in_turn(np.flatnonzero(labels == label), quota, random) for label, quota in zip(classes, quotas, strict=True)
    ]
    return random.permutation(np.concatenate(drawn))


def _in_turn(members: Ints, count: int, random: np.random.Generator) -> Ints:
    """Return ``count`` of the members, none twice before all have come."""
    rounds = -(-count // len(members))
    return np.concatenate([random.permutation(members) for _ in range(rounds)] or [members[:0]])[:count]


def _turns(landmarks: int, together: int, count: int, random: np.random.Generator) -> Iterator[Ints]:
    """Yield ``count`` times ``together`` different landmarks, those first that have come least."""
    come = np.zeros(landmarks, dtype=np.int64)
    for _ in range(count):
        turn = np.lexsort((random.random(landmarks), come))[:together]
        come[turn] += 1
        yield turn


def _paired(
    labels: Ints, *, config: SamplingConfig, non_landmark: int | None, random: np.random.Generator
) -> list[Ints]:
    """Make batches of ``photos_per_landmark`` photos each of as many landmarks as fit, non-landmarks beside them.

    Each landmark comes as often as any other. One with too few photos repeats them: each time with another
    augmentation, so that even a landmark of one photo has pairs.
    """
    per_class = config.photos_per_landmark
    landmarks = np.unique(labels[labels != (-1 if non_landmark is None else non_landmark)])
    negatives = np.flatnonzero(labels == non_landmark) if non_landmark is not None else labels[:0]
    share = len(negatives) / len(labels) if config.non_landmark_share is None else config.non_landmark_share
    aside = round(config.batch * share) if len(negatives) else 0
    together = min(max(2, (config.batch - aside) // per_class), len(landmarks))
    count = max(1, -(-(len(labels) - len(negatives)) // (together * per_class)))
    turns = [landmarks[turn] for turn in _turns(len(landmarks), together, count, random)]
    others = (
        _in_turn(negatives, count * aside, random).reshape(count, aside) if aside else np.empty((count, 0), np.int64)
    )
    return [
        np.concatenate(
            [*(_in_turn(np.flatnonzero(labels == label), per_class, random) for label in turn), aside_photos]
        )
        for turn, aside_photos in zip(turns, others, strict=True)
    ]
