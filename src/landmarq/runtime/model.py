"""A model folder: ``model.onnx`` with ``model.json`` beside it, checked before anything runs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from landmarq.artifacts import check_file, fingerprint, read_json
from landmarq.config import from_mapping
from landmarq.errors import ArtifactError, ConfigError, ModelError

MODEL_SCHEMA = 1
MODEL_JSON, MODEL_ONNX = "model.json", "model.onnx"
MAX_MODEL_BYTES = 2**31
"""Protocol buffers end here; a larger file is not a model."""


@dataclass(frozen=True)
class Preprocessing:
    """How a photo becomes the network's input.

    Attributes:
        size: side of the square input in pixels, 32 to 1024.
        resize: ``squash`` (the whole photo, its shape not kept).
        filter: resampling filter.
        mean, std: of each RGB channel scaled to 0..1; the graph itself applies them to uint8 pixels.
    """

    size: int
    resize: Literal["squash"] = "squash"
    filter: Literal["bilinear", "bicubic"] = "bilinear"
    mean: tuple[float, ...] = (0.485, 0.456, 0.406)
    std: tuple[float, ...] = (0.229, 0.224, 0.225)

    def __post_init__(self) -> None:
        """Refuse sizes that no network has."""
        if not 32 <= self.size <= 1024:
            raise ValueError(f"an input of {self.size} pixels; 32 to 1024 are possible")


@dataclass(frozen=True)
class Pooling:
    """Generalised mean over the feature map (Radenovic et al. 2018, eq. 3): g_k = (mean_i F_ik^p)^(1/p), F >= eps."""

    kind: Literal["gem"] = "gem"
    p: float = 3.0
    eps: float = 1e-6

    def __post_init__(self) -> None:
        """Refuse exponents for which the mean means nothing."""
        if not (1 <= self.p <= 64 and 0 < self.eps < 1):
            raise ValueError(f"pooling with p {self.p} and eps {self.eps}")


@dataclass(frozen=True)
class ModelInfo:
    """What ``model.json`` says of the network beside it.

    Attributes:
        name: short name for people.
        fingerprint: SHA-256 over the bytes of ``model.onnx`` and the preprocessing; vectors are kept with it.
        dimension: length of an embedding.
        preprocessing: photo to input.
        pooling: feature map to pooled feature.
        training: where the weights come from: command, configuration, seed, figures.
        licence, notice: what may be done with the weights, and what they were learnt from.
    """

    name: str
    fingerprint: str
    dimension: int
    preprocessing: Preprocessing
    pooling: Pooling
    training: dict[str, Any] = field(default_factory=dict)
    licence: str = ""
    notice: str = ""

    def __post_init__(self) -> None:
        """Refuse absurd dimensions."""
        if not 2 <= self.dimension <= 8192:
            raise ValueError(f"an embedding of {self.dimension} numbers; 2 to 8192 are possible")


def model_fingerprint(onnx: bytes, preprocessing: Mapping[str, Any]) -> str:
    """Return the fingerprint of a network with its preprocessing (the mapping of ``model.json``)."""
    return fingerprint({"onnx": hashlib.sha256(onnx).hexdigest(), "preprocessing": dict(preprocessing)})


def read_model(folder: Path) -> tuple[ModelInfo, bytes]:
    """Read a model folder and check that its two files belong together.

    Returns:
        What the model says of itself, and the bytes of its network, not yet looked into (``check_graph`` does).

    Raises:
        ModelError: a file is missing, damaged, too large, newer than this version, or not the one described.
    """
    if not folder.is_dir():
        raise ModelError(f"no such model: {folder}")
    try:
        values = read_json(folder / MODEL_JSON)
    except ArtifactError as error:
        raise ModelError(str(error)) from None
    if values.pop("kind", None) != "landmarq-model":
        raise ModelError(f"{folder / MODEL_JSON} does not describe a landmarq model")
    if values.pop("schema", None) != MODEL_SCHEMA:
        raise ModelError(f"{folder} was written by another version of landmarq: install a newer one")
    try:
        info = from_mapping(ModelInfo, values, origin=str(folder / MODEL_JSON))
    except ConfigError as error:
        raise ModelError(str(error)) from None
    onnx = _read_onnx(folder / MODEL_ONNX)
    if model_fingerprint(onnx, values["preprocessing"]) != info.fingerprint:
        raise ModelError(f"{folder} is damaged: model.onnx is not the one that model.json describes; fetch it again")
    return info, onnx


def _read_onnx(path: Path) -> bytes:
    try:
        check_file(path, at_most=MAX_MODEL_BYTES)
        return path.read_bytes()
    except ArtifactError as error:
        raise ModelError(str(error)) from None
    except OSError as error:
        raise ModelError(f"{path} can't be read: {error.strerror}") from None
