"""Losses over the pairs within a batch: triplet and contrastive, by pytorch-metric-learning."""

from __future__ import annotations

import torch
from pytorch_metric_learning import distances, losses
from torch import Tensor, nn

from landmarq.training.classes import Classes
from landmarq.training.config import HeadConfig


class PairHead(nn.Module):
    """Triplet (Zhao) or contrastive loss (Hadsell et al., CVPR 2006, equation 4), on L2-normalised vectors.

    Triplet: the mean of max(0, |a - p|^2 - |a - n|^2 + margin) over the triplets of the batch where it is not 0.
    Contrastive: the mean distance of the pairs of one landmark, plus the mean of max(0, margin - distance) over
    the other pairs where it is not 0. A non-landmark photo is nobody's pair: it serves as a negative only.
    """

    def __init__(self, classes: Classes, *, config: HeadConfig) -> None:
        """Make the loss of ``config.kind``."""
        super().__init__()
        margin = config.margin_or_default
        if config.kind == "triplet":
            squared = distances.LpDistance(normalize_embeddings=True, p=2, power=2)
            self.loss = losses.TripletMarginLoss(margin=margin, distance=squared)
        else:
            plain = distances.LpDistance(normalize_embeddings=True, p=2)
            self.loss = losses.ContrastiveLoss(pos_margin=0, neg_margin=margin, distance=plain)
        self.classes = len(classes)
        self.non_landmark = classes.non_landmark_index

    def forward(self, x: Tensor, labels: Tensor) -> Tensor:
        """Return the batch's loss, once for each of its m photos, so that their mean is the loss."""
        if self.non_landmark is not None:
            alone = self.classes + torch.arange(len(labels), device=labels.device)
            labels = torch.where(labels == self.non_landmark, alone, labels)
        loss: Tensor = self.loss(x, labels)
        return loss.expand(len(labels))

    def scores(self, x: Tensor) -> None:
        """Return None: there is no classifier; photos are recognised by their nearest neighbours."""
        del x

    def landmark_rows(self) -> list[Tensor]:
        """Return nothing: no tensor has a row a landmark."""
        return []

    def non_landmark_rows(self) -> list[Tensor]:
        """Return nothing."""
        return []

    def prototypes(self) -> None:
        """Return None: photos are compared with each other."""
