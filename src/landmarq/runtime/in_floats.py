"""A quantised network computed in floats: the same values, for machines whose int8 arithmetic can't be trusted.

Old processors add products of bytes in 16 bits, which overflow; others round in ways of their own. A value that was
quantised and brought back becomes the float that it stands for, so nothing is left for a runtime to interpret.
"""

from __future__ import annotations

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from landmarq.types import Floats

_QUANTISE, _RESTORE = "QuantizeLinear", "DequantizeLinear"


def is_quantised(model: ModelProto) -> bool:
    """Tell whether a graph quantises anything."""
    return any(node.op_type == _RESTORE for node in model.graph.node)


def in_floats(model: ModelProto) -> ModelProto:
    """Return a checked graph whose int8 values are held and computed in float32.

    Scales and zero points must be constants, which ``landmarq quantise`` makes them; a graph in which they are not is
    returned with those nodes as they were.
    """
    copy = ModelProto()
    copy.CopyFrom(model)
    graph = copy.graph
    constants = {each.name: each for each in graph.initializer}
    nodes: list[NodeProto] = []
    for node in graph.node:
        known = len(node.input) == 3 and all(name in constants for name in node.input[1:])
        if node.op_type not in {_QUANTISE, _RESTORE} or not known:
            nodes.append(node)
            continue
        scale, zero = (numpy_helper.to_array(constants[name]) for name in node.input[1:])
        if node.op_type == _RESTORE and node.input[0] in constants:
            stored = numpy_helper.to_array(constants[node.input[0]])
            values = (stored.astype(np.float32) - _along(zero, node, stored.ndim)) * _along(scale, node, stored.ndim)
            graph.initializer.append(numpy_helper.from_array(values.astype(np.float32), node.output[0]))
        elif scale.ndim or zero.ndim:
            nodes.append(node)
        elif node.op_type == _QUANTISE:
            nodes += _rounded(node, graph.initializer, limits=np.iinfo(zero.dtype), zero=int(zero))
        else:
            nodes.append(helper.make_node("Mul", node.input[:2], node.output))
    del graph.node[:]
    graph.node.extend(nodes)
    del graph.value_info[:]  # their types are others now
    return copy


def _rounded(node: NodeProto, initializer: list[TensorProto], *, limits: np.iinfo, zero: int) -> list[NodeProto]:
    """Return nodes that give the quantised value, its zero point taken off, as a float."""
    value, scale, out = node.input[0], node.input[1], node.output[0]
    low, high = f"{out}.low", f"{out}.high"
    for name, bound in ((low, limits.min - zero), (high, limits.max - zero)):
        initializer.append(numpy_helper.from_array(np.array(bound, np.float32), name))
    return [
        helper.make_node("Div", [value, scale], [f"{out}.scaled"]),
        helper.make_node("Round", [f"{out}.scaled"], [f"{out}.whole"]),
        helper.make_node("Clip", [f"{out}.whole", low, high], [out]),
    ]


def _along(values: Floats, node: NodeProto, ndim: int) -> Floats:
    """Return one number for each channel in a shape that fits the weights; or the one number for all."""
    axis = next((each.i for each in node.attribute if each.name == "axis"), 1)
    shape = [-1 if at == axis % ndim else 1 for at in range(ndim)] if values.ndim else []
    return values.astype(np.float32).reshape(shape)
