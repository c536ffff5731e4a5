"""Which photos train, what is done to them, and how they are drawn."""

from __future__ import annotations

from dataclasses import dataclass

from landmarq.training.config.checks import check


@dataclass(frozen=True)
class DataConfig:
    """Which rows of the catalog train and which validate.

    Attributes:
        train_roles: roles that train; a catalog without roles trains on all its rows.
        validation_roles: roles measured after each epoch; a landmark that is not trained counts as a non-landmark.
        validation_share: share of each class's photos, 0 to 1, set aside where the catalog has no validation roles.
        validate_every: epochs from one validation to the next; the last epoch of a stage is always validated.
        min_photos: landmarks with fewer training photos are left out.
    """

    train_roles: tuple[str, ...] = ("train", "train_negative")
    validation_roles: tuple[str, ...] = ("val", "val_negative", "val_unknown")
    validation_share: float = 0.0
    validate_every: int = 1
    min_photos: int = 1

    def __post_init__(self) -> None:
        """Check ranges."""
        check(bool(self.train_roles), "data.train_roles is empty: nothing would train")
        both = set(self.train_roles) & set(self.validation_roles)
        check(not both, f"data: the role {', '.join(sorted(both))} can't both train and validate")
        check(0 <= self.validation_share < 1, "data.validation_share must lie in [0, 1)")
        check(self.validate_every >= 1, "data.validate_every must be at least 1")
        check(self.min_photos >= 1, "data.min_photos must be at least 1")


@dataclass(frozen=True)
class AugmentConfig:
    """Pixels of training and of inference, and what training does to a photo.

    Attributes:
        size: side of the training square, pixels.
        inference_size: side of the square that a photo is squashed to when it is recognised, pixels; 0: as ``size``.
        crop_scale: least and largest share of the photo's area in a random crop.
        crop_ratio: least and largest width / height of the crop, times the photo's own ratio if ``relative_ratio``.
        relative_ratio: crops in the photo's own shape, as the squash of inference sees it.
        rotation_deg: largest turn to either side, degrees.
        perspective: strength of a random change of viewpoint, 0 to 1.
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
    rotation_deg: float = 0.0
    perspective: float = 0.0
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
        check(16 <= self.size <= 2048, "augment.size must lie in [16, 2048]")
        check(self.inference_size == 0 or 16 <= self.inference_size <= 2048, "augment.inference_size: 0 or 16 to 2048")
        low, high = self.crop_scale
        check(0 < low <= high <= 1, "augment.crop_scale must be two shares of the area, such as [0.2, 1.0]")
        low, high = self.crop_ratio
        check(0 < low <= high, "augment.crop_ratio must be two ratios, such as [0.75, 1.333]")
        check(0 <= self.rotation_deg <= 180, "augment.rotation_deg must lie in [0, 180]")
        for name in ("perspective", "flip", "brightness", "contrast", "saturation", "grayscale", "blur", "erasing"):
            check(0 <= getattr(self, name) <= 1, f"augment.{name} must lie in [0, 1]")
        check(0 <= self.hue <= 0.5, "augment.hue must lie in [0, 0.5]")

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
        check(self.batch >= 2, "sampling.batch must be at least 2: batch norm needs two photos")
        check(0 <= self.class_power <= 1, "sampling.class_power must lie in [0, 1]")
        share = self.non_landmark_share
        check(share is None or 0 <= share < 1, "sampling.non_landmark_share must lie in [0, 1)")
        check(
            0 <= self.photos_per_landmark <= self.batch // 2, "sampling.photos_per_landmark: from 0 to half the batch"
        )
        check(self.most_per_landmark >= 0, "sampling.most_per_landmark can't be negative")
