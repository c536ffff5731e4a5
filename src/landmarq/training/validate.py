"""Figures of a network on photos that it is not trained on, after each epoch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from landmarq.training.classes import Classes
from landmarq.training.config import PAIR_HEADS, TrainConfig
from landmarq.training.data import PhotoSet
from landmarq.training.job import StageJob
from landmarq.training.learner import Learner
from landmarq.training.passing import whole_photos
from landmarq.training.sampler import limit_per_landmark
from landmarq.types import Floats, Ints

POOL_PER_LANDMARK = 20
"""Training photos of each landmark that serve as reference pool where there is no classifier."""


@dataclass(frozen=True)
class Outputs:
    """What a network says of some photos.

    Attributes:
        x: (n, d) float32, not normalised.
        scores: (n, classes) float32 of the classifier, or None where there is none.
        labels: (n,) int64.
    """

    x: Tensor
    scores: Tensor | None
    labels: Tensor


@torch.no_grad()
def run_network(
    learner: Learner,
    config: TrainConfig,
    photos: PhotoSet,
    *,
    device: torch.device,
    unread: Callable[[str], None] | None = None,
) -> Outputs:
    """Return the outputs for every photo that can be read, in order; the learner is set to inference.

    ``unread`` is called with a line on each of the others.
    """
    learner.eval()
    xs = [torch.empty(0, learner.embedder.dimension, device=device)]
    labels = [torch.empty(0, dtype=torch.int64)]
    for pixels, batch in whole_photos(learner.embedder, config, photos, device=device, unread=unread):
        xs.append(learner.embedder(pixels))
        labels.append(batch.labels)
    x = torch.cat(xs)
    scores = learner.head.scores(x)
    return Outputs(x.cpu(), None if scores is None else scores.cpu(), torch.cat(labels))


def validate(
    learner: Learner, job: StageJob, *, device: torch.device, unread: Callable[[str], None] | None = None
) -> dict[str, float]:
    """Return the figures of a network on the validation photos of its stage; ``unread`` hears of those left out."""
    outputs = run_network(learner, job.config, job.validation, device=device, unread=unread)
    if job.config.head.kind == "scenes":
        return scene_figures(outputs)
    pool = None
    if job.config.head.kind in PAIR_HEADS:
        pool = run_network(learner, job.config, _reference_pool(job), device=device)
    return recogniser_figures(outputs, job.classes, pool=pool)


def recogniser_figures(outputs: Outputs, classes: Classes, *, pool: Outputs | None = None) -> dict[str, float]:
    """Return ``top1`` and, where there are non-landmark photos, ``sensitivity99``, shares from 0 to 1.

    With a classifier a photo's score is its largest landmark probability; without, its cosine to the nearest
    photo of the reference pool (k-NN with k = 1). ``top1`` is over landmark photos and knows no rejection;
    ``sensitivity99`` is the share of them that are right and score above 99 % of the non-landmark photos.

    Args:
        outputs: of the validation photos.
        classes: the classes; any label that is no landmark of theirs is a non-landmark.
        pool: of the reference pool; needed without a classifier.
    """
    labels = outputs.labels.numpy()
    best, score = _by_classifier(outputs, classes) if outputs.scores is not None else _by_neighbour(outputs, pool)
    known = (labels >= 0) & (labels < len(classes.landmarks))
    right = best == labels
    figures = {"top1": float(right[known].mean())} if known.any() else {}
    if known.any() and not known.all():
        threshold = np.quantile(score[~known], 0.99, method="higher")
        figures["sensitivity99"] = float((right & (score > threshold))[known].mean())
    return figures


def scene_figures(outputs: Outputs) -> dict[str, float]:
    """Return ``top1_error`` and ``top5_error``, shares from 0 to 1, of a plain classifier."""
    if outputs.scores is None or not len(outputs.labels):
        return {}
    order = outputs.scores.argsort(dim=1, descending=True)
    right = order[:, :5] == outputs.labels[:, None]
    return {"top1_error": 1 - float(right[:, 0].float().mean()), "top5_error": 1 - float(right.any(1).float().mean())}


def _by_classifier(outputs: Outputs, classes: Classes) -> tuple[Ints, Floats]:
    if outputs.scores is None:
        raise ValueError("these outputs come without a classifier")
    probabilities = outputs.scores.softmax(dim=1)[:, : len(classes.landmarks)]
    score, best = probabilities.max(dim=1)
    return best.numpy(), score.numpy()


def _by_neighbour(outputs: Outputs, pool: Outputs | None) -> tuple[Ints, Floats]:
    if pool is None:
        raise ValueError("without a classifier a reference pool is needed")
    unit, pool_unit = (torch.nn.functional.normalize(side.x, dim=1) for side in (outputs, pool))
    score, nearest = (unit @ pool_unit.T).max(dim=1)
    return pool.labels[nearest].numpy(), score.numpy()


def _reference_pool(job: StageJob) -> PhotoSet:
    kept = limit_per_landmark(
        job.train.labels,
        most=POOL_PER_LANDMARK,
        non_landmark=job.classes.non_landmark_index,
        seed=job.config.seed,
    )
    return job.train.subset(kept)
