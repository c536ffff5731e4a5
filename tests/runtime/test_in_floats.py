"""A quantised graph in floats gives the values of the quantised one, also where these are cut off."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from landmarq.runtime.in_floats import in_floats, is_quantised
from landmarq.types import Floats


def graph(zero: np.generic, *, channels: bool = True) -> onnx.ModelProto:
    """Values are quantised around a zero point and restored, then go through a quantised matrix (3, 5)."""
    rng = np.random.default_rng(3)
    scales = np.array([0.02, 0.1, 0.3], np.float32) if channels else np.array(0.1, np.float32)
    arrays = {
        "scale": np.array(0.05, np.float32),
        "zero": np.array(zero),
        "weight.int8": rng.integers(-128, 128, (3, 5), np.int8),
        "weight.scale": scales,
        "weight.zero": np.zeros(scales.shape, np.int8),
    }
    nodes = [
        helper.make_node("QuantizeLinear", ["x", "scale", "zero"], ["q"]),
        helper.make_node("DequantizeLinear", ["q", "scale", "zero"], ["restored"]),
        helper.make_node("DequantizeLinear", ["weight.int8", "weight.scale", "weight.zero"], ["weight"], axis=0),
        helper.make_node("Gemm", ["restored", "weight"], ["y"], transB=1),
    ]
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, n]) for name, n in (("x", 5), ("y", 3))]
    initializer = [numpy_helper.from_array(array, name) for name, array in arrays.items()]
    return helper.make_model(
        helper.make_graph(nodes, "quantised", values[:1], values[1:], initializer),
        opset_imports=[helper.make_opsetid("", 19)],
    )


def run(model: onnx.ModelProto, x: Floats) -> Floats:
    outputs: Any = ReferenceEvaluator(model).run(["y"], {"x": x})
    y: Floats = outputs[0]
    return y


@pytest.mark.parametrize("zero", [np.uint8(0), np.uint8(131), np.int8(0), np.int8(-7)])
@pytest.mark.parametrize("channels", [True, False])
def test_the_values_are_the_same(zero: np.generic, channels: bool) -> None:
    x = np.random.default_rng(0).normal(scale=6, size=(40, 5)).astype(np.float32)  # beyond 0.05 * 255 at times
    model = graph(zero, channels=channels)
    floats = in_floats(model)
    assert is_quantised(model)
    assert not is_quantised(floats)
    onnx.checker.check_model(floats, full_check=True)
    assert np.allclose(run(floats, x), run(model, x), rtol=1e-6, atol=1e-5)


def test_the_graph_given_stays_as_it_was() -> None:
    model = graph(np.uint8(3))
    before = model.SerializeToString()
    in_floats(model)
    assert model.SerializeToString() == before


def test_scales_that_are_computed_are_left_alone() -> None:
    model = graph(np.uint8(3))
    model.graph.node.insert(0, helper.make_node("Abs", ["scale"], ["computed"]))
    model.graph.node[1].input[1] = model.graph.node[2].input[1] = "computed"
    assert [node.op_type for node in in_floats(model).graph.node][1:3] == ["QuantizeLinear", "DequantizeLinear"]
