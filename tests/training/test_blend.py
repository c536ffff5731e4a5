from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional

from landmarq.errors import ConfigError
from landmarq.training.blend import blend
from landmarq.training.config import HeadConfig, ScheduleConfig, TrainConfig
from landmarq.training.curriculum import train
from landmarq.training.data import PhotoSet
from landmarq.training.network import Embedder, build_embedder
from landmarq.training.passing import whole_photos
from landmarq.training.stage_folder import load_stage
from landmarq.training.start import pooled_features, whiten

CPU = torch.device("cpu")


@pytest.fixture
def photos(small_world: Path) -> PhotoSet:
    files = sorted((small_world / "photos").glob("*.jpg"))
    return PhotoSet(tuple(files), np.zeros(len(files), np.int64))


def cosines(x: torch.Tensor) -> torch.Tensor:
    unit = functional.normalize(x, dim=1)
    return unit @ unit.T


@pytest.mark.parametrize("weight", [1e-6, 1.0, 50.0])
def test_the_blend_s_cosines_are_those_of_both_parts_side_by_side(
    weight: float, tiny: TrainConfig, photos: PhotoSet
) -> None:
    # Of the 2 x 24 directions 24 are kept: little is lost.
    torch.manual_seed(0)
    network = dataclasses.replace(tiny.network, dimension=24, blend=weight)
    config = dataclasses.replace(tiny, network=network)
    embedder = build_embedder(network)
    for _ in range(3):
        embedder.train()(torch.randn(8, 3, 32, 32))  # so that its batch norms have seen something
    embedder.eval()
    with torch.no_grad():
        pooled, _, _ = pooled_features(embedder, config, photos, CPU)
        trained = embedder.norm(embedder.embedding(pooled))
        other = build_embedder(network)
        whiten(other, pooled)
        whitened = other.embedding(pooled)
        both = torch.cat(
            [
                trained / trained.square().sum(1).mean().sqrt(),
                weight * whitened / whitened.square().sum(1).mean().sqrt(),
            ],
            dim=1,
        )
        blend(embedder, config, photos, device=CPU)
        blended = embedder(_pixels(embedder, config, photos))
    agreement = torch.corrcoef(torch.stack([cosines(blended).flatten(), cosines(both).flatten()]))[0, 1]
    assert agreement > 0.98


def _pixels(embedder: Embedder, config: TrainConfig, photos: PhotoSet) -> torch.Tensor:
    return torch.cat([pixels for pixels, _ in whole_photos(embedder, config, photos, device=CPU)])


def test_only_the_last_stage_is_blended(tiny: TrainConfig, small_world: Path, tmp_path: Path) -> None:
    network = dataclasses.replace(tiny.network, blend=1.0)
    config = dataclasses.replace(tiny, network=network, schedule=ScheduleConfig(epochs=1))
    train(small_world / "photos.csv", config, out=tmp_path)
    means = [
        load_stage(tmp_path / name).learner.embedder.state_dict()["norm.running_mean"]
        for name in ("stage-1-europe", "stage-2-asia")
    ]
    assert means[0].any()
    assert not means[1].any(), "the batch norm of the blend is the identity"


def test_without_an_embedding_there_is_nothing_to_blend(tiny: TrainConfig, photos: PhotoSet) -> None:
    config = dataclasses.replace(tiny, head=HeadConfig(kind="scenes", center_weight=0))
    with pytest.raises(ConfigError, match="no embedding"):
        blend(build_embedder(config.network, embeds=False), config, photos, device=CPU)
