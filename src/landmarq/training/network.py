"""The network: a timm backbone, GeM pooling, and the embedding (fully connected + batch norm)."""

from __future__ import annotations

import itertools

import torch
from torch import Tensor, nn

from landmarq.errors import ConfigError
from landmarq.training.config import NetworkConfig

GEM_EPS = 1e-6
"""Features are clamped at this from below before the power."""


class GeM(nn.Module):
    """Generalised-mean pooling (Radenović et al., TPAMI 2019, equation 3).

    g_k = (mean_i F_ik ^ p) ^ (1/p) over the positions i of a map, F clamped at ``GEM_EPS`` from below;
    p = 1 is the plain mean, without the clamp.
    """

    def __init__(self, p: float, *, learn: bool = False) -> None:
        """Keep p, as a parameter if it learns."""
        super().__init__()
        self.p: Tensor
        if learn:
            self.p = nn.Parameter(torch.tensor(float(p)))
        else:
            self.register_buffer("p", torch.tensor(float(p)))
        self.plain = p == 1 and not learn

    @property
    def exponent(self) -> float:
        """The value of p."""
        return float(self.p.detach())

    def forward(self, features: Tensor) -> Tensor:
        """Pool (N, C, h, w) to (N, C), float32."""
        features = features.float()
        if self.plain:
            return features.mean(dim=(2, 3))
        return features.clamp(min=GEM_EPS).pow(self.p).mean(dim=(2, 3)).pow(1 / self.p)


class Embedder(nn.Module):
    """From pixels to the vector x: the output of the embedding's batch norm, not normalised.

    Attributes:
        dimension: length of x.
    """

    def __init__(self, config: NetworkConfig, *, backbone: nn.Module, embeds: bool = True, bf16: bool = False) -> None:
        """Put the embedding on a backbone.

        Args:
            config: the network's part of the recipe.
            backbone: a timm model without classifier.
            embeds: False leaves the embedding out: x is the pooled features (scenes).
            bf16: run the backbone in bfloat16 autocast; pooling and embedding stay float32.
        """
        super().__init__()
        width = int(backbone.num_features)  # type: ignore[arg-type]  # nn.Module types every attribute as a module
        self.backbone = backbone
        self.pool = GeM(config.pooling_p, learn=config.learn_p)
        self.embedding = nn.Linear(width, config.dimension) if embeds else nn.Identity()
        self.norm = nn.BatchNorm1d(config.dimension) if embeds else nn.Identity()
        self.dimension = config.dimension if embeds else width
        self.bf16 = bf16
        self.frozen_blocks = config.frozen_blocks
        self.frozen_statistics = config.frozen_statistics
        for parameter in itertools.chain.from_iterable(module.parameters() for module in self._frozen()):
            parameter.requires_grad_(False)

    def features(self, pixels: Tensor) -> Tensor:
        """Return the map before pooling, (N, C, h, w), of normalised pixels (N, 3, size, size)."""
        with torch.autocast(pixels.device.type, dtype=torch.bfloat16, enabled=self.bf16):
            features: Tensor = self.backbone.forward_features(pixels)  # type: ignore[operator]  # as above
        return features

    def forward(self, pixels: Tensor) -> Tensor:
        """Return x, (N, dimension) float32, of normalised pixels (N, 3, size, size)."""
        result: Tensor = self.norm(self.embedding(self.pool(self.features(pixels))))
        return result

    def train(self, mode: bool = True) -> Embedder:
        """Switch to training; frozen blocks and frozen statistics stay as at inference."""
        super().train(mode)
        if mode:
            for module in self._frozen():
                module.eval()
            if self.frozen_statistics != "none":
                _fix_statistics(self if self.frozen_statistics == "all" else self.backbone)
        return self

    def _frozen(self) -> list[nn.Module]:
        """The modules of the backbone up to the end of its last frozen stage, in the order of their making."""
        if not self.frozen_blocks:
            return []
        stages = [str(stage["module"]) for stage in self.backbone.feature_info]  # type: ignore[union-attr]  # as above
        if self.frozen_blocks > len(stages):
            raise ConfigError(f"network.frozen_blocks is {self.frozen_blocks}; this backbone has {len(stages)} stages")
        last = stages[self.frozen_blocks - 1]
        names = [name for name, _ in self.backbone.named_modules()]
        end = max(place for place, name in enumerate(names) if name == last or name.startswith(f"{last}.")) + 1
        # What holds trained modules too, such as the backbone itself, is not frozen.
        frozen = [name for name in names[:end] if name and not any(each.startswith(f"{name}.") for each in names[end:])]
        return [self.backbone.get_submodule(name) for name in frozen]


