"""Networks on ONNX Runtime: NVIDIA and Apple accelerators, and wherever OpenVINO is not."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnxruntime as ort

from landmarq.errors import ModelError
from landmarq.runtime.graph import EMBEDDING, FEATURES, INPUT, with_batch
from landmarq.runtime.model import ModelInfo
from landmarq.runtime.network import Precision, as_batch, as_units
from landmarq.types import Floats, Pixels, Vectors

ort.disable_telemetry_events()  # its builds for Windows have some

# In the order of preference; what is not installed or not present on the machine is passed over.
_PROVIDERS = ("CUDAExecutionProvider", "CoreMLExecutionProvider", "CPUExecutionProvider")

_PHOTOS_AT_ONCE = {"CUDA": 32}
"""One photo leaves most of a GPU idle; a core is busy with one."""


class OnnxRuntimeNetwork:
    """A network in float32 on the best device that ONNX Runtime finds.

    The batch is always of one size, filled up with black photos: which kernels run, and so a vector's last bits, must
    not hang on how many photos come together.
    """

    precision: Precision = "float32"

    def __init__(self, info: ModelInfo, onnx: bytes) -> None:
        """Load a graph that ``check_graph`` has passed, its batch fixed to one.

        Raises:
            ModelError: ONNX Runtime does not take the graph.
        """
        self.info = info
        self._session = _session(onnx)
        self.device = self._session.get_providers()[0].removesuffix("ExecutionProvider")
        self.runtime = f"onnxruntime {ort.__version__} {self.device}"
        self._photos_at_once = _PHOTOS_AT_ONCE.get(self.device, 1)
        if self._photos_at_once > 1:  # only now, for a device that is listed need not be there
            self._session = _session(with_batch(onnx, self._photos_at_once))

    def embed(self, pixels: Pixels) -> Vectors:
        """Return unit vectors (n, d) float32 of pixels (n, size, size, 3) uint8 RGB."""
        vectors = self._run(EMBEDDING, pixels)
        return as_units(vectors.reshape(len(pixels), self.info.dimension), self.info)

    def features(self, pixels: Pixels) -> Floats:
        """Return the feature maps (n, channels, h, w) float32."""
        return self._run(FEATURES, pixels)

    def _run(self, output: str, pixels: Pixels) -> Floats:
        batch = as_batch(pixels, self.info.preprocessing.size)
        if not len(batch):
            return np.empty((0, self.info.dimension), np.float32)
        missing = -len(batch) % self._photos_at_once
        full = np.concatenate([batch, np.zeros((missing, *batch.shape[1:]), np.uint8)]) if missing else batch
        parts = np.split(full, len(full) // self._photos_at_once)
        found = np.concatenate([self._session.run([output], {INPUT: part})[0] for part in parts])
        return found[: len(batch)].astype(np.float32)


def _session(onnx: bytes) -> Any:
    providers = [each for each in _PROVIDERS if each in ort.get_available_providers()]
    options = ort.SessionOptions()
    options.log_severity_level = 3  # errors only: the rest is about fusions, not for a person
    try:
        return ort.InferenceSession(onnx, options, providers=providers)
    except Exception as error:  # noqa: BLE001 - its exceptions have no public base
        raise ModelError(f"ONNX Runtime does not take the network: {str(error).splitlines()[0][:160]}") from None
