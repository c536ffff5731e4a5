"""A model in int8 from one in floating point: post-training quantisation by NNCF, calibrated on photos.

The result is a model folder like any other, with a fingerprint and thresholds of its own: its vectors are other
vectors. What comes after the feature map (pooling, head, unit length) stays in floating point: it costs nothing
and decides most.
"""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import ModelProto, TensorProto, numpy_helper

from landmarq.artifacts import atomic_write, read_json, write_json
from landmarq.errors import MissingExtraError, ModelError
from landmarq.runtime.check import read_check, write_check
from landmarq.runtime.graph import FEATURES, INPUT
from landmarq.runtime.in_floats import in_floats, is_quantised
from landmarq.runtime.model import MODEL_JSON, MODEL_ONNX, model_fingerprint, read_model
from landmarq.types import Pixels

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class QuantiseConfig:
    """How a model is quantised.

    Attributes:
        photos: that calibrate the ranges of activations.
        mixed: activations asymmetric where that fits them better, weights symmetric; else all symmetric.
        accurate_bias: correct biases from the quantised network layer by layer, which takes long.
        seed: of the choice of photos.
    """

    photos: int = 300
    mixed: bool = True
    accurate_bias: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse a calibration without photos."""
        if self.photos < 1:
            raise ValueError("quantising takes at least one photo")


def quantise(
    model: Path, *, pixels: Pixels, out: Path, config: QuantiseConfig | None = None, progress: Progress | None = None
) -> None:
    """Write the int8 model of a model folder.

    Args:
        model: folder of a model in floating point.
        pixels: photos to calibrate on, (n, size, size, 3) uint8, as the model takes them.
        out: folder of the int8 model.
        config: how; ``photos`` of the pixels are used.
        progress: called with (photos seen, photos), as the activations are measured.

    Raises:
        ModelError: the folder is damaged or hostile, or its model is quantised already.
        MissingExtraError: NNCF is not installed.
    """
    from landmarq.runtime.graph import check_graph
    from landmarq.runtime.openvino import OpenVinoNetwork

    config = config or QuantiseConfig()
    info, data = read_model(model)
    if is_quantised(check_graph(data, size=info.preprocessing.size, dimension=info.dimension)):
        raise ModelError(f"{model} is quantised already: name the model in floating point")
    plain = _with_plain_weights(onnx.load_model_from_string(data))
    some = pixels[: config.photos]
    quantised = _quantised(plain, some, config, progress)
    graph = _with_stored_int8(quantised).SerializeToString()
    checked = check_graph(graph, size=info.preprocessing.size, dimension=info.dimension)
    # What a processor makes of int8 is its own affair: the vectors that all must come near to are computed in floats.
    inputs = read_check(model, info).pixels
    exact = OpenVinoNetwork(info, in_floats(checked).SerializeToString(), precision="float32").embed(inputs)
    values = read_json(model / MODEL_JSON)
    values |= {
        "name": f"{info.name}-int8",
        "fingerprint": model_fingerprint(graph, values["preprocessing"]),
        "training": {**info.training, "quantised": {"from": info.fingerprint, **asdict(config), "seen": len(some)}},
    }
    with atomic_write(out / MODEL_ONNX) as stream:
        stream.write(graph)
    write_check(out, inputs, exact)
    write_json(out / MODEL_JSON, values)


def _quantised(plain: ModelProto, pixels: Pixels, config: QuantiseConfig, progress: Progress | None) -> Any:
    try:
        import nncf
    except ImportError:
        raise MissingExtraError(what="Quantising", extra="quantise") from None
    logging.getLogger("nncf").setLevel(logging.ERROR)

    def given(numbered: tuple[int, Pixels]) -> dict[str, Pixels]:
        number, photo = numbered
        if progress:
            progress(number + 1, len(pixels))
        return {INPUT: photo[None]}

    with contextlib.redirect_stdout(io.StringIO()):  # its own progress bars
        return nncf.quantize(
            plain,
            nncf.Dataset(list(enumerate(pixels)), given),
            preset=nncf.QuantizationPreset.MIXED if config.mixed else nncf.QuantizationPreset.PERFORMANCE,
            subset_size=len(pixels),
            fast_bias_correction=not config.accurate_bias,
            ignored_scope=nncf.IgnoredScope(names=_behind_features(plain), validate=False),
        )


def _behind_features(model: ModelProto) -> list[str]:
    """Return the names of the nodes that compute the embedding from the feature map."""
    reached, names = {FEATURES}, []
    for node in model.graph.node:  # in an order in which a node comes after its inputs
        if reached & set(node.input):
            reached.update(node.output)
            names.append(node.name)
    return names


def _with_plain_weights(model: ModelProto) -> ModelProto:
    """Return the graph with the casts of its float16 weights done: a quantiser looks for the weights themselves."""
    weights = {each.name: each for each in model.graph.initializer}
    kept, renamed = [], {}
    for node in model.graph.node:
        source = weights.get(node.input[0]) if node.op_type == "Cast" else None
        if source is None or source.data_type != TensorProto.FLOAT16:
            kept.append(node)
            continue
        source.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(source).astype(np.float32), source.name))
        renamed[node.output[0]] = source.name
    for number, node in enumerate(kept):
        node.name = node.name or f"node{number}"
        node.input[:] = [renamed.get(name, name) for name in node.input]
    del model.graph.node[:]
    model.graph.node.extend(kept)
    return model


def _with_stored_int8(model: ModelProto) -> ModelProto:
    """Return the graph with its quantised weights stored as int8, not as floats that are quantised at every start."""
    weights = {each.name: each for each in model.graph.initializer}
    kept = []
    for node in model.graph.node:
        if node.op_type != "QuantizeLinear" or node.input[0] not in weights:
            kept.append(node)
            continue
        values, scale, zero = (numpy_helper.to_array(weights[name]) for name in node.input)
        axis = next((each.i for each in node.attribute if each.name == "axis"), 1)
        shape = [-1 if at == axis else 1 for at in range(values.ndim)] if scale.ndim else []
        limits = np.iinfo(zero.dtype)
        whole = np.rint(values / scale.reshape(shape)) + zero.reshape(shape)
        stored = np.clip(whole, limits.min, limits.max).astype(zero.dtype)
        model.graph.initializer.append(numpy_helper.from_array(stored, node.output[0]))
        model.graph.initializer.remove(weights[node.input[0]])
    del model.graph.node[:]
    model.graph.node.extend(kept)
    return model
