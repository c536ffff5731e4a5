"""The recipe of a training, one frozen tree read from TOML. The defaults are the paper's recipe.

Boiarov & Tyantov, "Large Scale Landmark Recognition via Deep Metric Learning", CIKM 2019, sections 3 and 4.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from landmarq.config import as_mapping, from_mapping, read_toml

PAIR_HEADS = ("triplet", "contrastive")
"""Heads without a classifier: they compare the photos of a batch with each other."""


def _check(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)


@dataclass(frozen=True)
class DataConfig:
    """Which rows of the catalog train and which validate.

    Attributes:
        train_roles: roles that train; a catalog without roles trains on all its rows.
        validation_roles: roles measured after each epoch; a landmark that is not trained counts as a non-landmark.
        validation_share: share of each class's photos, 0 to 1, set aside where the catalog has no validation roles.
        min_photos: landmarks with fewer training photos are left out.
    """

    train_roles: tuple[str, ...] = ("train", "train_negative")
    validation_roles: tuple[str, ...] = ("val", "val_negative", "val_unknown")
    validation_share: float = 0.0
    min_photos: int = 1

    def __post_init__(self) -> None:
        """Check ranges."""
        _check(bool(self.train_roles), "data.train_roles is empty: nothing would train")
        both = set(self.train_roles) & set(self.validation_roles)
        _check(not both, f"data: the role {', '.join(sorted(both))} can't both train and validate")
        _check(0 <= self.validation_share < 1, "data.validation_share must lie in [0, 1)")
        _check(self.min_photos >= 1, "data.min_photos must be at least 1")


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
        frozen_blocks: how many of the backbone's first stages (timm's ``feature_info``) do not train.
        frozen_statistics: whose batch norms keep their running statistics: none, the backbone's, or all.
    """

    backbone: str = "wide_resnet50_2"
    weights: str = "hub"
    pooling_p: float = 1.0
    learn_p: bool = False
    dimension: int = 512
    frozen_blocks: int = 0
    frozen_statistics: Literal["none", "backbone", "all"] = "none"

    def __post_init__(self) -> None:
        """Check ranges."""
        _check(bool(self.backbone), "network.backbone is empty")
        _check(bool(self.weights), "network.weights is empty: give hub, none, or a file")
        # Above 6 the clamp of 1e-6, to that power, is 0 in float32.
        _check(1 <= self.pooling_p <= 6, "network.pooling_p must lie in [1, 6]")
        _check(self.dimension >= 2, "network.dimension must be at least 2")
        _check(self.frozen_blocks >= 0, "network.frozen_blocks can't be negative")


@dataclass(frozen=True)
class HeadConfig:
    """The loss over a batch.

    Attributes:
        kind: ``softmax`` (the paper's; with center loss), ``arcface``, ``subcenter``, ``cosface``, ``triplet``,
            ``contrastive``, or ``scenes`` (a plain classifier on the pooled features, no embedding).
        label_smoothing: share of the target spread over all classes, 0 to 1.
        center_weight: lambda of the center loss; 0 switches it off.
        center_rate: the centers' own rate alpha (Wen et al. 2016, equation 4).
        center_reduction: ``sum`` (the paper's formula) or ``mean`` over the batch.
        margin: radians for arcface and subcenter, cosine for cosface, squared distance for triplet, distance for
            contrastive; absent: 0.5, 0.5, 0.35, 0.2, 1.0.
        scale: the s that cosines are multiplied with (arcface, subcenter, cosface).
        sub_centers: prototypes a class (subcenter).
    """

    kind: Literal["softmax", "arcface", "subcenter", "cosface", "triplet", "contrastive", "scenes"] = "softmax"
    label_smoothing: float = 0.0
    center_weight: float = 5e-5
    center_rate: float = 0.5
    center_reduction: Literal["sum", "mean"] = "sum"
    margin: float | None = None
    scale: float = 30.0
    sub_centers: int = 3

    def __post_init__(self) -> None:
        """Check ranges."""
        _check(0 <= self.label_smoothing < 1, "head.label_smoothing must lie in [0, 1)")
        _check(self.center_weight >= 0, "head.center_weight can't be negative")
        _check(0 < self.center_rate <= 1, "head.center_rate must lie in (0, 1]")
        _check(self.scale > 0, "head.scale must be positive")
        _check(self.sub_centers >= 1, "head.sub_centers must be at least 1")
        _check(self.margin is None or 0 <= self.margin < 4, "head.margin must lie in [0, 4)")
        if self.kind in (*PAIR_HEADS, "scenes"):
            _check(self.center_weight == 0, f"head.kind {self.kind} has no centers: set head.center_weight = 0")

    @property
    def margin_or_default(self) -> float:
        """The margin, or the usual one of this kind."""
        if self.margin is not None:
            return self.margin
        usual = {"arcface": 0.5, "subcenter": 0.5, "cosface": 0.35, "triplet": 0.2, "contrastive": 1.0}
        return usual.get(self.kind, 0.0)


