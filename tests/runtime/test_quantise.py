"""A quantised model is a model folder like any other, near to the one it comes from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest

from landmarq.errors import ModelError
from landmarq.runtime import Runtime, open_head, open_network, read_model
from landmarq.runtime.check import read_check, worst_cosine
from toys import TOY_SIZE


@pytest.fixture(scope="module")
def int8(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("nncf", reason="the extra quantise is not installed")
    from landmarq.runtime.quantise import QuantiseConfig, quantise

    folder = tmp_path_factory.mktemp("int8")
    pixels = np.random.default_rng(0).integers(0, 256, (12, TOY_SIZE, TOY_SIZE, 3), np.uint8)
    seen: list[tuple[int, int]] = []
    quantise(
        tiny_model,
        pixels=pixels,
        out=folder,
        config=QuantiseConfig(photos=10),
        progress=lambda *done: seen.append(done),
    )
    assert seen[-1] == (10, 10)
    return folder


@pytest.mark.parametrize("runtime", ["openvino", "onnxruntime"])
def test_its_vectors_are_near_those_of_the_model(int8: Path, tiny_model: Path, runtime: Runtime) -> None:
    if runtime == "onnxruntime":
        pytest.importorskip("onnxruntime", reason="the extra onnxruntime is not installed")
    pixels = np.random.default_rng(1).integers(0, 256, (6, TOY_SIZE, TOY_SIZE, 3), np.uint8)
    exact = open_network(tiny_model, precision="float32").embed(pixels)
    near = open_network(int8, runtime=runtime).embed(pixels)
    cosines = np.sum(exact * near, axis=1)
    assert cosines.min() > 0.98
    assert not np.allclose(exact, near, atol=1e-6)


def test_it_is_another_model_that_says_where_it_comes_from(int8: Path, tiny_model: Path) -> None:
    info, plain = read_model(int8)[0], read_model(tiny_model)[0]
    assert info.fingerprint != plain.fingerprint
    assert info.name == f"{plain.name}-int8"
    assert info.training["quantised"]["from"] == plain.fingerprint
    assert info.preprocessing == plain.preprocessing


def test_the_head_stays_as_it_was_and_the_kernels_are_stored_as_int8(int8: Path, tiny_model: Path) -> None:
    for one, other in zip(open_head(int8), open_head(tiny_model), strict=True):
        assert np.array_equal(one, other)
    graph = onnx.load_model_from_string(read_model(int8)[1]).graph
    kernels = [each for each in graph.initializer if list(each.dims)[2:] == [4, 4]]
    assert {each.data_type for each in kernels} == {onnx.TensorProto.INT8}


@pytest.mark.parametrize("runtime", ["openvino", "onnxruntime"])
def test_where_int8_goes_wrong_its_values_are_computed_in_floats(
    int8: Path, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from landmarq.runtime import openvino

    monkeypatch.setattr(openvino, "has_bf16", lambda: False)
    natural = open_network(int8, runtime=runtime)
    cosines = iter([0.9, 1.0])
    with monkeypatch.context() as wrong:
        wrong.setattr("landmarq.runtime.opening.worst_cosine", lambda *_: next(cosines))
        safe = open_network(int8, runtime=runtime)
    stored = read_check(int8, natural.info)
    assert stored.vectors is not None
    assert not np.array_equal(safe.embed(stored.pixels), natural.embed(stored.pixels))
    assert worst_cosine(safe.embed(stored.pixels), stored.vectors) > 0.99999


def test_a_quantised_model_is_not_quantised_again(int8: Path, tmp_path: Path) -> None:
    from landmarq.runtime.quantise import quantise

    pixels = np.zeros((1, TOY_SIZE, TOY_SIZE, 3), np.uint8)
    with pytest.raises(ModelError, match="quantised already"):
        quantise(int8, pixels=pixels, out=tmp_path / "again")
