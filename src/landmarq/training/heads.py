"""What stands on the embedding while it trains: classifiers, margin classifiers, and pair losses.

A head turns x into one loss for each photo. Classes 0 to n-1 are landmarks; class n, where there are
non-landmark photos, is the non-landmark (the paper's n + 1).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from landmarq.training.config import HeadConfig


class SoftmaxHead(nn.Module):
    """Softmax cross-entropy over n + 1 classes: -log softmax_{y_i}(W x_i + b)."""

    def __init__(self, dimension: int, classes: int, *, label_smoothing: float = 0.0) -> None:
        """Make W, (classes, dimension), and b."""
        super().__init__()
        self.linear = nn.Linear(dimension, classes)
        self.label_smoothing = label_smoothing

    def forward(self, x: Tensor, labels: Tensor) -> Tensor:
        """Return the loss of each photo, (m,), of x (m, d) and labels (m,) int64."""
        return nn.functional.cross_entropy(
            self.linear(x), labels, reduction="none", label_smoothing=self.label_smoothing
        )

    def scores(self, x: Tensor) -> Tensor:
        """Return the logits, (m, classes)."""
        result: Tensor = self.linear(x)
        return result

    def rows(self) -> list[Tensor]:
        """Return the tensors with one row a class, to be kept when the classes grow."""
        return [self.linear.weight, self.linear.bias]


class MarginHead(nn.Module):
    """ArcFace (Deng et al. 2019), sub-center ArcFace (Deng et al. 2020) or CosFace (Wang et al. 2018).

    The losses are pytorch-metric-learning's; x and the prototypes are normalised inside.
    """

    def __init__(self, dimension: int, classes: int, *, config: HeadConfig) -> None:
        """Make the prototypes, ``config.sub_centers`` a class for subcenter, else one."""
        super().__init__()
        # Imported here: only these heads need it.
        from pytorch_metric_learning import losses, reducers

        each = reducers.DoNothingReducer()
        margin, scale = config.margin_or_default, config.scale
        degrees = math.degrees(margin)
        if config.kind == "arcface":
            loss = losses.ArcFaceLoss(classes, dimension, margin=degrees, scale=scale, reducer=each)
        elif config.kind == "subcenter":
            loss = losses.SubCenterArcFaceLoss(
                num_classes=classes,
                embedding_size=dimension,
                margin=degrees,
                scale=scale,
                sub_centers=config.sub_centers,
                reducer=each,
            )
        else:
            loss = losses.CosFaceLoss(classes, dimension, margin=margin, scale=scale, reducer=each)
        loss.cross_entropy = nn.CrossEntropyLoss(reduction="none", label_smoothing=config.label_smoothing)
        self.loss = loss
        self.classes = classes

    def forward(self, x: Tensor, labels: Tensor) -> Tensor:
        """Return the loss of each photo, (m,), of x (m, d) and labels (m,) int64."""
        result: Tensor = self.loss(x, labels)["loss"]["losses"]
        return result

    def scores(self, x: Tensor) -> Tensor:
        """Return scale times the cosine to each class, (m, classes); no margin."""
        result: Tensor = self.loss.get_logits(x)
        return result

    def rows(self) -> list[Tensor]:
        """Return the prototypes as (classes, sub-centers, d): a view, one row a class."""
        return [self.loss.W.T.unflatten(0, (self.classes, -1))]


class PairHead(nn.Module):
    """Triplet (Zhao) or contrastive loss (Hadsell et al. 2006) over the pairs within a batch.

    Vectors are L2-normalised. Triplet: mean over the violating triplets of max(0, |a - p|^2 - |a - n|^2 + margin).
    A non-landmark photo is nobody's pair: it serves as a negative only.
    """

    def __init__(self, classes: int, *, non_landmark: int | None, config: HeadConfig) -> None:
        """Keep which class, if any, is the non-landmark."""
        super().__init__()
        # Imported here: only these heads need it.
        from pytorch_metric_learning import distances, losses

        margin = config.margin_or_default
        if config.kind == "triplet":
            squared = distances.LpDistance(normalize_embeddings=True, p=2, power=2)
            self.loss = losses.TripletMarginLoss(margin=margin, distance=squared)
        else:
            plain = distances.LpDistance(normalize_embeddings=True, p=2)
            self.loss = losses.ContrastiveLoss(pos_margin=0, neg_margin=margin, distance=plain)
        self.classes = classes
        self.non_landmark = non_landmark

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

    def rows(self) -> list[Tensor]:
        """Return nothing: no tensor has a row a class."""
        return []


Head = SoftmaxHead | MarginHead | PairHead


def build_head(config: HeadConfig, *, dimension: int, classes: int, non_landmark: int | None) -> Head:
    """Make the head of a recipe.

    Args:
        config: the head's part of the recipe.
        dimension: length of x.
        classes: number of classes, the non-landmark counted.
        non_landmark: index of the non-landmark class, or None where no such photo trains.
    """
    if config.kind in ("softmax", "scenes"):
        return SoftmaxHead(dimension, classes, label_smoothing=config.label_smoothing)
    if config.kind in ("triplet", "contrastive"):
        return PairHead(classes, non_landmark=non_landmark, config=config)
    return MarginHead(dimension, classes, config=config)
