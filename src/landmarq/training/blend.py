"""A last touch to the embedding: what was trained, and beside it what the backbone's features say untrained.

The trained embedding knows its landmarks best; the whitened pooled features keep apart what nobody taught. Both
are affine maps of the pooled features, so that their blend is one as well and costs nothing at inference.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from landmarq.errors import ConfigError
from landmarq.training.config import TrainConfig
from landmarq.training.data import PhotoSet
from landmarq.training.network import Embedder, fold
from landmarq.training.start import pooled_features, whiten


@torch.no_grad()
def blend(embedder: Embedder, config: TrainConfig, photos: PhotoSet, *, device: torch.device) -> None:
    """Replace the embedding by the first d principal directions of (trained ; weight x whitened).

    With x_i the trained embedding of photo i and w_i its whitened pooled features, both scaled to a mean square
    length of 1 over the photos, m_i = (x_i ; weight w_i) has 2 d numbers. The new embedding is V^T m_i, V the first d
    right singular vectors of the matrix of all m_i / |m_i|: the d directions that keep most of it. The batch norm
    becomes the identity.

    Args:
        embedder: trained; changed in place.
        config: the recipe; ``network.blend`` is the weight.
        photos: those that train.
        device: where to compute.

    Raises:
        ConfigError: the network has no embedding.
        InputError: no photo can be read.
    """
    linear, norm = embedder.embedding, embedder.norm
    if not isinstance(linear, nn.Linear) or not isinstance(norm, nn.BatchNorm1d):
        raise ConfigError("network.blend is set, but this network has no embedding")
    embedder.to(device).eval()
    pooled, _, _ = pooled_features(embedder, config, photos, device)
    trained = fold(embedder)
    whiten(embedder, pooled)
    maps = [_of_unit_length(trained, pooled), _of_unit_length(linear, pooled)]
    weight = torch.cat([maps[0][0], config.network.blend * maps[1][0]])
    bias = torch.cat([maps[0][1], config.network.blend * maps[1][1]])
    directions = _principal(functional.normalize(functional.linear(pooled, weight, bias), dim=1), linear.out_features)
    linear.weight.copy_(directions @ weight)
    linear.bias.copy_(directions @ bias)
    norm.reset_parameters()
    # A batch norm divides by sqrt(1 + eps); so that it is the identity, the scale takes that back.
    norm.weight.fill_((1 + norm.eps) ** 0.5)


def _of_unit_length(linear: nn.Linear, pooled: Tensor) -> tuple[Tensor, Tensor]:
    """Return weight and bias of a map, scaled so that its mean square length over the photos is 1."""
    scale = linear(pooled).square().sum(dim=1).mean().rsqrt()
    return linear.weight * scale, linear.bias * scale


def _principal(rows: Tensor, count: int) -> Tensor:
    """Return the first right singular vectors of the rows, (count, columns)."""
    gram = rows.double().T @ rows.double()
    directions: Tensor = torch.linalg.eigh(gram).eigenvectors.flip(1)
    return directions[:, :count].T.to(rows)
