from __future__ import annotations

import dataclasses
import math
from typing import Literal

import pytest
import torch
from torch import nn

from landmarq.errors import ConfigError
from landmarq.training.config import NetworkConfig
from landmarq.training.network import GeM, build_embedder

Statistics = Literal["none", "backbone", "all"]


def config(
    *, frozen_blocks: int = 0, frozen_statistics: Statistics = "none", name: str = "test_resnet"
) -> NetworkConfig:
    return NetworkConfig(
        backbone=name,
        weights="none",
        dimension=8,
        frozen_blocks=frozen_blocks,
        frozen_statistics=frozen_statistics,
    )


def test_gem_of_a_hand_case() -> None:
    features = torch.tensor([[[[1.0, 2.0], [3.0, -5.0]]]])
    expected = ((1**3 + 2**3 + 3**3 + (1e-6) ** 3) / 4) ** (1 / 3)
    assert GeM(3)(features).item() == pytest.approx(expected)
    assert GeM(1)(features).item() == pytest.approx((1 + 2 + 3 - 5) / 4), "p = 1 is the plain mean"


def test_gem_s_p_learns_only_when_asked() -> None:
    features = torch.rand(2, 3, 4, 4)
    assert not list(GeM(3).parameters())
    learning = GeM(3, learn=True)
    torch.autograd.backward(learning(features).sum())
    assert learning.p.grad is not None
    assert math.isfinite(float(learning.p.grad))


def test_x_is_the_batch_norm_s_output_and_not_normalised() -> None:
    torch.manual_seed(0)
    embedder = build_embedder(config()).train()
    x = embedder(torch.randn(16, 3, 32, 32))
    assert x.shape == (16, 8)
    assert x.dtype == torch.float32
    torch.testing.assert_close(x.mean(dim=0), torch.zeros(8), atol=1e-5, rtol=0)
    torch.testing.assert_close(x.std(dim=0, unbiased=False), torch.ones(8), atol=0.05, rtol=0)


def test_frozen_blocks_neither_learn_nor_gather_statistics() -> None:
    embedder = build_embedder(config(frozen_blocks=2)).train()
    before = {name: value.clone() for name, value in embedder.state_dict().items()}
    optimiser = torch.optim.SGD([each for each in embedder.parameters() if each.requires_grad], lr=0.1)
    torch.autograd.backward(
        embedder(torch.randn(4, 3, 32, 32)).square().sum() + 0 * embedder.norm(torch.ones(2, 8)).sum()
    )
    optimiser.step()
    after = embedder.state_dict()
    changed = {name for name in after if not torch.equal(after[name], before[name])}
    assert not [name for name in changed if name.startswith(("backbone.conv1", "backbone.bn1", "backbone.layer1"))]
    assert [name for name in changed if name.startswith("backbone.layer2")]


@pytest.mark.parametrize(
    ("name", "blocks", "last", "first"),
    [
        ("test_resnet", 2, "layer1.0.bn2", "layer2.0"),
        ("densenet121", 1, "features.norm0", "features.denseblock1"),
        ("regnetx_002", 1, "stem.bn", "s1."),
        ("test_efficientnet", 1, "blocks.0.0.bn1", "blocks.1.0"),
        ("vgg16", 3, "features.14", "features.17"),
        ("inception_v3", 3, "Mixed_5d.branch_pool.bn", "Mixed_6a"),
    ],
)
def test_frozen_blocks_end_with_their_last_layer(name: str, blocks: int, last: str, first: str) -> None:
    backbone = build_embedder(config(name=name, frozen_blocks=blocks)).backbone
    frozen = [each for each, parameter in backbone.named_parameters() if not parameter.requires_grad]
    trained = [each for each, parameter in backbone.named_parameters() if parameter.requires_grad]
    assert frozen[-1] == f"{last}.bias"
    assert trained[0].startswith(first)
    assert [each for each, _ in backbone.named_parameters()] == [*frozen, *trained]


@pytest.mark.parametrize("which", ["none", "backbone", "all"])
def test_frozen_statistics(which: Statistics) -> None:
    embedder = build_embedder(config(frozen_statistics=which)).train()
    embedder(torch.randn(4, 3, 32, 32))
    counts = {name: int(value) for name, value in embedder.state_dict().items() if name.endswith("num_batches_tracked")}
    own = counts.pop("norm.num_batches_tracked")
    assert set(counts.values()) == ({1} if which == "none" else {0})
    assert own == (0 if which == "all" else 1)
    assert embedder.eval().training is False


def test_without_embedding_x_is_the_pooled_features() -> None:
    embedder = build_embedder(config(), embeds=False)
    assert isinstance(embedder.embedding, nn.Identity)
    assert embedder(torch.randn(2, 3, 32, 32)).shape == (2, embedder.dimension)
    assert embedder.dimension == embedder.backbone.num_features


def test_what_lies_behind_the_feature_map_is_left_out() -> None:
    embedder = build_embedder(config(name="vgg11"))
    torch.autograd.backward(embedder(torch.randn(2, 3, 32, 32)).sum())
    assert all(parameter.grad is not None for parameter in embedder.parameters())
    assert sum(parameter.numel() for parameter in embedder.backbone.parameters()) < 10e6


@pytest.mark.parametrize("trouble", [OSError("no route to host\nat all"), RuntimeError("no pretrained weights exist")])
def test_weights_that_can_not_be_fetched_are_one_line(trouble: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*_: object, **__: object) -> nn.Module:
        raise trouble

    monkeypatch.setattr("timm.create_model", offline)
    with pytest.raises(ConfigError, match="set network") as caught:
        build_embedder(dataclasses.replace(config(), weights="hub"))
    assert "\n" not in str(caught.value)


def test_a_backbone_that_timm_does_not_know_is_one_line() -> None:
    with pytest.raises(ConfigError, match="timm knows no backbone 'resnet1819'") as caught:
        build_embedder(config(name="resnet1819"))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["test_vit", "vit_tiny_patch16_224"])
def test_a_backbone_without_a_feature_map_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match=r"choose another") as caught:
        build_embedder(config(name=name))
    assert "\n" not in str(caught.value)


def test_more_frozen_blocks_than_there_are() -> None:
    with pytest.raises(ConfigError, match="has 5 stages"):
        build_embedder(config(frozen_blocks=9))
