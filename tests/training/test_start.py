from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from landmarq.errors import ArtifactError, ConfigError, InputError
from landmarq.training.checkpoint import write_tensors
from landmarq.training.classes import Classes
from landmarq.training.config import HeadConfig, TrainConfig
from landmarq.training.data import PhotoSet
from landmarq.training.network import build_embedder
from landmarq.training.start import first_learner, load_start_weights, pooled_features, settle, whiten

CPU = torch.device("cpu")


@pytest.fixture
def photos(small_world: Path) -> PhotoSet:
    """Eight photos of each of two landmarks, and nine everyday ones (class 2)."""
    names = [*("tower",) * 8, *("gate",) * 8, *("everyday",) * 9]
    numbers = [*range(8), *range(8), *range(9)]
    files = [small_world / "photos" / f"{name}-{number}.jpg" for name, number in zip(names, numbers, strict=True)]
    return PhotoSet(tuple(files), np.repeat([0, 1, 2], [8, 8, 9]))


def test_float16_weights_of_a_file_fill_the_backbone_and_a_classifier_in_it_is_left_aside(
    tiny: TrainConfig, tmp_path: Path
) -> None:
    source, target = build_embedder(tiny.network), build_embedder(tiny.network)
    tensors = {name: value.half() if value.ndim == 4 else value for name, value in source.backbone.state_dict().items()}
    write_tensors(tmp_path / "w.safetensors", {**tensors, "fc.weight": torch.zeros(1000, 96)})
    load_start_weights(target, tmp_path / "w.safetensors")
    for name, value in target.backbone.state_dict().items():
        assert value.dtype == source.backbone.state_dict()[name].dtype
        torch.testing.assert_close(value, tensors[name].to(value.dtype))


def test_weights_that_are_none_are_one_line(tiny: TrainConfig, tmp_path: Path) -> None:
    embedder = build_embedder(tiny.network)
    with pytest.raises(InputError, match="no weights file and no run"):
        load_start_weights(embedder, tmp_path)
    (tmp_path / "w.safetensors").write_bytes(b"junk")
    with pytest.raises(ArtifactError, match="no safetensors file"):
        load_start_weights(embedder, tmp_path / "w.safetensors")
    write_tensors(tmp_path / "w.safetensors", {"conv1.weight": torch.zeros(2, 2)})
    with pytest.raises(InputError, match="does not fit this backbone"):
        load_start_weights(embedder, tmp_path / "w.safetensors")


def test_whitened_features_have_no_mean_and_uncorrelated_components(tiny: TrainConfig) -> None:
    torch.manual_seed(0)
    embedder = build_embedder(tiny.network)
    pooled = torch.randn(400, 96) @ torch.randn(96, 96) + 3
    with torch.no_grad():
        whiten(embedder, pooled)
        z = embedder.embedding(pooled)
    covariance = z.T @ z / len(z)
    torch.testing.assert_close(z.mean(dim=0), torch.zeros(16), atol=1e-3, rtol=0)
    torch.testing.assert_close(covariance - torch.diag(covariance.diag()), torch.zeros(16, 16), atol=1e-3, rtol=0)
    # The first components hold most; shrinkage leaves them a little below variance 1.
    assert 0.9 < covariance.diag().min() <= covariance.diag().max() <= 1


def test_a_whitened_embedding_can_not_be_longer_than_the_features(tiny: TrainConfig) -> None:
    long = build_embedder(dataclasses.replace(tiny.network, dimension=200))
    with pytest.raises(ConfigError, match="can't be longer than the 96 pooled features"), torch.no_grad():
        whiten(long, torch.randn(10, 96))


@pytest.mark.parametrize("kind", ["arcface", "openset"])
def test_new_prototypes_start_at_their_landmarks_means(kind: str, tiny: TrainConfig, photos: PhotoSet) -> None:
    head = HeadConfig(
        kind="arcface" if kind == "arcface" else "openset",
        center_weight=0,
        first_rows="means",
        non_landmark_sub_centers=3,
    )
    config = dataclasses.replace(tiny, head=head)
    learner = first_learner(config, Classes(("tower", "gate"), non_landmark=True), seed=1, parent=None)
    before = [each.detach().clone() for each in learner.head.prototypes() or ()]
    settle(learner, config, photos, known=1, first=True, device=CPU)
    after = learner.head.prototypes()
    assert after is not None
    assert torch.equal(after[0][0], before[0][0]), "a known landmark's prototype stays"
    with torch.no_grad():
        pooled, labels, _ = pooled_features(learner.embedder, config, photos, CPU)
        unit = torch.nn.functional.normalize(learner.embedder.norm(learner.embedder.embedding(pooled)), dim=1)
    mean = torch.nn.functional.normalize(unit[labels == 1].mean(dim=0), dim=0)
    torch.testing.assert_close(after[0][1, 0].detach(), mean, atol=1e-5, rtol=1e-4)
    assert len(after[1]) == (3 if kind == "arcface" else 0)
    torch.testing.assert_close(after[1].detach().norm(dim=1), torch.ones(len(after[1])))
