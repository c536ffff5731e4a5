"""DELF (Noh et al. 2017): dense features of a fine-tuned backbone, attention learnt by a classification loss, PCA.

As published, in two steps: the backbone is fine-tuned as a classifier (``landmarq train --config delf``), then
the attention is trained on its features, which stay as they are. Differences are named where they are made.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from landmarq.errors import ConfigError
from landmarq.training.config import TrainConfig
from landmarq.training.curriculum import read_photos
from landmarq.training.data import PhotoSet
from landmarq.training.network import Embedder, image_statistics
from landmarq.training.passing import whole_photos
from landmarq.training.plan import stage_photos
from landmarq.training.progress import Reporter, Silence
from landmarq.training.stage_folder import load_stage

STRIDE = 16


@dataclass(frozen=True)
class DelfTrainConfig:
    """How attention and PCA are learnt.

    Attributes:
        photos: most photos learnt from, drawn alike from all that train.
        sizes: sides of the squares that photos are learnt at, pixels; each photo gets one of them by chance.
        points: points of a photo's map that are learnt from, drawn alike.
        hidden: width of the attention's first layer.
        epochs: passes over the kept features.
        batch: photos a step.
        rate: of AdamW.
        dimension: length of a descriptor after PCA.
        seed: of every random choice.
    """

    photos: int = 2400
    sizes: tuple[int, ...] = (160, 224, 320)
    points: int = 96
    hidden: int = 512
    epochs: int = 12
    batch: int = 64
    rate: float = 1e-3
    dimension: int = 40
    seed: int = 0

    def __post_init__(self) -> None:
        """Check ranges."""
        if min(self.photos, self.points, self.hidden, self.epochs, self.dimension) < 1 or self.batch < 2:
            raise ConfigError(f"delf: {self} has a number below its least")
        if not self.sizes or any(size % STRIDE or not 32 <= size <= 2048 for size in self.sizes):
            raise ConfigError(f"delf.sizes must be multiples of {STRIDE}, not {self.sizes}")


class Trunk(nn.Module):
    """A backbone up to its last map at a stride of 16 pixels, (N, C, h / 16, w / 16), 0 or more."""

    def __init__(self, backbone: nn.Module) -> None:
        """Take a timm backbone.

        Raises:
            ConfigError: it has no map at that stride.
        """
        super().__init__()
        stages = list(backbone.feature_info)  # type: ignore[arg-type]  # nn.Module types every attribute as a module
        at = [number for number, stage in enumerate(stages) if stage["reduction"] == STRIDE]
        if not at:
            raise ConfigError(f"this backbone has no map at a stride of {STRIDE} pixels")
        self.stage, self.channels = at[-1], int(stages[at[-1]]["num_chs"])
        self.backbone = backbone
        # A DenseNet's block ends before the norm and activation of its maps: those stand in the transition behind it.
        name = str(stages[self.stage]["module"]).replace("denseblock", "transition")
        self.norm = backbone.get_submodule(f"{name}.norm") if "transition" in name else nn.ReLU()

    def forward(self, pixels: Tensor) -> Tensor:
        """Return the map of normalised pixels (N, 3, h, w)."""
        (features,) = self.backbone.forward_intermediates(  # type: ignore[operator]  # as above
            pixels, indices=[self.stage], intermediates_only=True, stop_early=True
        )
        result: Tensor = self.norm(features)
        return result


class Attention(nn.Module):
    """How much each point tells: two 1 x 1 convolutions, ReLU between, softplus behind (section 3.2)."""

    def __init__(self, channels: int, hidden: int) -> None:
        """Make the layers."""
        super().__init__()
        self.first = nn.Linear(channels, hidden)
        self.second = nn.Linear(hidden, 1)

    def forward(self, features: Tensor) -> Tensor:
        """Return the score, (..., 1), 0 or more, of features (..., C)."""
        return nn.functional.softplus(self.second(torch.relu(self.first(features))))


class Delf(nn.Module):
    """What the exported network computes: pixels to descriptors and attention."""

    def __init__(self, embedder: Embedder, trunk: Trunk, attention: Attention, pca: tuple[Tensor, Tensor]) -> None:
        """Put the learnt parts together; ``pca`` is the mean (C,) and the components (d, C)."""
        super().__init__()
        mean, std = image_statistics(embedder)
        self.mean = nn.Buffer(mean[:, None, None])
        self.std = nn.Buffer(std[:, None, None])
        self.trunk, self.attention = trunk, attention
        self.components = nn.Linear(pca[1].shape[1], pca[1].shape[0])
        with torch.no_grad():
            self.components.weight.copy_(pca[1])
            self.components.bias.copy_(-pca[1] @ pca[0])

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Return (N, d, h / 16, w / 16) unit descriptors and (N, 1, h / 16, w / 16) of uint8 pixels (N, h, w, 3)."""
        scaled = (pixels.permute(0, 3, 1, 2).float() / 255 - self.mean) / self.std
        features = nn.functional.normalize(self.trunk(scaled).permute(0, 2, 3, 1), dim=3)
        descriptors = nn.functional.normalize(self.components(features), dim=3)
        return descriptors.permute(0, 3, 1, 2), self.attention(features).permute(0, 3, 1, 2)


