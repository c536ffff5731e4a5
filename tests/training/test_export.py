from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto
from PIL import Image
from safetensors.torch import save_file

from landmarq.catalog import read_catalog
from landmarq.errors import InputError, ModelError
from landmarq.runtime import Network, Runtime, open_head, open_network, read_model
from landmarq.training import export as module
from landmarq.training.augment import normalise
from landmarq.training.config import (
    AugmentConfig,
    DataConfig,
    MachineConfig,
    NetworkConfig,
    OptimiserConfig,
    SamplingConfig,
    ScheduleConfig,
    TrainConfig,
)
from landmarq.training.curriculum import train
from landmarq.training.export import ExportReport, Named, check_pixels, export, to_float16
from landmarq.training.export_start import export_start
from landmarq.training.network import build_embedder, fold, image_statistics
from landmarq.training.stage_folder import load_stage
from landmarq.types import Pixels, Vectors


@pytest.fixture(scope="module")
def run(small_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    config = TrainConfig(
        seed=3,
        precision="float32",
        network=NetworkConfig(backbone="test_resnet", weights="none", dimension=16, pooling_p=3, learn_p=True),
        augment=AugmentConfig(size=32, inference_size=64),
        sampling=SamplingConfig(batch=12),
        optimiser=OptimiserConfig(backbone_rate=0.02, embedding_rate=0.05),
        schedule=ScheduleConfig(epochs=2),
        machine=MachineConfig(device="cpu", workers=0),
    )
    train(small_world / "photos.csv", config, out=folder)
    return folder


@pytest.fixture(scope="module")
def report(run: Path, tmp_path_factory: pytest.TempPathFactory) -> ExportReport:
    return export(run, out=tmp_path_factory.mktemp("model"), name="small", licence="CC0", notice="Made-up patterns.")


@pytest.fixture(scope="module")
def photos() -> Pixels:
    return np.random.default_rng(0).integers(0, 256, (5, 64, 64, 3), dtype=np.uint8)


def opened(folder: Path, *, runtime: Runtime = "openvino") -> Network:
    """Open a network in a thread of its own, for the reason that ``export`` gives; networks live until the end."""
    with ThreadPoolExecutor(1) as thread:
        network = thread.submit(open_network, folder, runtime=runtime, precision="float32").result()
        thread.submit(network.features, np.zeros((1, 64, 64, 3), np.uint8)).result()
        return network


def torch_vectors(run: Path, pixels: Pixels) -> tuple[Vectors, np.ndarray]:
    """Embed as the training's own network does: unit x, and the map before pooling."""
    embedder = load_stage(run).learner.embedder.eval()
    mean, std = image_statistics(embedder)
    prepared = normalise(torch.from_numpy(pixels).permute(0, 3, 1, 2), mean, std)
    with torch.no_grad():
        x = torch.nn.functional.normalize(embedder(prepared), dim=1)
        return x.numpy(), embedder.features(prepared).float().numpy()


@pytest.mark.parametrize("runtime", ["openvino", "onnxruntime"])
def test_the_model_gives_torch_s_vectors_and_map(
    runtime: Runtime, run: Path, report: ExportReport, photos: Pixels
) -> None:
    if runtime == "onnxruntime":
        pytest.importorskip("onnxruntime")
    network = opened(report.folder, runtime=runtime)
    expected, features = torch_vectors(run, photos)
    assert (network.embed(photos) * expected).sum(axis=1).min() >= 0.9999
    np.testing.assert_allclose(network.features(photos), features, rtol=0.02, atol=0.02)
    assert report.cosine_float32 >= 0.9999
    assert report.cosine_bf16 is None or report.cosine_bf16 >= 0.999


def test_the_feature_map_is_computed_only_when_asked_for(report: ExportReport, photos: Pixels) -> None:
    with ThreadPoolExecutor(1) as thread:
        network = thread.submit(open_network, report.folder, precision="float32").result()
        thread.submit(network.embed, photos).result()
        assert "_feature_network" not in vars(network), "embedding compiles no second graph"
        thread.submit(network.features, photos).result()
    assert "_feature_network" in vars(network)


def test_the_folded_head_maps_pooled_features_to_the_embedding(report: ExportReport, photos: Pixels) -> None:
    weight, bias = open_head(report.folder)
    network, info = opened(report.folder), read_model(report.folder)[0]
    features = np.maximum(network.features(photos), info.pooling.eps)
    pooled = np.mean(features**info.pooling.p, axis=(2, 3)) ** (1 / info.pooling.p)
    z = pooled @ weight.T + bias
    unit = z / np.linalg.norm(z, axis=1, keepdims=True)
    np.testing.assert_allclose(network.embed(photos), unit, atol=2e-4)


def test_the_folder_says_what_it_is(report: ExportReport, run: Path) -> None:
    info, data = read_model(report.folder)
    assert (info.name, info.dimension, info.preprocessing.size, info.licence) == ("small", 16, 64, "CC0")
    assert info.notice == "Made-up patterns."
    assert info.preprocessing.mean == (0.5, 0.5, 0.5)
    assert info.training["seed"] == 3
    assert info.training["stage"] == "stage-1-all"
    assert info.training["export"]["cosine_float32"] >= 0.9999
    p = load_stage(run).learner.embedder.pool.exponent
    assert info.pooling.p == p
    assert p != 3, "the learnt p, not the first"
    graph = onnx.load_model_from_string(data)
    types = {tensor.name: tensor.data_type for tensor in graph.graph.initializer}
    assert types["head.weight"] == TensorProto.FLOAT16
    assert report.megabytes == pytest.approx(len(data) / 1e6)
    weights = sum(each.numel() for each in load_stage(run).learner.embedder.parameters())
    assert len(data) < 2.5 * weights, "two bytes a weight, and the graph"
    assert not any(node.metadata_props for node in graph.graph.node), "no paths of the machine that exported"


def test_folding_equals_embedding_then_batch_norm() -> None:
    torch.manual_seed(0)
    embedder = build_embedder(NetworkConfig(backbone="test_resnet", weights="none", dimension=8)).eval()
    for value in (embedder.norm.running_mean, embedder.norm.weight, embedder.norm.bias):
        assert isinstance(value, torch.Tensor)
        value.data.normal_()
    assert isinstance(embedder.norm.running_var, torch.Tensor)
    embedder.norm.running_var.uniform_(0.1, 2)
    pooled = torch.randn(5, 96)
    torch.testing.assert_close(fold(embedder)(pooled), embedder.norm(embedder.embedding(pooled)), atol=1e-5, rtol=1e-4)


def test_kernels_become_float16_where_it_can_hold_them_and_vectors_stay() -> None:
    fine, huge = np.full((2, 2), 0.5, np.float32), np.full((2, 2), 1e6, np.float32)
    vector = np.full(2, 1e-9, np.float32)
    weights = {"fine": fine, "huge": huge, "vector": vector}
    value = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph(
        [
            onnx.helper.make_node("MatMul", ["x", "fine"], ["a"]),
            onnx.helper.make_node("MatMul", ["a", "huge"], ["b"]),
            onnx.helper.make_node("Add", ["b", "vector"], ["y"]),
        ],
        "three",
        [value("x", TensorProto.FLOAT, [1, 2])],
        [value("y", TensorProto.FLOAT, [1, 2])],
        [onnx.numpy_helper.from_array(each, name) for name, each in weights.items()],
    )
    model = to_float16(onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 18)]))
    types = {each.name: each.data_type for each in model.graph.initializer}
    assert types == {"fine": TensorProto.FLOAT16, "huge": TensorProto.FLOAT, "vector": TensorProto.FLOAT}
    assert [node.op_type for node in model.graph.node] == ["Cast", "MatMul", "MatMul", "Add"]
    assert list(model.graph.node[1].input) == ["x", "fine.float32"]


