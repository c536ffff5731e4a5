"""Networks that describe a photo of any size point by point: a folder with ``dense.onnx`` and ``dense.json``."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from landmarq.artifacts import check_file, fingerprint, read_json
from landmarq.config import from_mapping
from landmarq.errors import ArtifactError, ConfigError, ModelError
from landmarq.runtime.network import Precision
from landmarq.types import Floats, Pixels

DENSE_SCHEMA = 1
DENSE_JSON, DENSE_ONNX = "dense.json", "dense.onnx"
MAX_DENSE_BYTES = 2**30
MAX_SIDE = 2048
"""Pixels; a longer side would fill the memory with maps."""


@dataclass(frozen=True)
class DenseInfo:
    """What ``dense.json`` says of the network beside it.

    Attributes:
        name: short name for people.
        fingerprint: SHA-256 over the bytes of ``dense.onnx`` and the stride.
        dimension: length of a descriptor.
        stride: pixels from one point to the next; sides of a photo are whole multiples of it.
        training: where the weights come from.
    """

    name: str
    fingerprint: str
    dimension: int
    stride: int
    training: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse absurd sizes."""
        if not (2 <= self.dimension <= 4096 and 2 <= self.stride <= 64):
            raise ValueError(f"descriptors of {self.dimension} numbers every {self.stride} pixels")


@dataclass(frozen=True)
class DenseMaps:
    """What a network says of one photo.

    Attributes:
        descriptors: (h, w, d) float32, each of unit length.
        attention: (h, w) float32, 0 or more: how much each point tells.
    """

    descriptors: Floats
    attention: Floats


def dense_fingerprint(onnx: bytes, stride: int) -> str:
    """Return the fingerprint of a dense network."""
    return fingerprint({"onnx": hashlib.sha256(onnx).hexdigest(), "stride": stride})


class DenseNetwork:
    """A dense network compiled for the CPU by OpenVINO, one photo a request and one request a core."""

    def __init__(self, info: DenseInfo, onnx: bytes, *, precision: Precision) -> None:
        """Compile a graph that ``check_dense_graph`` has passed.

        Raises:
            ModelError: OpenVINO does not take the graph.
        """
        self.info, self.precision = info, precision
        # In a thread of its own, as in ``runtime.openvino``: signals.
        with ThreadPoolExecutor(1) as thread:
            self._queue = thread.submit(_compile, onnx, precision).result()

    def maps(self, photos: Sequence[Pixels]) -> list[DenseMaps]:
        """Return the maps of photos (h, w, 3) uint8 RGB, each of its own size.

        Raises:
            ValueError: a side is not a whole multiple of the stride, or too long.
        """
        stride = self.info.stride
        found: list[DenseMaps | None] = [None] * len(photos)
        for place, photo in enumerate(photos):
            height, width = photo.shape[:2]
            if height % stride or width % stride or not 0 < max(height, width) <= MAX_SIDE:
                raise ValueError(f"a photo of {width} x {height} pixels: sides must be multiples of {stride}")
            self._queue.start_async({0: np.ascontiguousarray(photo)[None]}, (found, place))
        self._queue.wait_all()
        return [maps for maps in found if maps is not None]


def open_dense(folder: Path, *, precision: Precision = "float32") -> DenseNetwork:
    """Open the dense network of a folder.

    Raises:
        ModelError: the folder is damaged or hostile, or OpenVINO does not take the network.
    """
    from landmarq.runtime.graph import check_dense_graph

    info, onnx = _read_dense(folder)
    check_dense_graph(onnx, dimension=info.dimension, stride=info.stride)
    return DenseNetwork(info, onnx, precision=precision)


def _read_dense(folder: Path) -> tuple[DenseInfo, bytes]:
    if not folder.is_dir():
        raise ModelError(f"no such model: {folder}")
    try:
        values = read_json(folder / DENSE_JSON)
        if values.pop("kind", None) != "landmarq-dense-model" or values.pop("schema", None) != DENSE_SCHEMA:
            raise ModelError(f"{folder / DENSE_JSON} does not describe a dense network of this version")
        info = from_mapping(DenseInfo, values, origin=str(folder / DENSE_JSON))
        check_file(folder / DENSE_ONNX, at_most=MAX_DENSE_BYTES)
        onnx = (folder / DENSE_ONNX).read_bytes()
    except (ArtifactError, ConfigError) as error:
        raise ModelError(str(error)) from None
    except OSError as error:
        raise ModelError(f"{folder / DENSE_ONNX} can't be read: {error.strerror}") from None
    if dense_fingerprint(onnx, info.stride) != info.fingerprint:
        raise ModelError(f"{folder} is damaged: {DENSE_ONNX} is not the one that {DENSE_JSON} describes")
    return info, onnx


def _compile(onnx: bytes, precision: Precision) -> Any:
    # Imported here: who reads what a model says of itself needs no runtime.
    import openvino as ov

    try:
        core = ov.Core()
        model = core.read_model(onnx)
        model.reshape([1, -1, -1, 3])
        hints = {
            "INFERENCE_PRECISION_HINT": "bf16" if precision == "bf16" else "f32",
            "PERFORMANCE_HINT": "THROUGHPUT",
            # Seven scales of photos of many shapes: their kernels are to be kept.
            "CPU_RUNTIME_CACHE_CAPACITY": "100000",
        }
        queue = ov.AsyncInferQueue(core.compile_model(model, "CPU", hints))
    except RuntimeError as error:
        raise ModelError(f"OpenVINO does not take the network: {str(error).splitlines()[0][:160]}") from None
    queue.set_callback(_keep)
    return queue


def _keep(request: Any, place: tuple[list[DenseMaps | None], int]) -> None:
    found, row = place
    descriptors, attention = (request.get_output_tensor(number).data[0].copy() for number in (0, 1))
    found[row] = DenseMaps(np.moveaxis(descriptors, 0, -1), attention[0])
