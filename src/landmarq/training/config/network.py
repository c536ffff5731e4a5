"""The network and the loss on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from landmarq.training.config.checks import check

PAIR_HEADS = ("triplet", "contrastive")
"""Heads without a classifier: they compare the photos of a batch with each other."""


@dataclass(frozen=True)
class NetworkConfig:
    """Backbone, pooling and embedding.

    Attributes:
        backbone: name of a timm model whose last map is a (N, C, h, w) feature map.
        weights: ``hub`` (timm's pretrained weights), ``none`` (random), a ``.safetensors`` file of the backbone, or the
            folder of an earlier run (scenes first). A relative path is relative to the configuration's file.
        pooling_p: p of the generalised mean (GeM); 1 is the mean, the paper's.
        learn_p: let p train, at the embedding's rate.
        dimension: length d of the embedding.
        first_embedding: how the fully connected layer starts: ``random``, or ``whitened``: the PCA-whitening of the
            training photos' pooled features.
        blend: at the end of the last stage, weight of the whitened pooled features that are blended into the embedding
            (``landmarq.training.blend``); 0: none.
        frozen_blocks: how many of the backbone's first stages (timm's ``feature_info``) do not train.
        frozen_statistics: whose batch norms keep their running statistics: none, the backbone's, or all.
    """

    backbone: str = "wide_resnet50_2"
    weights: str = "hub"
    pooling_p: float = 1.0
    learn_p: bool = False
    dimension: int = 512
    first_embedding: Literal["random", "whitened"] = "random"
    blend: float = 0.0
    frozen_blocks: int = 0
    frozen_statistics: Literal["none", "backbone", "all"] = "none"

    def __post_init__(self) -> None:
        """Check ranges."""
        check(bool(self.backbone), "network.backbone is empty")
        check(bool(self.weights), "network.weights is empty: give hub, none, or a file")
        # Above 6 the clamp of 1e-6, to that power, is 0 in float32.
        check(1 <= self.pooling_p <= 6, "network.pooling_p must lie in [1, 6]")
        check(self.dimension >= 2, "network.dimension must be at least 2")
        check(0 <= self.blend <= 100, "network.blend must lie in [0, 100]")
        check(self.frozen_blocks >= 0, "network.frozen_blocks can't be negative")


@dataclass(frozen=True)
class HeadConfig:
    """The loss over a batch.

    Attributes:
        kind: ``softmax`` (the paper's; with center loss), ``arcface``, ``cosface``, ``openset`` (cosface with one
            learned threshold in place of a non-landmark class), ``triplet``, ``contrastive``, or ``scenes`` (a plain
            classifier on the pooled features, no embedding).
        label_smoothing: share of the target spread over all classes, 0 to 1.
        center_weight: lambda of the center loss; 0 switches it off.
        center_rate: the centers' own rate alpha (Wen et al. 2016, equation 4).
        center_reduction: ``sum`` (the paper's formula) or ``mean`` over the batch.
        margin: radians for arcface, cosine for cosface, squared distance for triplet, distance for contrastive;
            absent: 0.5, 0.35 (openset too), 0.2, 1.0.
        scale: the s that cosines are multiplied with (arcface, cosface).
        sub_centers: prototypes a landmark (arcface, cosface): more than one make it sub-center ArcFace.
        non_landmark_sub_centers: prototypes of the non-landmark class, which is many things (arcface, cosface).
        one_vs_rest: weight of one-against-rest losses beside the softmax (openset).
        distillation: weight of staying near the vectors of the starting network (``landmarq.training.teacher``).
        first_rows: where prototypes start (arcface, cosface, openset): ``random``, or ``means``: each at the mean of
            its landmark's training photos as the network first sees them.
    """

    kind: Literal["softmax", "arcface", "cosface", "openset", "triplet", "contrastive", "scenes"] = "softmax"
    label_smoothing: float = 0.0
    center_weight: float = 5e-5
    center_rate: float = 0.5
    center_reduction: Literal["sum", "mean"] = "sum"
    margin: float | None = None
    scale: float = 30.0
    sub_centers: int = 1
    non_landmark_sub_centers: int = 1
    one_vs_rest: float = 0.0
    distillation: float = 0.0
    first_rows: Literal["random", "means"] = "random"

    def __post_init__(self) -> None:
        """Check ranges."""
        check(0 <= self.label_smoothing < 1, "head.label_smoothing must lie in [0, 1)")
        check(self.center_weight >= 0, "head.center_weight can't be negative")
        check(0 < self.center_rate <= 1, "head.center_rate must lie in (0, 1]")
        check(self.scale > 0, "head.scale must be positive")
        check(self.sub_centers >= 1, "head.sub_centers must be at least 1")
        check(self.non_landmark_sub_centers >= 1, "head.non_landmark_sub_centers must be at least 1")
        check(self.one_vs_rest >= 0, "head.one_vs_rest can't be negative")
        check(self.distillation >= 0, "head.distillation can't be negative")
        check(not self.one_vs_rest or self.kind == "openset", "head.one_vs_rest is of the head openset")
        check(self.margin is None or 0 <= self.margin < 4, "head.margin must lie in [0, 4)")
        if self.kind in (*PAIR_HEADS, "scenes"):
            check(self.center_weight == 0, f"head.kind {self.kind} has no centers: set head.center_weight = 0")

    @property
    def margin_or_default(self) -> float:
        """The margin, or the usual one of this kind."""
        if self.margin is not None:
            return self.margin
        usual = {"arcface": 0.5, "cosface": 0.35, "openset": 0.35, "triplet": 0.2, "contrastive": 1.0}
        return usual.get(self.kind, 0.0)