def test_a_model_that_differs_from_torch_is_refused_and_not_written(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MIN_COSINE", 1.1)
    with pytest.raises(ModelError, match="differs from torch"):
        export(run, out=tmp_path / "model")
    assert not (tmp_path / "model").exists()


def test_a_run_without_a_finished_stage(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no run with a finished stage"):
        export(tmp_path, out=tmp_path / "model")


def test_check_pixels_are_always_the_same_and_full_of_contrast() -> None:
    pixels = check_pixels(64)
    assert pixels.shape == (4, 64, 64, 3)
    assert np.array_equal(pixels, check_pixels(64))
    assert all(picture.std() > 20 for picture in pixels)


def test_the_starting_network_is_a_model_whose_embedding_is_white_on_its_photos(
    small_world: Path, tmp_path: Path
) -> None:
    torch.manual_seed(0)
    network = NetworkConfig(backbone="test_resnet", weights="none", dimension=8, pooling_p=3)
    config = TrainConfig(
        precision="float32",
        network=network,
        augment=AugmentConfig(size=32, inference_size=64),
        machine=MachineConfig(device="cpu", workers=0),
    )
    backbone = build_embedder(network, embeds=True, bf16=False).backbone
    weights = tmp_path / "weights.safetensors"
    save_file(backbone.state_dict(), weights)
    catalog = small_world / "photos.csv"
    made = export_start(str(weights), photos=catalog, config=config, out=tmp_path / "start", named=Named("start"))
    assert made.cosine_float32 > 0.9999
    info = read_model(made.folder)[0]
    assert (info.name, info.dimension) == ("start", 8)
    # Photos that validate have no say in it.
    files = read_catalog(catalog).with_roles("train", "train_negative").files()
    assert info.training["photos"] == len(files)
    pixels = np.stack([np.asarray(Image.open(file).resize((64, 64), Image.Resampling.BILINEAR)) for file in files])
    features = opened(made.folder).features(pixels)
    pooled = np.maximum(features, 1e-6).__pow__(3).mean(axis=(2, 3)) ** (1 / 3)
    weight, bias = open_head(made.folder)
    z = pooled @ weight.T + bias
    assert np.abs(z.mean(axis=0)).max() < 0.05
    covariance = np.cov(z.T)
    assert np.abs(covariance - np.diag(np.diag(covariance))).max() < 0.05
    with pytest.raises(InputError, match="no such weights"):
        export_start("nowhere", photos=catalog, config=config, out=tmp_path / "none", named=Named("none"))
    alone = dataclasses.replace(config, data=DataConfig(train_roles=("pool",)))
    with pytest.raises(InputError, match="no photos of the roles pool"):
        export_start(str(weights), photos=catalog, config=alone, out=tmp_path / "none", named=Named("none"))
