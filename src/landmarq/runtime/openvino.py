"""Networks on OpenVINO: the default on a CPU."""

from __future__ import annotations

import functools
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import openvino as ov

from landmarq.errors import ModelError
from landmarq.runtime.graph import EMBEDDING, FEATURES, INPUT
from landmarq.runtime.model import ModelInfo
from landmarq.runtime.network import Precision, as_batch, as_units
from landmarq.types import Floats, Pixels, Vectors

log = logging.getLogger(__name__)

_HINTS = {"float32": "f32", "bf16": "bf16"}


class OpenVinoNetwork:
    """A network compiled for the CPU, one photo a request and one request a core.

    One photo at a time is as fast as batches here, and makes a vector independent of what it is run with.
    """

    device = "CPU"

    def __init__(self, info: ModelInfo, onnx: bytes, *, precision: Precision) -> None:
        """Compile a graph that ``check_graph`` has passed, its batch fixed to one.

        Raises:
            ModelError: OpenVINO does not take the graph.
        """
        self.info = info
        self.precision: Precision = precision
        self.runtime = f"openvino {ov.__version__.split('-')[0]}"
        self._onnx = onnx
        self._queue = ov.AsyncInferQueue(self._compile(EMBEDDING))
        self._queue.set_callback(_keep)

    def embed(self, pixels: Pixels) -> Vectors:
        """Return unit vectors (n, d) float32 of pixels (n, size, size, 3) uint8 RGB."""
        batch = as_batch(pixels, self.info.preprocessing.size)
        vectors = np.empty((len(batch), self.info.dimension), np.float32)
        for row, photo in enumerate(batch):
            self._queue.start_async({INPUT: photo[None]}, (vectors, row))
        self._queue.wait_all()
        return as_units(vectors, self.info)

    def features(self, pixels: Pixels) -> Floats:
        """Return the feature maps (n, channels, h, w) float32; compiled when first asked for."""
        batch = as_batch(pixels, self.info.preprocessing.size)
        return np.concatenate([self._feature_network({INPUT: photo[None]})[0] for photo in batch]).astype(np.float32)

    @functools.cached_property
    def _feature_network(self) -> Any:
        return self._compile(FEATURES)

    def _compile(self, output: str) -> Any:
        """Compile the part of the graph that leads to one output.

        In a thread of its own: OpenVINO leaves the thread that compiles with a signal stack that is freed with the
        network, and the next signal there (Ctrl-C) would crash the process.
        """
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(self._compile_here, output).result()

    def _compile_here(self, output: str) -> Any:
        core = ov.Core()
        try:
            whole = core.read_model(self._onnx)
            model = ov.Model([whole.output(output)], whole.get_parameters(), output)
            hints = {"INFERENCE_PRECISION_HINT": _HINTS[self.precision], "PERFORMANCE_HINT": "THROUGHPUT"}
            return core.compile_model(model, "CPU", hints)
        except RuntimeError as error:
            raise ModelError(f"OpenVINO does not take the network: {str(error).splitlines()[0][:160]}") from None


def has_bf16() -> bool:
    """Tell whether the processor computes in bf16 faster than in float32."""
    return "BF16" in ov.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def _keep(request: Any, place: tuple[Vectors, int]) -> None:
    vectors, row = place
    vectors[row] = request.get_output_tensor(0).data[0]
