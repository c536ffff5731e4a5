"""Classifiers by cosine with a margin: ArcFace, CosFace and sub-centers, by pytorch-metric-learning."""

from __future__ import annotations

import math

import torch
from pytorch_metric_learning import losses, reducers
from torch import Tensor, nn

from landmarq.training.classes import Classes
from landmarq.training.config import HeadConfig
from landmarq.training.prototypes import best_of_class


# The library is untyped, so that its classes are Any to mypy.
class SubCenterArcFace(losses.ArcFaceLoss):  # type: ignore[misc]
    """ArcFace whose classes have prototypes of their own number; the nearest one counts."""

    owner: Tensor

    def get_cosine(self, embeddings: Tensor) -> Tensor:
        """Return the cosine to each class, (m, classes)."""
        return best_of_class(super().get_cosine(embeddings), self.owner, classes=self.num_classes)


class SubCenterCosFace(losses.CosFaceLoss):  # type: ignore[misc]
    """CosFace likewise."""

    owner: Tensor

    def get_cosine(self, embeddings: Tensor) -> Tensor:
        """Return the cosine to each class, (m, classes)."""
        return best_of_class(super().get_cosine(embeddings), self.owner, classes=self.num_classes)


class MarginHead(nn.Module):
    """ArcFace (Deng et al., CVPR 2019, equation 3) or CosFace (Wang et al., CVPR 2018, equation 4).

    Softmax over s cos(theta_j + margin [j = y]) or s (cos(theta_j) - margin [j = y]), theta_j the angle between x and
    the nearest prototype of class j (sub-centers: Deng et al., ECCV 2020). x and prototypes are normalised inside.
    """

    def __init__(self, dimension: int, classes: Classes, *, config: HeadConfig) -> None:
        """Make ``sub_centers`` prototypes a landmark and ``non_landmark_sub_centers`` for the non-landmark."""
        super().__init__()
        counts = [config.sub_centers] * len(classes.landmarks)
        counts += [config.non_landmark_sub_centers] * classes.non_landmark
        margin, each = config.margin_or_default, reducers.DoNothingReducer()
        kind = SubCenterArcFace if config.kind == "arcface" else SubCenterCosFace
        if config.kind == "arcface":
            margin = math.degrees(margin)  # the library's unit
        self.loss = kind(sum(counts), dimension, margin=margin, scale=config.scale, reducer=each)
        self.loss.register_buffer("owner", torch.arange(len(counts)).repeat_interleave(torch.tensor(counts)))
        self.loss.num_classes = len(classes)
        self.loss.cross_entropy = nn.CrossEntropyLoss(reduction="none", label_smoothing=config.label_smoothing)
        self.landmarks, self.sub_centers = len(classes.landmarks), config.sub_centers

    def forward(self, x: Tensor, labels: Tensor) -> Tensor:
        """Return the loss of each photo, (m,), of x (m, d) and labels (m,) int64."""
        result: Tensor = self.loss(x, labels)["loss"]["losses"]
        return result

    def scores(self, x: Tensor) -> Tensor:
        """Return scale times the cosine to each class, (m, classes); no margin."""
        result: Tensor = self.loss.get_logits(x)
        return result

    def landmark_rows(self) -> list[Tensor]:
        """Return the prototypes of the landmarks, (n, sub_centers, d)."""
        return [self.prototypes()[0]]

    def non_landmark_rows(self) -> list[Tensor]:
        """Return the prototypes of the non-landmark, (non_landmark_sub_centers, d)."""
        return [self.prototypes()[1]]

    def prototypes(self) -> tuple[Tensor, Tensor]:
        """Return the prototypes of landmarks and non-landmark: views (n, sub_centers, d) and (k', d)."""
        rows: Tensor = self.loss.W.T
        own = self.landmarks * self.sub_centers
        return rows[:own].view(self.landmarks, self.sub_centers, -1), rows[own:]
