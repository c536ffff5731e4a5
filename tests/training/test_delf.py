"""DELF's attention and PCA, learnt on a small run, and the network that comes of it."""

from __future__ import annotations

import copy
import dataclasses
from pathlib import Path

import numpy as np
import pytest
import timm
import torch
from torch import nn

from landmarq.errors import ConfigError, ModelError
from landmarq.runtime.dense import open_dense
from landmarq.training.config import (
    AugmentConfig,
    MachineConfig,
    NetworkConfig,
    SamplingConfig,
    ScheduleConfig,
    TrainConfig,
)
from landmarq.training.curriculum import train
from landmarq.training.delf import Attention, Delf, DelfTrainConfig, Trunk, _principal, _train_attention, train_delf
from landmarq.training.delf_export import _check, export_delf
from training_toys import Listener

SMALL = DelfTrainConfig(photos=30, sizes=(48, 64), points=9, hidden=8, epochs=2, batch=8, dimension=6)


@pytest.fixture(scope="module")
def small_run(small_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    config = TrainConfig(
        precision="float32",
        network=NetworkConfig(backbone="test_resnet", weights="none", dimension=16),
        augment=AugmentConfig(size=32),
        sampling=SamplingConfig(batch=12),
        schedule=ScheduleConfig(epochs=1),
        machine=MachineConfig(device="cpu", workers=0),
    )
    train(small_world / "photos.csv", config, out=folder)
    return folder


@pytest.fixture(scope="module")
def delf(small_run: Path, small_world: Path) -> Delf:
    return train_delf(small_run, small_world / "photos.csv", SMALL)


def test_the_backbone_stays_as_it_was(small_run: Path, small_world: Path, delf: Delf) -> None:
    again = train_delf(small_run, small_world / "photos.csv", dataclasses.replace(SMALL, epochs=1))
    for (name, one), (_, other) in zip(delf.trunk.state_dict().items(), again.trunk.state_dict().items(), strict=True):
        assert torch.equal(one, other), name


@pytest.fixture(scope="module")
def exported(delf: Delf, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_delf(delf, tmp_path_factory.mktemp("delf"))


def test_the_export_gives_torchs_descriptors_for_photos_of_any_size(delf: Delf, exported: Path) -> None:
    network = open_dense(exported)
    random = np.random.default_rng(0)
    for height, width in ((32, 48), (96, 64)):
        photo = random.integers(0, 256, (height, width, 3), dtype=np.uint8)
        (maps,) = network.maps([photo])
        with torch.no_grad():
            descriptors, attention = delf(torch.from_numpy(photo)[None])
        assert maps.descriptors.shape == (height // 16, width // 16, 6)
        np.testing.assert_allclose(maps.descriptors, descriptors[0].permute(1, 2, 0), atol=2e-2)
        np.testing.assert_allclose(maps.attention, attention[0, 0], atol=2e-2)
        np.testing.assert_allclose(np.linalg.norm(maps.descriptors, axis=2), 1, atol=1e-3)
        assert (maps.attention >= 0).all()


def test_an_export_that_differs_from_torch_is_an_error(delf: Delf, exported: Path) -> None:
    other = copy.deepcopy(delf)
    torch.nn.init.normal_(other.components.weight)
    with pytest.raises(ModelError, match="differs from torch"):
        _check(other, exported)


def test_attention_learns_which_points_tell() -> None:
    # Of each photo's ten points one is its class's direction; the others are noise in three directions of their own.
    random = torch.Generator().manual_seed(0)
    labels = torch.arange(200) % 4
    features = 0.3 * torch.randn(200, 10, 12, generator=random)
    features[:, :, 4:7] += torch.randn(200, 10, 3, generator=random)
    place = torch.randint(0, 10, (200,), generator=random)
    features[torch.arange(200), place] = nn.functional.one_hot(labels, 12).float()
    features = nn.functional.normalize(features, dim=2)
    config = DelfTrainConfig(hidden=16, epochs=30, batch=20, rate=1e-2)
    attention = _train_attention(features, labels, classes=4, config=config, reporter=Listener())
    scores = attention(features).squeeze(2).detach()
    telling = scores[torch.arange(200), place].mean()
    assert telling > 3 * (scores.sum(dim=1).mean() - telling) / 9


def test_principal_components_are_those_of_the_selected_points() -> None:
    random = torch.Generator().manual_seed(1)
    features = torch.randn(130, 5, 8, generator=random) * torch.tensor([5.0, 3, 2, 1, 1, 1, 0.5, 0.1])

    class First(Attention):
        def forward(self, features: torch.Tensor) -> torch.Tensor:
            return features[..., 3:4].exp()

    mean, components = _principal(features, First(8, 2), 3)
    flat = features.reshape(-1, 8)
    chosen = flat[flat[:, 3] >= flat[:, 3].median()]
    _, _, wanted = np.linalg.svd((chosen - chosen.mean(0)).numpy(), full_matrices=False)
    np.testing.assert_allclose(mean, chosen.mean(0), atol=1e-4)
    np.testing.assert_allclose(np.abs((components.numpy() * wanted[:3]).sum(axis=1)), 1, atol=1e-3)


def test_a_densenets_map_is_taken_behind_its_norm() -> None:
    backbone = timm.create_model("densenet121", num_classes=0).eval()
    pixels = torch.randn(1, 3, 64, 64)
    with torch.no_grad():
        found = Trunk(backbone).eval()(pixels)
        value = pixels
        for name, module in backbone.get_submodule("features").named_children():
            if name == "transition3":
                value = module.get_submodule("norm")(value)
                break
            value = module(value)
    assert found.shape == (1, 1024, 4, 4)
    assert float(found.min()) == 0
    torch.testing.assert_close(found, value)


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises(ConfigError, match="multiples of 16"):
        DelfTrainConfig(sizes=(100,))
    with pytest.raises(ConfigError, match="below its least"):
        DelfTrainConfig(epochs=0)
