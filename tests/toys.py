"""Small stand-ins for tests: photos of one colour, and networks that see nothing but colour."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator
from PIL import Image

from landmarq.artifacts import write_json
from landmarq.runtime import ModelInfo, Pooling, Precision, Preprocessing, model_fingerprint
from landmarq.runtime.check import write_check
from landmarq.types import Floats, Landmark, Pixels, Place, Vectors

TOY_SIZE = 32


class Painter(Protocol):
    """Writes a photo of one colour and returns where."""

    def __call__(
        self, name: str, colour: str, *, size: tuple[int, int] = ..., place: Place | None = ..., taken: str = ...
    ) -> Path:
        """Write the photo."""


def paint_photo(
    path: Path, colour: str, *, size: tuple[int, int] = (64, 48), place: Place | None = None, taken: str = ""
) -> Path:
    """Write a photo of one colour, with EXIF where a place or time is given."""
    image = Image.new("RGB", size, colour)
    exif = Image.Exif()
    if taken:
        exif.get_ifd(0x8769)[0x9003] = taken
    if place:
        exif.get_ifd(0x8825).update(
            {1: "NS"[place.lat < 0], 2: _dms(place.lat), 3: "EW"[place.lon < 0], 4: _dms(place.lon)}
        )
    image.save(path, exif=exif, quality=95) if path.suffix in {".jpg", ".jpeg"} else image.save(path, exif=exif)
    return path


def _dms(degrees: float) -> tuple[float, float, float]:
    whole, rest = divmod(abs(degrees) * 60, 60)
    minutes, seconds = divmod(rest * 60, 60)
    return (whole, minutes, round(seconds, 4))


def colour_vector(red: float, green: float, blue: float) -> Vectors:
    """Return the toy's vector of a photo of one colour: the direction from grey, (3,) float32."""
    direction = np.array([red, green, blue], np.float32) - 127.5
    unit: Vectors = direction / np.linalg.norm(direction)
    return unit


def unit_vectors(rng: np.random.Generator, n: int, d: int = 4) -> Vectors:
    """Return n random unit vectors, (n, d) float32."""
    vectors = rng.normal(size=(n, d))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32)


class ToyNetwork:
    """Its vector is the direction of a photo's mean colour from grey: red photos are near red ones."""

    precision: Precision = "float32"
    device = "CPU"
    runtime = "toy"

    def __init__(self, name: str = "toy") -> None:
        """Make a network; another name is another model with other vectors' fingerprints."""
        self.info = ModelInfo(
            name, hashlib.sha256(name.encode()).hexdigest(), 3, Preprocessing(TOY_SIZE), Pooling(p=1.0)
        )
        self.embedded = 0

    def embed(self, pixels: Pixels) -> Vectors:
        """Return (n, 3) float32 unit vectors, and count the photos."""
        self.embedded += len(pixels)
        means = pixels.reshape(len(pixels), -1, 3).mean(axis=1, dtype=np.float64)
        return np.stack([colour_vector(*mean) for mean in means])

    def features(self, pixels: Pixels) -> Floats:
        """Return (n, 3, 2, 2): the mean colour of the quadrants."""
        half = TOY_SIZE // 2
        quadrants = pixels.reshape(len(pixels), 2, half, 2, half, 3).mean(axis=(2, 4))
        maps: Floats = quadrants.transpose(0, 3, 1, 2).astype(np.float32)
        return maps


LANDMARKS = (
    Landmark("red_tower", "Red Tower", "Rome", "Italy", "europe", Place(41.9, 12.5)),
    Landmark("green_dome", "Green Dome", "Paris", "France", "europe", Place(48.85, 2.35)),
    Landmark("blue_bridge", "Blue Bridge", "Sydney", "Australia", "oceania", Place(-33.85, 151.2)),
)


def write_tiny_model(folder: Path, *, channels: int = 4, dimension: int = 8, size: int = TOY_SIZE) -> Path:
    """Write a model folder: one convolution with ReLU, GeM pooling, a head, unit length."""
    rng = np.random.default_rng(7)
    graph = tiny_graph(rng, channels=channels, dimension=dimension)
    onnx_bytes = graph.SerializeToString()
    preprocessing = {"size": size, "resize": "squash", "filter": "bilinear", "mean": [0.5] * 3, "std": [0.25] * 3}
    (folder / "model.onnx").write_bytes(onnx_bytes)
    pixels = rng.integers(0, 256, (4, size, size, 3), np.uint8)
    outputs: Any = ReferenceEvaluator(graph).run(["embedding"], {"pixels": pixels})
    write_check(folder, pixels, outputs[0])
    write_json(
        folder / "model.json",
        {
            "kind": "landmarq-model",
            "schema": 1,
            "name": "tiny",
            "fingerprint": model_fingerprint(onnx_bytes, preprocessing),
            "dimension": dimension,
            "preprocessing": preprocessing,
            "pooling": {"kind": "gem", "p": 3.0, "eps": 1e-6},
            "training": {},
            "licence": "Apache-2.0",
            "notice": "random weights, for tests",
        },
    )
    return folder


def tiny_graph(rng: np.random.Generator, *, channels: int, dimension: int) -> onnx.ModelProto:
    """Return the graph of a tiny embedding network in the format of landmarq's models."""
    weights: dict[str, NDArray[Any]] = {
        "mean": np.full((1, 1, 1, 3), 127.5, np.float32),
        "std": np.full((1, 1, 1, 3), 63.75, np.float32),
        "conv.weight": rng.normal(size=(channels, 3, 4, 4)).astype(np.float32),
        "eps": np.array(1e-6, np.float32),
        "p": np.array(3.0, np.float32),
        "root": np.array(1 / 3, np.float32),
        "head.weight": rng.normal(size=(dimension, channels)).astype(np.float32),
        "head.bias": rng.normal(size=dimension).astype(np.float32),
        "axes": np.array([2, 3], np.int64),
    }
    steps: list[tuple[str, list[str], str, dict[str, Any]]] = [
        ("Cast", ["pixels"], "float", {"to": TensorProto.FLOAT}),
        ("Sub", ["float", "mean"], "centred", {}),
        ("Div", ["centred", "std"], "scaled", {}),
        ("Transpose", ["scaled"], "nchw", {"perm": [0, 3, 1, 2]}),
        ("Conv", ["nchw", "conv.weight"], "map", {"strides": [4, 4]}),
        ("Relu", ["map"], "features", {}),
        ("Max", ["features", "eps"], "positive", {}),
        ("Pow", ["positive", "p"], "cubed", {}),
        ("ReduceMean", ["cubed", "axes"], "mean_cubed", {"keepdims": 0}),
        ("Pow", ["mean_cubed", "root"], "pooled", {}),
        ("Gemm", ["pooled", "head.weight", "head.bias"], "z", {"transB": 1}),
        ("LpNormalization", ["z"], "embedding", {"axis": 1, "p": 2}),
    ]
    nodes = [helper.make_node(kind, inputs, [output], **options) for kind, inputs, output, options in steps]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["N", TOY_SIZE, TOY_SIZE, 3])],
        [
            helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["N", dimension]),
            helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", channels, TOY_SIZE // 4, TOY_SIZE // 4]),
        ],
        [numpy_helper.from_array(array, name) for name, array in weights.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)


def die() -> None:
    """End this process at once, as a decoder does that crashes."""
    os._exit(9)


def hang() -> None:
    """Take far longer than a photo may take."""
    time.sleep(60)


def eat() -> int:
    """Take far more memory than a photo may take."""
    return len(bytearray(8 << 30))
