"""Networks with random weights: what a backbone costs does not depend on what it has learnt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch

from landmarq.config import as_mapping
from landmarq.runtime import Preprocessing, model_fingerprint
from landmarq.runtime.model import MODEL_SCHEMA
from landmarq.training.config import NetworkConfig
from landmarq.training.export import Exported, check_pixels, plain_graph, to_float16, write_model
from landmarq.training.network import GEM_EPS, build_embedder
from landmarq.types import Pixels, Vectors


def untrained_network(backbone: str, *, dimension: int = 512, seed: int = 0) -> Exported:
    """Return what the model file of a backbone would compute, as a torch module.

    Args:
        backbone: name of a timm model.
        dimension: length of the embedding.
        seed: of the weights; the global random state is set by it.
    """
    torch.manual_seed(seed)
    config = NetworkConfig(backbone=backbone, weights="none", dimension=dimension)
    return Exported(build_embedder(config, embeds=True, bf16=False)).eval()


def write_untrained(network: Exported, folder: Path, *, name: str, size: int, dimension: int = 512) -> None:
    """Write the model folder of such a network; ``size`` is the side of its square input."""
    graph = to_float16(plain_graph(network, size)).SerializeToString()
    mean, std = (tuple(round(each, 6) for each in part.flatten().tolist()) for part in (network.mean, network.std))
    preprocessing = as_mapping(Preprocessing(size=size, mean=mean, std=std))
    pixels = check_pixels(size)
    write_model(
        folder,
        graph,
        (pixels, eager(network)(pixels)),
        {
            "kind": "landmarq-model",
            "schema": MODEL_SCHEMA,
            "name": name,
            "fingerprint": model_fingerprint(graph, preprocessing),
            "dimension": dimension,
            "preprocessing": preprocessing,
            "pooling": {"kind": "gem", "p": network.pool.exponent, "eps": GEM_EPS},
            "licence": "",
            "notice": "random weights",
            "training": {},
        },
    )


def eager(network: Exported) -> Callable[[Pixels], Vectors]:
    """Return a function that runs a network by torch, operator by operator, in float32."""

    def embed(pixels: Pixels) -> Vectors:
        with torch.inference_mode():
            vectors: Vectors = network(torch.from_numpy(pixels))[0].numpy()
        return vectors

    return embed


def parameters(network: Exported) -> int:
    """Return the number of weights."""
    return sum(each.numel() for each in network.parameters())
