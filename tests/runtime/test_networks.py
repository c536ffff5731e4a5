"""One contract for every runtime, on a real, very small network; and what a model folder is refused for."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file

from landmarq.errors import ModelError
from landmarq.runtime import Network, Runtime, model_fingerprint, open_head, open_network, read_model
from landmarq.runtime.check import read_check, worst_cosine, write_check
from landmarq.runtime.graph import check_graph
from landmarq.types import Pixels
from toys import TOY_SIZE, tiny_graph, write_tiny_model

RUNTIMES: list[Runtime] = ["openvino", "onnxruntime"]


@pytest.fixture(params=[*RUNTIMES, "as on a GPU"])
def network(request: pytest.FixtureRequest, tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> Network:
    if request.param == "openvino":
        return open_network(tiny_model, precision="float32")
    pytest.importorskip("onnxruntime")
    if request.param == "as on a GPU":  # where photos are computed several at once
        monkeypatch.setattr("landmarq.runtime.onnxruntime._PHOTOS_AT_ONCE", {"CPU": 3})
    return open_network(tiny_model, runtime="onnxruntime")


@pytest.fixture
def pixels() -> Pixels:
    return np.random.default_rng(1).integers(0, 256, (5, TOY_SIZE, TOY_SIZE, 3), np.uint8)


def test_vectors_are_unit_float32(network: Network, pixels: Pixels) -> None:
    vectors = network.embed(pixels)
    assert vectors.shape == (5, network.info.dimension)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_vector_does_not_depend_on_its_batch(network: Network, pixels: Pixels) -> None:
    whole = network.embed(pixels)
    assert np.array_equal(whole, np.concatenate([network.embed(pixels[at : at + 1]) for at in range(5)]))


def test_a_vector_does_not_depend_on_its_place(network: Network, pixels: Pixels) -> None:
    order = [3, 0, 4, 2, 1]
    assert np.array_equal(network.embed(pixels)[order], network.embed(pixels[order]))


def test_no_photo_gives_no_vector(network: Network, pixels: Pixels) -> None:
    assert network.embed(pixels[:0]).shape == (0, network.info.dimension)


def test_the_features_and_the_head_make_the_embedding(network: Network, tiny_model: Path, pixels: Pixels) -> None:
    weight, bias = open_head(tiny_model)
    maps = network.features(pixels)
    assert maps.shape == (5, 4, TOY_SIZE // 4, TOY_SIZE // 4)
    pooled = (np.maximum(maps, 1e-6) ** 3).mean(axis=(2, 3)) ** (1 / 3)
    z = pooled @ weight.T + bias
    assert np.allclose(network.embed(pixels), z / np.linalg.norm(z, axis=1, keepdims=True), atol=1e-5)


def test_other_pixels_are_refused(network: Network, pixels: Pixels) -> None:
    with pytest.raises(ValueError, match="expected uint8 pixels"):
        network.embed(pixels[:, :16])


def test_the_runtimes_agree(tiny_model: Path, pixels: Pixels) -> None:
    pytest.importorskip("onnxruntime")
    one, other = (open_network(tiny_model, runtime=each, precision="float32") for each in RUNTIMES)
    assert worst_cosine(one.embed(pixels), other.embed(pixels)) > 0.9999


def test_bf16_is_used_only_when_the_self_check_passes(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from landmarq.runtime import openvino

    monkeypatch.setattr(openvino, "has_bf16", lambda: True)
    assert open_network(tiny_model).precision == "bf16"
    cosines = iter([0.9, 1.0])
    with monkeypatch.context() as coarse:
        coarse.setattr("landmarq.runtime.opening.worst_cosine", lambda *_: next(cosines))
        assert open_network(tiny_model).precision == "float32"
    assert "tiny on openvino" in caplog.text
    assert "in bf16 is off (a cosine of 0.90000)" in caplog.text
    monkeypatch.setattr(openvino, "has_bf16", lambda: False)
    assert open_network(tiny_model).precision == "float32"


def test_the_stored_vectors_are_those_of_the_stored_inputs(network: Network, tiny_model: Path) -> None:
    stored = read_check(tiny_model, network.info)
    assert stored.pixels.shape == (4, TOY_SIZE, TOY_SIZE, 3)
    assert stored.vectors is not None
    assert worst_cosine(network.embed(stored.pixels), stored.vectors) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_machine_that_computes_other_vectors_is_not_used(runtime: Runtime, tiny_model: Path, tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    folder = tmp_path / "model"
    shutil.copytree(tiny_model, folder)
    stored = read_check(folder, read_model(folder)[0])
    assert stored.vectors is not None
    other = stored.vectors.copy()
    other[2] = np.roll(other[2], 1)  # one photo is enough
    write_check(folder, stored.pixels, other)
    with pytest.raises(ModelError, match=r"computes tiny wrongly \(a cosine of .*\): try --runtime o") as raised:
        open_network(folder, runtime=runtime)
    assert runtime not in str(raised.value)


def test_a_folder_without_vectors_is_checked_against_float32(tiny_model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(tiny_model, folder)
    stored = read_check(folder, read_model(folder)[0])
    save_file({"pixels": stored.pixels}, folder / "check.safetensors")
    assert np.array_equal(open_network(folder).embed(stored.pixels), open_network(tiny_model).embed(stored.pixels))


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"vectors": np.zeros((4, 8), np.float32)}, "is damaged"),
        ({"pixels": np.zeros((4, 8, 8, 3), np.uint8)}, "inputs of this model"),
        ({"pixels": np.zeros((4, 32, 32, 3), np.float32)}, "inputs of this model"),
        ({"pixels": np.zeros((4, 32, 32, 3), np.uint8), "vectors": np.zeros((3, 8), np.float32)}, "vectors of this"),
        ({"pixels": np.zeros((4, 32, 32, 3), np.uint8), "vectors": np.full((4, 8), np.nan, np.float32)}, "wrongly"),
    ],
)
def test_a_self_check_of_something_else_is_refused(
    arrays: dict[str, Any], words: str, tiny_model: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(tiny_model, folder)
    save_file(arrays, folder / "check.safetensors")
    with pytest.raises(ModelError, match=words):
        open_network(folder)


def rewritten(folder: Path, change: Callable[[onnx.ModelProto], None]) -> Path:
    """Change a model's graph and describe it rightly again, as a stranger would."""
    write_tiny_model(folder)
    graph = tiny_graph(np.random.default_rng(7), channels=4, dimension=8)
    change(graph)
    data = graph.SerializeToString()
    (folder / "model.onnx").write_bytes(data)
    values = json.loads((folder / "model.json").read_text())
    values["fingerprint"] = model_fingerprint(data, values["preprocessing"])
    (folder / "model.json").write_text(json.dumps(values))
    return folder