def train_delf(
    run: Path, catalog: Path, config: DelfTrainConfig | None = None, *, reporter: Reporter | None = None
) -> Delf:
    """Learn attention and PCA on the features of a fine-tuned backbone.

    Args:
        run: a finished run of ``landmarq train`` with a classifier's recipe.
        catalog: the catalog that it was trained on.
        config: how to learn.
        reporter: who is told of the progress.

    Raises:
        InputError: nothing of the run is finished, or the catalog is not the run's.
        ConfigError: the backbone has no map at a stride of 16 pixels.
    """
    config, reporter = config or DelfTrainConfig(), reporter or Silence()
    trained = load_stage(run)
    embedder = trained.learner.embedder.eval()
    trunk = Trunk(embedder.backbone).eval()
    whole = read_photos(catalog, unpacked=run / "unpacked")
    photos = stage_photos(whole, trained.config, own=None, regions=None, before=(), reporter=reporter)
    features, labels = _features(embedder, trunk, trained.config, photos.train, config, reporter)
    attention = _train_attention(features, labels, classes=len(photos.classes), config=config, reporter=reporter)
    return Delf(embedder, trunk, attention, _principal(features, attention, config.dimension)).eval()


@torch.no_grad()
def _features(
    embedder: Embedder, trunk: Trunk, recipe: TrainConfig, photos: PhotoSet, config: DelfTrainConfig, reporter: Reporter
) -> tuple[Tensor, Tensor]:
    """Return unit features of some points of some photos, (n, points, C) bfloat16, and their classes (n,).

    The paper learns from crops at random scales; here each photo is seen whole at one of a few sizes, and a share of
    its points is kept, so that the backbone runs once.
    """
    random = np.random.default_rng(config.seed)
    chosen = np.sort(random.permutation(len(photos))[: config.photos])
    groups = np.array_split(random.permutation(chosen), len(config.sizes))
    kept, labels = [], []
    for size, group in zip(config.sizes, groups, strict=True):
        sized = dataclasses.replace(recipe, augment=dataclasses.replace(recipe.augment, inference_size=size))
        for pixels, batch in whole_photos(embedder, sized, photos.subset(group), device=torch.device("cpu")):
            with torch.autocast("cpu", dtype=torch.bfloat16):
                found = trunk(pixels.contiguous(memory_format=torch.channels_last))
            flat = nn.functional.normalize(found.float().flatten(2), dim=1).transpose(1, 2)
            points = torch.from_numpy(random.integers(0, flat.shape[1], (len(flat), config.points)))
            kept.append(flat.gather(1, points[:, :, None].expand(-1, -1, flat.shape[2])).bfloat16())
            labels.append(batch.labels)
            reporter.say(f"features of {sum(map(len, labels))} of {len(chosen)} photos")
    return torch.cat(kept), torch.cat(labels)


def _train_attention(
    features: Tensor, labels: Tensor, *, classes: int, config: DelfTrainConfig, reporter: Reporter
) -> Attention:
    """Learn the attention by the cross-entropy of y = W sum_i a(f_i) f_i (equation 1), the features fixed.

    The sum is divided by the number of points, and the features are of unit length, as in the authors' code.
    """
    torch.manual_seed(config.seed)
    attention = Attention(features.shape[2], config.hidden)
    classifier = nn.Linear(features.shape[2], classes)
    # A mean of unit vectors is short: without a scale the softmax could not become sure.
    scale = nn.Parameter(torch.tensor(10.0))
    optimiser = torch.optim.AdamW([*attention.parameters(), *classifier.parameters(), scale], lr=config.rate)
    for epoch in range(config.epochs):
        total = 0.0
        for rows in torch.split(torch.randperm(len(labels)), config.batch):
            batch = features[rows].float()
            pooled = (attention(batch) * batch).mean(dim=1)
            loss = nn.functional.cross_entropy(classifier(scale * pooled), labels[rows])
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            optimiser.step()
            total += float(loss.detach()) * len(rows)
        reporter.say(f"attention: epoch {epoch + 1}/{config.epochs}  loss {total / len(labels):.3f}")
    return attention.eval()


@torch.no_grad()
def _principal(features: Tensor, attention: Attention, dimension: int) -> tuple[Tensor, Tensor]:
    """Return mean (C,) and leading principal components (d, C) of the points that the attention selects.

    Selected is the half with the highest scores.
    """
    scores = torch.cat([attention(block.float()).squeeze(2) for block in torch.split(features, 64)])
    bar = scores.median()
    channels = features.shape[2]
    count, total, square = 0, torch.zeros(channels), torch.zeros(channels, channels)
    for block, marks in zip(torch.split(features, 64), torch.split(scores, 64), strict=True):
        chosen = block[marks >= bar].float()
        count, total, square = count + len(chosen), total + chosen.sum(0), square + chosen.T @ chosen
    mean = total / count
    values = torch.linalg.eigh((square / count - torch.outer(mean, mean)).double())
    return mean, values.eigenvectors.flip(1)[:, :dimension].T.float().contiguous()