@dataclass(frozen=True)
class AugmentConfig:
    """Pixels of training and of inference, and what training does to a photo.

    Attributes:
        size: side of the training square, pixels.
        inference_size: side of the square that a photo is squashed to when it is recognised, pixels; 0: as ``size``.
        crop_scale: least and largest share of the photo's area in a random crop.
        crop_ratio: least and largest width / height of the crop, times the photo's own ratio if ``relative_ratio``.
        relative_ratio: crops in the photo's own shape, as the squash of inference sees it.
        flip: probability of a mirror image.
        brightness: strength of the colour jitter, 0 to 1.
        contrast: likewise.
        saturation: likewise.
        hue: likewise, 0 to 0.5.
        grayscale: probability of a photo without colour.
        blur: probability of a Gaussian blur.
        erasing: probability that a rectangle is covered.
    """

    size: int = 256
    inference_size: int = 0
    crop_scale: tuple[float, float] = (0.2, 1.0)
    crop_ratio: tuple[float, float] = (0.75, 4 / 3)
    relative_ratio: bool = False
    flip: float = 0.5
    brightness: float = 0.4
    contrast: float = 0.4
    saturation: float = 0.4
    hue: float = 0.0
    grayscale: float = 0.0
    blur: float = 0.0
    erasing: float = 0.0

    def __post_init__(self) -> None:
        """Check ranges."""
        _check(16 <= self.size <= 2048, "augment.size must lie in [16, 2048]")
        _check(self.inference_size == 0 or 16 <= self.inference_size <= 2048, "augment.inference_size: 0 or 16 to 2048")
        low, high = self.crop_scale
        _check(0 < low <= high <= 1, "augment.crop_scale must be two shares of the area, such as [0.2, 1.0]")
        low, high = self.crop_ratio
        _check(0 < low <= high, "augment.crop_ratio must be two ratios, such as [0.75, 1.333]")
        for name in ("flip", "brightness", "contrast", "saturation", "grayscale", "blur", "erasing"):
            _check(0 <= getattr(self, name) <= 1, f"augment.{name} must lie in [0, 1]")
        _check(0 <= self.hue <= 0.5, "augment.hue must lie in [0, 0.5]")

    @property
    def recognised_size(self) -> int:
        """Side of the square at inference, pixels."""
        return self.inference_size or self.size