def external(graph: onnx.ModelProto) -> None:
    tensor = graph.graph.initializer[2]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../secret")


def custom(graph: onnx.ModelProto) -> None:
    graph.graph.node[5].domain = "evil.example"
    graph.opset_import.append(helper.make_opsetid("evil.example", 1))


def loop(graph: onnx.ModelProto) -> None:
    body = helper.make_graph([], "body", [], [])
    graph.graph.node.append(helper.make_node("Loop", ["", ""], [], body=body))


def huge(graph: onnx.ModelProto) -> None:
    node = helper.make_node("Expand", ["features", "shape"], ["bomb"])
    graph.graph.initializer.append(helper.make_tensor("shape", TensorProto.INT64, [4], [100_000, 4, 8, 8 * 4096]))
    graph.graph.node.append(node)


def renamed(graph: onnx.ModelProto) -> None:
    graph.graph.output[0].name = "features"


def second_input(graph: onnx.ModelProto) -> None:
    graph.graph.input.append(helper.make_tensor_value_info("more", TensorProto.FLOAT, [1]))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (external, "other files"),
        (custom, "custom operator"),
        (loop, "control flow"),
        (huge, "fill the memory|do not fit together"),
        (renamed, "output|fit together"),
        (second_input, "one input"),
    ],
)
def test_a_hostile_network_is_refused_before_a_runtime_sees_it(
    change: Callable[[onnx.ModelProto], None], words: str, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match=words):
        open_network(rewritten(tmp_path, change))


def not_normalised(graph: onnx.ModelProto) -> None:
    graph.graph.node[-1].op_type = "Identity"
    del graph.graph.node[-1].attribute[:]


def not_a_number(graph: onnx.ModelProto) -> None:
    [bias] = (each for each in graph.graph.initializer if each.name == "head.bias")
    bias.CopyFrom(numpy_helper.from_array(np.full(8, np.nan, np.float32), "head.bias"))


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize("change", [not_normalised, not_a_number])
def test_vectors_of_another_length_are_refused(
    change: Callable[[onnx.ModelProto], None], runtime: Runtime, tmp_path: Path
) -> None:
    if runtime == "onnxruntime":
        pytest.importorskip("onnxruntime")
    with pytest.raises(ModelError, match="not of unit length"):
        open_network(rewritten(tmp_path, change), runtime=runtime, precision="float32")


def test_an_absurd_dimension_is_refused(tiny_model: Path) -> None:
    info, data = read_model(tiny_model)
    with pytest.raises(ModelError, match="embedding"):
        check_graph(data, size=info.preprocessing.size, dimension=16)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("model.onnx", b"", "not the one"),
        ("model.onnx", None, "is missing"),
        ("model.json", b"{", "damaged"),
        ("model.json", b"[]", "damaged"),
        ("model.json", b'{"kind": "cake"}', "does not describe"),
        ("model.json", b'{"kind": "landmarq-model", "schema": 99}', "newer"),
        ("model.json", b'{"kind": "landmarq-model", "schema": 1, "name": "x"}', "missing"),
        ("model.json", None, "missing"),
        ("check.safetensors", b"x", "is damaged"),
        ("check.safetensors", None, "is missing"),
    ],
)
def test_a_damaged_folder_is_one_clear_error(
    name: str, content: bytes | None, words: str, tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from landmarq.runtime import openvino

    monkeypatch.setattr(openvino, "has_bf16", lambda: True)
    folder = tmp_path / "model"
    shutil.copytree(tiny_model, folder)
    (folder / name).unlink() if content is None else (folder / name).write_bytes(content)
    with pytest.raises(ModelError, match=words) as raised:
        open_network(folder)
    assert "\n" not in str(raised.value)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such model"):
        open_network(tmp_path / "gone")
