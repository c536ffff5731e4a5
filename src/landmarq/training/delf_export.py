"""DELF as a folder that runs without torch: photos of any size in, descriptors and attention out."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch

from landmarq.artifacts import atomic_write, write_json
from landmarq.errors import ModelError
from landmarq.runtime.dense import DENSE_JSON, DENSE_ONNX, DENSE_SCHEMA, dense_fingerprint, open_dense
from landmarq.training.delf import STRIDE, Delf
from landmarq.training.export import OPSET, bare, check_pixels, to_float16

MIN_COSINE = 0.999
"""Every descriptor of the exported network in float32 must be at least this near to torch's."""


def export_delf(delf: Delf, out: Path, *, name: str = "delf", training: Mapping[str, Any] | None = None) -> Path:
    """Write a DELF network as ONNX, and check it against torch at two sizes.

    Raises:
        ModelError: the exported network does not give torch's descriptors.
    """
    graph = to_float16(_graph(delf)).SerializeToString()
    with atomic_write(out / DENSE_ONNX) as stream:
        stream.write(graph)
    values = {
        "kind": "landmarq-dense-model",
        "schema": DENSE_SCHEMA,
        "name": name,
        "fingerprint": dense_fingerprint(graph, STRIDE),
        "dimension": delf.components.out_features,
        "stride": STRIDE,
        "training": dict(training or {}),
    }
    write_json(out / DENSE_JSON, values)
    _check(delf, out)
    return out


def _graph(delf: Delf) -> onnx.ModelProto:
    height, width = (STRIDE * torch.export.Dim(name, min=2, max=128) for name in ("rows", "columns"))
    example = torch.zeros(2, 8 * STRIDE, 10 * STRIDE, 3, dtype=torch.uint8)
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        # The exporter warns of its own insides; what counts is checked against torch below.
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            delf,
            (example,),
            input_names=["pixels"],
            output_names=["descriptors", "attention"],
            dynamic_shapes=({0: torch.export.Dim("N"), 1: height, 2: width},),
            opset_version=OPSET,
            dynamo=True,
        )
    if program is None:
        raise ModelError("torch exported nothing")
    return bare(program.model_proto)


def _check(delf: Delf, folder: Path) -> None:
    network = open_dense(folder)
    for pixels in (check_pixels(96)[:1], np.ascontiguousarray(check_pixels(160)[:1, :128])):
        (maps,) = network.maps(list(pixels))
        with torch.no_grad():
            wanted = delf(torch.from_numpy(pixels))[0][0].permute(1, 2, 0).numpy()
        worst = float((maps.descriptors * wanted).sum(axis=2).min())
        if worst < MIN_COSINE:
            raise ModelError(f"the exported network differs from torch: cosine {worst:.5f}, at least {MIN_COSINE}")
