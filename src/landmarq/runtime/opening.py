"""A model folder into a network that runs, in the fastest arithmetic that this machine can be trusted with."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from landmarq.errors import MissingExtraError, ModelError
from landmarq.runtime.check import MIN_CHECK_COSINE, SelfCheck, read_check, worst_cosine
from landmarq.runtime.model import ModelInfo, read_model
from landmarq.runtime.network import Network
from landmarq.types import Floats

if TYPE_CHECKING:
    from onnx import ModelProto

log = logging.getLogger(__name__)

Runtime = Literal["openvino", "onnxruntime"]


def open_network(
    folder: Path, *, runtime: Runtime = "openvino", precision: Literal["auto", "float32"] = "auto"
) -> Network:
    """Open the network of a model folder.

    Every way to run it must pass the self-check: for the inputs stored beside the model it gives the vectors stored
    there, no cosine below ``MIN_CHECK_COSINE``. The fastest way is tried first: bf16 where the processor has it and
    precision is ``auto``, then float32, and last, for an int8 model, its values in float32.

    Raises:
        ModelError: the folder is damaged or hostile, the runtime does not take the network, or computes it wrongly.
        MissingExtraError: the runtime is not installed.
    """
    # Here: the onnx package is not needed by those who only read what a model says of itself.
    from landmarq.runtime.graph import check_graph

    info, data = read_model(folder)
    graph = check_graph(data, size=info.preprocessing.size, dimension=info.dimension)
    check = read_check(folder, info)
    cosine = 1.0
    for network in _ways(info, graph, runtime, auto=precision == "auto"):
        cosine = _cosine(network, graph, check)
        if cosine >= MIN_CHECK_COSINE:
            return network
        log.warning("%s on %s in %s is off (a cosine of %.5f)", info.name, network.runtime, network.precision, cosine)
    other = "openvino" if runtime == "onnxruntime" else "onnxruntime"
    raise ModelError(f"this machine computes {info.name} wrongly (a cosine of {cosine:.5f}): try --runtime {other}")


def _ways(info: ModelInfo, graph: ModelProto, runtime: Runtime, *, auto: bool) -> Iterator[Network]:
    """Yield a network in one way after the other, each compiled when it is asked for: the surest comes last."""
    from landmarq.runtime.in_floats import in_floats, is_quantised

    onnx = graph.SerializeToString()
    if runtime == "onnxruntime":
        yield _onnxruntime(info, onnx)
        if is_quantised(graph):
            yield _onnxruntime(info, in_floats(graph).SerializeToString())
        return
    from landmarq.runtime.openvino import OpenVinoNetwork, has_bf16

    if auto and has_bf16():
        yield OpenVinoNetwork(info, onnx, precision="bf16")
    yield OpenVinoNetwork(info, onnx, precision="float32")
    if is_quantised(graph):
        yield OpenVinoNetwork(info, in_floats(graph).SerializeToString(), precision="float32")


def _cosine(network: Network, graph: ModelProto, check: SelfCheck) -> float:
    """Return how near a network comes to the vectors that it should give: the smallest cosine."""
    expected = check.vectors
    if expected is None:  # a folder of an older landmarq
        from landmarq.runtime.openvino import OpenVinoNetwork

        exact = OpenVinoNetwork(network.info, graph.SerializeToString(), precision="float32")
        expected = exact.embed(check.pixels)
    return worst_cosine(network.embed(check.pixels), expected)


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
