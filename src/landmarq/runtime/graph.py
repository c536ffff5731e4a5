"""A look into a network file from a stranger, before a runtime gets to see it.

A graph can name files to be read, operators to be loaded, loops that never end and tensors that fill the
memory. None of that belongs into an embedding network, so none of it passes.
"""

from __future__ import annotations

import math

import numpy as np
import onnx
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto, numpy_helper, shape_inference

from landmarq.errors import ModelError
from landmarq.types import Floats

MAX_TENSOR_BYTES = 2**30
"""For one photo. The largest map of a common network at 1024 pixels has a quarter of this."""

INPUT, EMBEDDING, FEATURES = "pixels", "embedding", "features"
DESCRIPTORS, ATTENTION = "descriptors", "attention"
HEAD_WEIGHT, HEAD_BIAS = "head.weight", "head.bias"

_DOMAINS = frozenset({"", "ai.onnx"})


def check_graph(data: bytes, *, size: int, dimension: int) -> ModelProto:
    """Parse a network and check that it is a plain feed-forward graph of the size it should have.

    Args:
        data: the bytes of an ONNX file.
        size: side of the square input in pixels.
        dimension: length of the embedding that the graph should give.

    Returns:
        The graph, its batch fixed to one photo, with the shapes of all tensors inferred.

    Raises:
        ModelError: not ONNX; external data, custom operators, control flow; wrong inputs or outputs; shapes
            that are absurd or can't be told.
    """
    model = _with_shapes(data, size)
    shapes = _checked_shapes(model.graph)
    if shapes.get(EMBEDDING) != [1, dimension]:
        raise ModelError(f"the network must have an output {EMBEDDING!r} of shape (N, {dimension})")
    if len(shapes.get(FEATURES, [])) != 4:
        raise ModelError(f"the network must have an output {FEATURES!r} of shape (N, channels, height, width)")
    return model


def check_dense_graph(data: bytes, *, dimension: int, stride: int) -> None:
    """Check a network that takes photos of any size and describes every point of a grid.

    Args:
        data: the bytes of an ONNX file.
        dimension: length of a descriptor.
        stride: pixels from one point to the next.

    Raises:
        ModelError: as ``check_graph``; shapes are those for a photo of 32 by 32 points.
    """
    points = 32
    shapes = _checked_shapes(_with_shapes(data, points * stride).graph)
    wanted = {DESCRIPTORS: [1, dimension, points, points], ATTENTION: [1, 1, points, points]}
    if list(shapes.items()) != list(wanted.items()):
        raise ModelError(f"the network must have the outputs {wanted} for a photo of {points * stride} pixels")


def _with_shapes(data: bytes, size: int) -> ModelProto:
    try:
        model = onnx.load_model_from_string(data)
    except Exception as error:  # noqa: BLE001 - the parser raises its own family, which has no public base
        raise ModelError(f"the network is not an ONNX file: {_first_line(error)}") from None
    _refuse_foreign_parts(model)
    _fix_batch(model.graph, size)
    try:
        return shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    except Exception as error:  # noqa: BLE001 - likewise
        raise ModelError(f"the network's shapes do not fit together: {_first_line(error)}") from None


def head(model: ModelProto, *, dimension: int) -> tuple[Floats, Floats]:
    """Return the folded affine map from pooled features to the embedding before its normalisation: z = A g + b.

    Returns:
        A, shape (dimension, channels), and b, shape (dimension,), both float32.

    Raises:
        ModelError: the graph does not carry them.
    """
    arrays = {each.name: each for each in model.graph.initializer if each.name in {HEAD_WEIGHT, HEAD_BIAS}}
    if len(arrays) != 2:
        raise ModelError("the network does not carry its folded head (head.weight, head.bias)")
    weight, bias = (numpy_helper.to_array(arrays[name]).astype(np.float32) for name in (HEAD_WEIGHT, HEAD_BIAS))
    if weight.ndim != 2 or weight.shape[0] != dimension or bias.shape != (dimension,):
        raise ModelError(f"the network's folded head has shapes {weight.shape} and {bias.shape}")
    return weight, bias


def with_batch(data: bytes, photos: int) -> bytes:
    """Return a graph that ``check_graph`` has passed with its batch fixed to so many photos in place of one."""
    model = onnx.load_model_from_string(data)
    graph = model.graph
    del graph.value_info[:]  # inferred for one photo
    for output in graph.output:
        output.type.tensor_type.ClearField("shape")
    _image(graph).type.tensor_type.shape.dim[0].dim_value = photos
    changed: bytes = model.SerializeToString()
    return changed


def _refuse_foreign_parts(model: ModelProto) -> None:
    if model.functions or model.graph.sparse_initializer:
        raise ModelError("the network defines functions or sparse weights, which landmarq does not run")
    for opset in model.opset_import:
        if opset.domain not in _DOMAINS:
            raise ModelError(f"the network uses custom operators ({opset.domain}), which landmarq does not run")
    for node in model.graph.node:
        _check_node(node)
    for tensor in model.graph.initializer:
        _check_tensor(tensor)


def _check_node(node: NodeProto) -> None:
    if node.domain not in _DOMAINS:
        raise ModelError(f"the network uses the custom operator {node.domain}.{node.op_type}")
    for attribute in node.attribute:
        if attribute.HasField("g") or attribute.graphs:
            raise ModelError(f"the network has control flow ({node.op_type}), which an embedding does not need")
        if attribute.HasField("t"):
            _check_tensor(attribute.t)


def _check_tensor(tensor: TensorProto) -> None:
    if tensor.data_location == TensorProto.EXTERNAL or tensor.external_data:
        raise ModelError("the network's weights lie in other files, which landmarq does not open")
    if any(each < 0 for each in tensor.dims) or math.prod(tensor.dims) * 8 > 2 * MAX_TENSOR_BYTES:
        raise ModelError(f"the weights {tensor.name[:60]!r} have an absurd size")


def _fix_batch(graph: GraphProto, size: int) -> None:
    """Give the one input its shape for one photo: (1, size, size, 3) uint8."""
    shape = _image(graph).type.tensor_type.shape
    del shape.dim[:]
    for length in (1, size, size, 3):
        shape.dim.add().dim_value = length
    for output in graph.output:
        output.type.tensor_type.ClearField("shape")  # inferred anew from the fixed input


def _image(graph: GraphProto) -> ValueInfoProto:
    """Return the one input that is not a weight."""
    weights = {each.name for each in graph.initializer}
    inputs = [each for each in graph.input if each.name not in weights]
    if [each.name for each in inputs] != [INPUT] or inputs[0].type.tensor_type.elem_type != TensorProto.UINT8:
        raise ModelError(f"the network must have one input, {INPUT!r}: uint8 (N, size, size, 3)")
    image: ValueInfoProto = inputs[0]
    return image


def _checked_shapes(graph: GraphProto) -> dict[str, list[int]]:
    """Return the shape of each output, once all tensors are known to be of a size that can be borne."""
    for value in (*graph.value_info, *graph.output):
        dims = value.type.tensor_type.shape.dim
        if any(not each.HasField("dim_value") or each.dim_value < 0 for each in dims):
            raise ModelError(f"the network's tensor {value.name[:60]!r} has no fixed size")
        if math.prod(each.dim_value for each in dims) * 4 > MAX_TENSOR_BYTES:
            raise ModelError(f"the network's tensor {value.name[:60]!r} would fill the memory")
    return {each.name: [dim.dim_value for dim in each.type.tensor_type.shape.dim] for each in graph.output}


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:160] if lines else type(error).__name__
