"""Dense networks: photos of any size, checked before they run, damage said."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from landmarq.artifacts import write_json
from landmarq.errors import ModelError
from landmarq.runtime.dense import DENSE_JSON, DENSE_ONNX, DenseInfo, dense_fingerprint, open_dense

STRIDE = 4


def graph(*, outputs: tuple[str, str] = ("descriptors", "attention"), foreign: bool = False) -> bytes:
    """A network whose descriptor is the colour of a square of 4 pixels, and whose attention is its red."""
    red = np.zeros((1, 3, 1, 1), np.float32)
    red[0, 0] = 1
    square = [STRIDE, STRIDE]
    steps = [
        helper.make_node("Cast", ["pixels"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("Transpose", ["float"], ["nchw"], perm=[0, 3, 1, 2]),
        helper.make_node("AveragePool", ["nchw"], ["mean"], kernel_shape=square, strides=square),
        helper.make_node("LpNormalization", ["mean"], [outputs[0]], axis=1, p=2),
        helper.make_node("Conv", ["mean", "red"], [outputs[1]], domain="elsewhere" if foreign else ""),
    ]
    made = helper.make_graph(
        steps,
        "dense",
        [helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["N", "h", "w", 3])],
        [
            helper.make_tensor_value_info(outputs[0], TensorProto.FLOAT, ["N", 3, "rows", "columns"]),
            helper.make_tensor_value_info(outputs[1], TensorProto.FLOAT, ["N", 1, "rows", "columns"]),
        ],
        [numpy_helper.from_array(red, "red")],
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    data: bytes = model.SerializeToString()
    return data


def write(folder: Path, data: bytes, *, dimension: int = 3) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / DENSE_ONNX).write_bytes(data)
    values = {"name": "toy", "fingerprint": dense_fingerprint(data, STRIDE), "dimension": dimension, "stride": STRIDE}
    write_json(folder / DENSE_JSON, {"kind": "landmarq-dense-model", "schema": 1, **values})
    return folder


def test_photos_of_several_sizes_each_by_itself(tmp_path: Path) -> None:
    network = open_dense(write(tmp_path, graph()))
    random = np.random.default_rng(0)
    photos = [random.integers(1, 256, size, dtype=np.uint8) for size in ((8, 16, 3), (20, 4, 3), (8, 16, 3))]
    found = network.maps(photos)
    for photo, maps in zip(photos, found, strict=True):
        rows, columns = photo.shape[0] // STRIDE, photo.shape[1] // STRIDE
        squares = photo.reshape(rows, STRIDE, columns, STRIDE, 3).mean(axis=(1, 3))
        np.testing.assert_allclose(maps.attention, squares[:, :, 0], rtol=1e-4)
        wanted = squares / np.linalg.norm(squares, axis=2, keepdims=True)
        np.testing.assert_allclose(maps.descriptors, wanted, atol=1e-5)


def test_sides_that_are_no_whole_strides_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="multiples of 4"):
        open_dense(write(tmp_path, graph())).maps([np.zeros((9, 8, 3), np.uint8)])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"no network", "not an ONNX file"),
        (graph(foreign=True), "elsewhere"),
        (graph(outputs=("these", "those")), "must have the outputs"),
    ],
)
def test_networks_from_strangers_are_looked_into(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(ModelError, match=words):
        open_dense(write(tmp_path, data))


def test_descriptors_of_another_length_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="must have the outputs"):
        open_dense(write(tmp_path, graph(), dimension=40))


def test_a_folder_that_is_damaged_is_said(tmp_path: Path) -> None:
    folder = write(tmp_path / "model", graph())
    with pytest.raises(ModelError, match="no such model"):
        open_dense(tmp_path / "nothing")
    (folder / DENSE_ONNX).write_bytes(graph() + b"\0")
    with pytest.raises(ModelError, match="is damaged"):
        open_dense(folder)
    (folder / DENSE_JSON).write_text(json.dumps({"kind": "something"}))
    with pytest.raises(ModelError, match="does not describe"):
        open_dense(folder)
    with pytest.raises(ValueError, match="descriptors"):
        DenseInfo("x", "0", dimension=1, stride=16)


def test_the_toy_is_a_valid_network() -> None:
    onnx.checker.check_model(onnx.load_model_from_string(graph()))