def _fix_statistics(module: nn.Module) -> None:
    for child in module.modules():
        if isinstance(child, nn.modules.batchnorm._BatchNorm):
            child.eval()


def build_embedder(config: NetworkConfig, *, embeds: bool = True, bf16: bool = False) -> Embedder:
    """Make the network with random weights, or timm's where ``config.weights`` is ``hub``.

    Raises:
        ConfigError: timm knows no such backbone, it gives no feature map, or its weights can't be had.
    """
    # Imported here: timm takes seconds, and only this line needs it.
    import timm

    if not timm.is_model(config.backbone.partition(".")[0]):
        close = ", ".join(timm.list_models(f"*{config.backbone[:6]}*")[:5])
        raise ConfigError(f"timm knows no backbone {config.backbone!r}" + (f"; it has {close} ..." if close else ""))
    hub = config.weights == "hub"
    try:
        backbone = timm.create_model(config.backbone, pretrained=hub, num_classes=0)
    except (OSError, RuntimeError, ValueError) as error:
        if not hub:
            raise
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ConfigError(
            f"timm's weights of {config.backbone} can't be had ({reason}): set network.weights to a file, or to none"
        ) from None
    _check_map(backbone, config.backbone)
    _leave_out_unused(backbone)
    return Embedder(config, backbone=backbone, embeds=embeds, bf16=bf16)


def _check_map(backbone: nn.Module, name: str) -> None:
    backbone.eval()
    try:
        with torch.no_grad():
            shape = tuple(backbone.forward_features(torch.zeros(1, 3, 128, 128)).shape)  # type: ignore[operator]  # as above
    except (AssertionError, RuntimeError, ValueError) as error:
        raise ConfigError(f"the backbone {name} does not take pictures of any size ({error}): choose another") from None
    backbone.train()
    if len(shape) != 4 or shape[1] != backbone.num_features:
        raise ConfigError(f"the backbone {name} gives no (N, C, h, w) feature map, but {shape}: choose another")


def _leave_out_unused(backbone: nn.Module) -> None:
    """Drop the parts behind the feature map (VGG has 120 million weights there), which no step would ever move."""
    backbone.eval()
    with torch.enable_grad():
        features: Tensor = backbone.forward_features(torch.zeros(1, 3, 128, 128))  # type: ignore[operator]  # as above
        torch.autograd.backward(features.sum())
    for name, child in list(backbone.named_children()):
        own = list(child.parameters())
        if own and all(parameter.grad is None for parameter in own):
            setattr(backbone, name, nn.Identity())
    backbone.zero_grad(set_to_none=True)
    backbone.train()


def image_statistics(embedder: Embedder) -> tuple[Tensor, Tensor]:
    """Return mean and standard deviation, each (3,) float32, that the backbone wants of pixels in [0, 1]."""
    wanted = embedder.backbone.pretrained_cfg
    return torch.tensor(wanted["mean"]), torch.tensor(wanted["std"])  # type: ignore[index]  # as above


def fold(embedder: Embedder) -> nn.Linear:
    """Return one affine map for the embedding and its batch norm at inference.

    With x = s (W g + c - m) + t, s = gamma / sqrt(v + eps), m and v the running mean and variance and t the batch
    norm's shift: A = diag(s) W, b = s (c - m) + t.

    Raises:
        ConfigError: the network has no embedding (a scene classifier).
    """
    linear, norm = embedder.embedding, embedder.norm
    if not isinstance(linear, nn.Linear) or not isinstance(norm, nn.BatchNorm1d):
        raise ConfigError("a scene classifier has no embedding to export: start a recogniser from its weights")
    return torch.nn.utils.fusion.fuse_linear_bn_eval(linear.eval(), norm.eval())
