"""A small real network end to end: what the runtime answers is what the explanation sums to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from landmarq.explain import Explainer
from landmarq.runtime import ModelInfo, Runtime, open_head, open_network
from landmarq.types import Pixels, Vectors
from toys import TOY_SIZE

DIMENSION = 8


def _pixels(seed: int) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (TOY_SIZE, TOY_SIZE, 3), dtype=np.uint8)


def _centroids(seed: int) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(2, DIMENSION))
    units: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return units


@pytest.fixture(scope="module")
def int8_model(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model in int8."""
    pytest.importorskip("nncf", reason="the extra quantise is not installed")
    from landmarq.runtime.quantise import QuantiseConfig, quantise

    folder = tmp_path_factory.mktemp("int8")
    photos = np.stack([_pixels(seed) for seed in range(100, 110)])
    quantise(tiny_model, pixels=photos, out=folder, config=QuantiseConfig(photos=10))
    return folder


@pytest.mark.parametrize("runtime", ["openvino", "onnxruntime"])
@pytest.mark.parametrize("model", ["tiny_model", "int8_model"])
def test_cells_sum_to_what_the_runtime_answers(request: pytest.FixtureRequest, model: str, runtime: Runtime) -> None:
    """Of an int8 model too: its feature map leaves the network as floats, and what comes after it was never int8."""
    if runtime == "onnxruntime":
        pytest.importorskip("onnxruntime", reason="the extra onnxruntime is not installed")
    folder = request.getfixturevalue(model)
    network = open_network(folder, runtime=runtime, precision="float32")
    centroids = {"tower": _centroids(1), "gate": _centroids(2)}
    explainer = Explainer(network, open_head(folder), centroids)
    for seed in range(5):
        pixels = _pixels(seed)
        vector = network.embed(pixels[None])[0]
        for explanation in explainer.explain(pixels, ["gate", "tower"]):
            similarity = float((centroids[explanation.landmark] @ vector).max())
            assert explanation.cells.shape == (8, 8)
            assert explanation.cells.sum() == pytest.approx(similarity, abs=1e-5)
            assert explanation.similarity == pytest.approx(similarity, abs=1e-5)


def test_landmarks_of_one_photo_have_maps_of_their_own(tiny_model: Path) -> None:
    explainer = Explainer(
        open_network(tiny_model, precision="float32"), open_head(tiny_model), {"a": _centroids(1), "b": _centroids(2)}
    )
    first, second = explainer.explain(_pixels(0), ["a", "b"])
    assert (first.landmark, second.landmark) == ("a", "b")
    assert not np.allclose(first.cells, second.cells)


class _Coarse:
    """A network that says it runs in bf16."""

    precision = "bf16"
    info: ModelInfo


def test_coarse_arithmetic_is_refused(tiny_model: Path) -> None:
    with pytest.raises(ValueError, match="float32"):
        Explainer(_Coarse(), open_head(tiny_model), {})  # type: ignore[arg-type]  # never gets to run


def test_explaining_takes_no_torch(tiny_model: Path) -> None:
    script = f"""
import sys
from pathlib import Path
import numpy as np
from landmarq.explain import Explainer
from landmarq.runtime import open_head, open_network
model = Path({str(tiny_model)!r})
explainer = Explainer(open_network(model, precision="float32"), open_head(model), {{"a": np.eye(8, dtype=np.float32)}})
explainer.explain(np.zeros(({TOY_SIZE}, {TOY_SIZE}, 3), np.uint8), ["a"])
print(*sorted({{name.partition(".")[0] for name in sys.modules}}))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "openvino" in loaded
    assert not loaded & {"torch", "timm", "torchvision"}
