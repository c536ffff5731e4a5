"""A small world of vectors with known noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landmarq.cleaning import Claims
from landmarq.types import Ints


@dataclass(frozen=True)
class World:
    """A crawl of vectors, and what its rows truly show."""

    claims: Claims
    truth: Ints


def make_world(
    *, landmarks: int = 8, photos: int = 30, wrong: float = 0.25, views: int = 1, dimension: int = 16, seed: int = 0
) -> World:
    """Photos lie around their landmark's centre; a share of the rows is everyday photos or of another landmark.

    A landmark's views have nothing in common; its three references show them in turn.
    """
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(landmarks, views, dimension))
    label = np.repeat(np.arange(landmarks), photos)
    truth = label.copy()
    bad = rng.random(len(label)) < wrong
    everyday = bad & (rng.random(len(label)) < 0.5)
    truth[bad] = (truth[bad] + rng.integers(1, landmarks, int(bad.sum()))) % landmarks
    truth[everyday] = -1
    vectors = centres[truth, rng.integers(0, views, len(label))] + rng.normal(scale=0.5, size=(len(label), dimension))
    vectors[everyday] = rng.normal(size=(int(everyday.sum()), dimension))
    shown = centres[:, np.arange(3) % views].reshape(-1, dimension)
    references = shown + rng.normal(scale=0.5, size=shown.shape)
    unit = [(each / np.linalg.norm(each, axis=1, keepdims=True)).astype(np.float32) for each in (vectors, references)]
    claims = Claims(unit[0], np.arange(len(label)), label, unit[1], np.repeat(np.arange(landmarks), 3), landmarks)
    return World(claims, truth)
