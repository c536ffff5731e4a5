"""A model folder into a network that runs, in the precision that this machine can be trusted with."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Literal

import numpy as np
from safetensors import SafetensorError

from landmarq.errors import MissingExtraError, ModelError
from landmarq.runtime.model import CHECK_INPUTS, ModelInfo, read_model
from landmarq.runtime.network import Network
from landmarq.types import Floats, Pixels

log = logging.getLogger(__name__)

Runtime = Literal["openvino", "onnxruntime"]

MIN_BF16_COSINE = 0.999
"""A photo's vector in bf16 must be at least this near to its vector in float32, for every stored input."""


def open_network(
    folder: Path, *, runtime: Runtime = "openvino", precision: Literal["auto", "float32"] = "auto"
) -> Network:
    """Open the network of a model folder.

    With precision ``auto`` the arithmetic is bf16 where the processor has it and the self-check passes: the
    inputs stored beside the model are embedded in float32 too, and no cosine may be below ``MIN_BF16_COSINE``.

    Raises:
        ModelError: the folder is damaged or hostile, or the runtime does not take the network.
        MissingExtraError: the runtime is not installed.
    """
    # Here: the onnx package is not needed by those who only read what a model says of itself.
    from landmarq.runtime.graph import check_graph

    info, data = read_model(folder)
    graph = check_graph(data, size=info.preprocessing.size, dimension=info.dimension)
    onnx = graph.SerializeToString()
    if runtime == "onnxruntime":
        return _onnxruntime(info, onnx)
    from landmarq.runtime.openvino import OpenVinoNetwork, has_bf16

    if precision == "auto" and has_bf16():
        fast = OpenVinoNetwork(info, onnx, precision="bf16")
        exact = OpenVinoNetwork(info, onnx, precision="float32")
        worst = worst_cosine(fast, exact, check_inputs(folder, info))
        if worst >= MIN_BF16_COSINE:
            return fast
        log.warning("bf16 is too coarse for %s here (a cosine of %.5f): staying in float32", info.name, worst)
        return exact
    return OpenVinoNetwork(info, onnx, precision="float32")


def worst_cosine(one: Network, other: Network, pixels: Pixels) -> float:
    """Return the smallest cosine between two networks' vectors of the same photos (n, size, size, 3)."""
    return float(np.min(np.sum(one.embed(pixels) * other.embed(pixels), axis=1)))


def check_inputs(folder: Path, info: ModelInfo) -> Pixels:
    """Return the inputs stored beside a model for its self-check, (n, size, size, 3) uint8, n >= 1.

    Raises:
        ModelError: they are missing or damaged.
    """
    from safetensors.numpy import load_file

    try:
        pixels = load_file(folder / CHECK_INPUTS)["pixels"]
    except (OSError, KeyError, ValueError, SafetensorError) as error:
        raise ModelError(f"{folder / CHECK_INPUTS} is missing or damaged: {error}") from None
    size = info.preprocessing.size
    if pixels.dtype != np.uint8 or pixels.ndim != 4 or pixels.shape[1:] != (size, size, 3) or not len(pixels):
        raise ModelError(f"{folder / CHECK_INPUTS} does not hold inputs of this model")
    return pixels


def open_head(folder: Path) -> tuple[Floats, Floats]:
    """Return the folded affine map z = A g + b of a model: A (d, channels), b (d,), float32.

    Raises:
        ModelError: the folder is damaged, hostile, or carries no head.
    """
    from landmarq.runtime.graph import check_graph, head

    info, data = read_model(folder)
    return head(check_graph(data, size=info.preprocessing.size, dimension=info.dimension), dimension=info.dimension)


def _onnxruntime(info: ModelInfo, onnx: bytes) -> Network:
    try:
        from landmarq.runtime.onnxruntime import OnnxRuntimeNetwork
    except ImportError:
        raise MissingExtraError(what="ONNX Runtime", extra="onnxruntime") from None
    return OnnxRuntimeNetwork(info, onnx)
