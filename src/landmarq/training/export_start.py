"""The starting network as a model: what a backbone sees before any training. It cleans the first region's photos."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import torch

from landmarq.catalog import open_catalog
from landmarq.config import as_mapping
from landmarq.errors import InputError
from landmarq.training.config import TrainConfig
from landmarq.training.data import PhotoSet
from landmarq.training.export import ExportReport, Named, export_embedder
from landmarq.training.network import build_embedder
from landmarq.training.plan import train_rows
from landmarq.training.start import load_start_weights, pooled_features, whiten


def export_start(weights: str, *, photos: Path, config: TrainConfig, out: Path, named: Named) -> ExportReport:
    """Write the model folder of a recipe's network before training, its embedding whitened on photos.

    No label is read: any photos of the kind that is to be told apart will do, such as the crawl itself. Of a catalog
    with roles only the photos that train are seen.

    Args:
        weights: of the backbone: a safetensors file, a run's folder, or ``hub``.
        photos: catalog of the photos; more of them than the pooled features have numbers.
        config: the recipe; its network and the size at which it recognises count.
        out: the model folder.
        named: name, licence and notice.

    Raises:
        InputError: no such weights, weights of another backbone, or no photo that trains or can be read.
        ConfigError: an embedding longer than the pooled features.
        ModelError: the exported network does not give torch's vectors.
    """
    if weights != "hub" and not Path(weights).exists():
        raise InputError(f"no such weights: {weights}")
    shown = train_rows(open_catalog(photos, unpacked=out / "photos"), config.data)
    files = tuple(dict.fromkeys(shown.files()))
    if not files:
        raise InputError(f"{photos} has no photos of the roles {', '.join(config.data.train_roles)}")
    network = dataclasses.replace(config.network, weights="hub" if weights == "hub" else "none")
    embedder = build_embedder(network, embeds=True, bf16=config.precision == "bf16").eval()
    with torch.no_grad():
        if weights != "hub":
            load_start_weights(embedder, Path(weights))
        seen = PhotoSet(files, np.zeros(len(files), np.int64))
        pooled, _, _ = pooled_features(embedder, config, seen, torch.device("cpu"))
        whiten(embedder, pooled)
    origin = {
        "stage": "start",
        "network": {**as_mapping(network), "weights": Path(weights).name},
        "photos": len(pooled),
    }
    return export_embedder(embedder, out=out, size=config.augment.recognised_size, named=named, origin=origin)