@dataclass(frozen=True)
class SamplingConfig:
    """How the photos of an epoch are drawn into batches.

    Attributes:
        batch: photos a step, over all processes.
        class_power: a landmark with c photos is drawn c ** class_power times as often as one with a single photo:
            1 shows every photo once an epoch, 0.5 is the square root, 0 draws all landmarks alike.
        non_landmark_share: share of non-landmark photos in an epoch, [0, 1); absent: as many as there are.
        photos_per_landmark: photos of one landmark in a batch (triplet, contrastive); 0: batches are drawn freely.
        most_per_landmark: a landmark's photos beyond this many are left out (Zhao: 10); 0: all are used.
    """

    batch: int = 64
    class_power: float = 1.0
    non_landmark_share: float | None = None
    photos_per_landmark: int = 0
    most_per_landmark: int = 0

    def __post_init__(self) -> None:
        """Check ranges."""
        _check(self.batch >= 2, "sampling.batch must be at least 2: batch norm needs two photos")
        _check(0 <= self.class_power <= 1, "sampling.class_power must lie in [0, 1]")
        share = self.non_landmark_share
        _check(share is None or 0 <= share < 1, "sampling.non_landmark_share must lie in [0, 1)")
        _check(
            0 <= self.photos_per_landmark <= self.batch // 2, "sampling.photos_per_landmark: from 0 to half the batch"
        )
        _check(self.most_per_landmark >= 0, "sampling.most_per_landmark can't be negative")


@dataclass(frozen=True)
class OptimiserConfig:
    """How the weights move.

    Attributes:
        kind: ``sgd`` (the paper's) or ``adamw``.
        backbone_rate: alpha 1.
        embedding_rate: alpha 2.
        classifier_rate: alpha 3.
        momentum: of SGD; also AdamW's beta 1.
        weight_decay: L2 for SGD, decoupled for AdamW; never on centers.
        decay_vectors: apply it to biases and batch norms too.
        clip_norm: largest gradient norm; 0: no clipping.
    """

    kind: Literal["sgd", "adamw"] = "sgd"
    backbone_rate: float = 0.001
    embedding_rate: float = 0.01
    classifier_rate: float = 0.01
    momentum: float = 0.9
    weight_decay: float = 5e-3
    decay_vectors: bool = True
    clip_norm: float = 0.0

    def __post_init__(self) -> None:
        """Check ranges."""
        for name in ("backbone_rate", "embedding_rate", "classifier_rate"):
            rate = getattr(self, name)
            _check(math.isfinite(rate) and rate >= 0, f"optimiser.{name} must be a number from 0")
        _check(0 <= self.momentum < 1, "optimiser.momentum must lie in [0, 1)")
        _check(self.weight_decay >= 0, "optimiser.weight_decay can't be negative")
        _check(self.clip_norm >= 0, "optimiser.clip_norm can't be negative")


@dataclass(frozen=True)
class ScheduleConfig:
    """How the rates change over a stage; every stage starts it anew.

    Attributes:
        kind: ``step`` (the paper's) or ``cosine``.
        epochs: epochs of a stage that does not name its own number.
        drops: shares of the stage after which the rates are multiplied by ``factor`` (step).
        factor: see ``drops``.
        warmup_epochs: the rates rise linearly over this many epochs first.
        last: share of the rate left at the end (cosine).
    """

    kind: Literal["step", "cosine"] = "step"
    epochs: int = 30
    drops: tuple[float, ...] = (0.4, 0.8)
    factor: float = 0.1
    warmup_epochs: float = 0.0
    last: float = 0.0

    def __post_init__(self) -> None:
        """Check ranges."""
        _check(self.epochs >= 1, "schedule.epochs must be at least 1")
        _check(all(0 < drop < 1 for drop in self.drops), "schedule.drops are shares of the stage, in (0, 1)")
        _check(0 < self.factor <= 1, "schedule.factor must lie in (0, 1]")
        _check(self.warmup_epochs >= 0, "schedule.warmup_epochs can't be negative")
        _check(0 <= self.last <= 1, "schedule.last must lie in [0, 1]")


@dataclass(frozen=True)
class StageConfig:
    """One stage of the curriculum.

    Attributes:
        name: names the stage's folder.
        regions: regions of the landmark table that join at this stage.
        catalog: a catalog of this stage's own, such as one cleaned with the model of the stage before.
        epochs: epochs of this stage; 0: the schedule's.
    """

    name: str
    regions: tuple[str, ...]
    catalog: str = ""
    epochs: int = 0

    def __post_init__(self) -> None:
        """Check ranges."""
        legal = self.name and all(letter.isalnum() or letter in "_-" for letter in self.name)
        _check(bool(legal), f"stages.name {self.name!r}: give a name of letters, digits, _ and -")
        _check(bool(self.regions), f"stage {self.name} names no regions")
        _check(self.epochs >= 0, f"stage {self.name}: epochs can't be negative")


