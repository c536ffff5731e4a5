"""A small real network end to end: what the runtime answers is what the explanation sums to."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from landmarq.explain import Explainer
from landmarq.runtime import ModelInfo, model_fingerprint, open_head, open_network
from landmarq.types import Pixels, Vectors

SIZE, CHANNELS, DIMENSION, P = 64, 10, 16, 3.0


def _small_model(folder: Path) -> Path:
    """Write a model folder: one convolution, GeM with p = 3, an affine head, normalisation."""
    random = np.random.default_rng(3)
    weights = {
        "conv": random.normal(size=(CHANNELS, 3, 8, 8)).astype(np.float32) / 8,
        "head.weight": random.normal(size=(DIMENSION, CHANNELS)).astype(np.float32),
        "head.bias": random.normal(size=DIMENSION).astype(np.float32),
        "255": np.float32(255.0),
        "eps": np.float32(1e-6),
        "p": np.float32(P),
        "1/p": np.float32(1 / P),
        "axes": np.array([2, 3], np.int64),
        "one": np.array([1], np.int64),
    }
    node = helper.make_node
    nodes = [
        node("Cast", ["pixels"], ["float"], to=TensorProto.FLOAT),
        node("Div", ["float", "255"], ["unit"]),
        node("Transpose", ["unit"], ["nchw"], perm=[0, 3, 1, 2]),
        node("Conv", ["nchw", "conv"], ["map"], strides=[16, 16], kernel_shape=[8, 8]),
        node("Relu", ["map"], ["features"]),
        node("Max", ["features", "eps"], ["floored"]),
        node("Pow", ["floored", "p"], ["powers"]),
        node("ReduceMean", ["powers", "axes"], ["mean"], keepdims=0),
        node("Pow", ["mean", "1/p"], ["pooled"]),
        node("Gemm", ["pooled", "head.weight", "head.bias"], ["z"], transB=1),
        node("ReduceL2", ["z", "one"], ["length"], keepdims=1),
        node("Div", ["z", "length"], ["embedding"]),
    ]
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["N", SIZE, SIZE, 3])],
        [
            helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["N", DIMENSION]),
            helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", CHANNELS, 4, 4]),
        ],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in weights.items()],
    )
    data = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9).SerializeToString()
    onnx.checker.check_model(onnx.load_model_from_string(data))
    preprocessing = {"size": SIZE}
    values = {
        "kind": "landmarq-model",
        "schema": 1,
        "name": "small",
        "fingerprint": model_fingerprint(data, preprocessing),
        "dimension": DIMENSION,
        "preprocessing": preprocessing,
        "pooling": {"kind": "gem", "p": P, "eps": 1e-6},
    }
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(data)
    (folder / "model.json").write_text(json.dumps(values))
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _small_model(tmp_path_factory.mktemp("explain") / "model")


def _pixels(seed: int) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (SIZE, SIZE, 3), dtype=np.uint8)


def _centroids(seed: int) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(2, DIMENSION))
    units: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return units


def test_cells_sum_to_what_the_runtime_answers(model: Path) -> None:
    network = open_network(model, precision="float32")
    centroids = {"tower": _centroids(1), "gate": _centroids(2)}
    explainer = Explainer(network, open_head(model), centroids)
    for seed in range(5):
        pixels = _pixels(seed)
        vector = network.embed(pixels[None])[0]
        for explanation in explainer.explain(pixels, ["gate", "tower"]):
            similarity = float((centroids[explanation.landmark] @ vector).max())
            assert explanation.cells.shape == (4, 4)
            assert explanation.cells.sum() == pytest.approx(similarity, abs=1e-5)
            assert explanation.similarity == pytest.approx(similarity, abs=1e-5)


def test_landmarks_of_one_photo_have_maps_of_their_own(model: Path) -> None:
    explainer = Explainer(
        open_network(model, precision="float32"), open_head(model), {"a": _centroids(1), "b": _centroids(2)}
    )
    first, second = explainer.explain(_pixels(0), ["a", "b"])
    assert (first.landmark, second.landmark) == ("a", "b")
    assert not np.allclose(first.cells, second.cells)


class _Coarse:
    """A network that says it runs in bf16."""

    precision = "bf16"
    info: ModelInfo


def test_coarse_arithmetic_is_refused(model: Path) -> None:
    with pytest.raises(ValueError, match="float32"):
        Explainer(_Coarse(), open_head(model), {})  # type: ignore[arg-type]  # never gets to run
