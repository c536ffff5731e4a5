"""Inference: a checked ONNX file on OpenVINO or ONNX Runtime; the one door to both."""

import sys

from landmarq.runtime.check import MIN_CHECK_COSINE
from landmarq.runtime.model import ModelInfo, Pooling, Preprocessing, model_fingerprint, read_model
from landmarq.runtime.network import Network, Precision
from landmarq.runtime.opening import Runtime, open_head, open_network

# OpenVINO tells a web analytics service of every start unless this module is missing. Nothing leaves the machine here.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # None is how a module is missing

__all__ = [
    "MIN_CHECK_COSINE",
    "ModelInfo",
    "Network",
    "Pooling",
    "Precision",
    "Preprocessing",
    "Runtime",
    "model_fingerprint",
    "open_head",
    "open_network",
    "read_model",
]