@dataclass(frozen=True)
class MachineConfig:
    """How the machine does it; nothing here changes the result, so nothing here makes a run another run.

    Attributes:
        device: ``auto`` (CUDA where there is one), ``cpu`` or ``cuda``.
        workers: processes that read photos; 0: the training process reads them itself.
        cache: keep decoded photos in memory (about 260 kB each at 256 px short side).
        checkpoint_minutes: time between checkpoints; at each epoch's end there is one anyway.
    """

    device: Literal["auto", "cpu", "cuda"] = "auto"
    workers: int = 2
    cache: bool = False
    checkpoint_minutes: float = 5.0

    def __post_init__(self) -> None:
        """Check ranges."""
        _check(0 <= self.workers <= 256, "machine.workers must lie in [0, 256]")
        _check(self.checkpoint_minutes >= 0, "machine.checkpoint_minutes can't be negative")


@dataclass(frozen=True)
class TrainConfig:
    """A whole training.

    Attributes:
        seed: of every random choice: first weights, order, augmentation.
        precision: ``bf16`` (autocast of the backbone) or ``float32``.
        ema: decay of the running mean of the weights, which is then what the stage delivers; 0: off.
    """

    seed: int = 0
    precision: Literal["bf16", "float32"] = "bf16"
    ema: float = 0.0
    data: DataConfig = field(default_factory=DataConfig)
    network: NetworkConfig = field(default_factory=NetworkConfig)
    head: HeadConfig = field(default_factory=HeadConfig)
    augment: AugmentConfig = field(default_factory=AugmentConfig)
    sampling: SamplingConfig = field(default_factory=SamplingConfig)
    optimiser: OptimiserConfig = field(default_factory=OptimiserConfig)
    schedule: ScheduleConfig = field(default_factory=ScheduleConfig)
    machine: MachineConfig = field(default_factory=MachineConfig)
    stages: tuple[StageConfig, ...] = ()

    def __post_init__(self) -> None:
        """Check ranges and what depends on several parts."""
        _check(self.seed >= 0, "seed can't be negative")
        _check(0 <= self.ema < 1, "ema must lie in [0, 1)")
        if self.head.kind in PAIR_HEADS:
            _check(self.sampling.photos_per_landmark >= 2, f"{self.head.kind} needs sampling.photos_per_landmark >= 2")
        names = [stage.name for stage in self.stages]
        _check(len(set(names)) == len(names), "two stages have the same name")
        regions = [region for stage in self.stages for region in stage.regions]
        twice = sorted({region for region in regions if regions.count(region) > 1})
        _check(not twice, f"the region {', '.join(twice)} joins at two stages; name it where it joins first")

    def epochs_of(self, stage: StageConfig) -> int:
        """Return how many epochs a stage has."""
        return stage.epochs or self.schedule.epochs

    def identity(self) -> dict[str, Any]:
        """Return what decides the result, JSON-able: all but ``machine`` and ``stages`` (a stage adds its own)."""
        values = as_mapping(self)
        del values["machine"], values["stages"]
        return values


def read_config(path: Path) -> TrainConfig:
    """Read a recipe; relative paths in it are taken relative to its folder.

    Raises:
        InputError: no such file, or not TOML.
        ConfigError: an unknown key, a wrong type, a value out of range.
    """
    values = read_toml(path)
    config = from_mapping(TrainConfig, values, origin=str(path))
    root = path.parent
    network = config.network
    if network.weights not in ("hub", "none"):
        network = dataclasses.replace(network, weights=str(root / network.weights))
    stages = tuple(
        dataclasses.replace(stage, catalog=str(root / stage.catalog)) if stage.catalog else stage
        for stage in config.stages
    )
    return dataclasses.replace(config, network=network, stages=stages)
