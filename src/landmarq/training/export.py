"""From a finished stage to a model folder that runs without torch: ONNX, float16 weights, and what it is.

The graph takes uint8 pixels and prepares them itself. ``features``, the map before pooling, is an output
that a runtime computes only when asked; with the folded affine map ``head.weight``, ``head.bias`` it is all
that class activation maps need.
"""

from __future__ import annotations

import contextlib
import io
import tempfile
import warnings
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from landmarq.artifacts import atomic_write, write_json
from landmarq.config import as_mapping
from landmarq.errors import ModelError
from landmarq.runtime import Preprocessing, model_fingerprint, open_network
from landmarq.runtime.check import write_check
from landmarq.runtime.model import MODEL_JSON, MODEL_ONNX, MODEL_SCHEMA
from landmarq.training.network import GEM_EPS, Embedder, GeM, fold, image_statistics
from landmarq.training.stage_folder import Trained, load_stage
from landmarq.types import Pixels, Vectors

OPSET = 18
MIN_COSINE = 0.9999
"""The exported network in float32 must give vectors at least this near to torch's."""


@dataclass(frozen=True)
class ExportReport:
    """What an export came to.

    Attributes:
        folder: the model folder.
        megabytes: size of ``model.onnx``.
        cosine_float32: smallest cosine to torch over the check inputs, run in float32.
        cosine_bf16: likewise in bf16; None where this processor has none.
    """

    folder: Path
    megabytes: float
    cosine_float32: float
    cosine_bf16: float | None


class Exported(nn.Module):
    """What the model file computes: pixels to (embedding, features).

    z = A g + b with the embedding's batch norm folded into A and b; the embedding is z / |z|.
    """

    def __init__(self, embedder: Embedder) -> None:
        """Take the parts of an embedder, set to inference."""
        super().__init__()
        mean, std = image_statistics(embedder)
        self.mean = nn.Buffer(mean[:, None, None])
        self.std = nn.Buffer(std[:, None, None])
        self.backbone = embedder.backbone
        self.pool = _fixed(embedder.pool)
        self.head = fold(embedder)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Return (N, d) unit vectors and the map (N, C, h, w) of uint8 pixels (N, size, size, 3)."""
        scaled = (pixels.permute(0, 3, 1, 2).float() / 255 - self.mean) / self.std
        features: Tensor = self.backbone.forward_features(scaled)  # type: ignore[operator]  # torch types it as a module
        return nn.functional.normalize(self.head(self.pool(features)), dim=1), features


def export(run: Path, *, out: Path, name: str = "", licence: str = "", notice: str = "") -> ExportReport:
    """Write the model folder of a run's last finished stage, and check it against torch.

    Args:
        run: a run's folder, or that of one stage.
        out: the model folder.
        name: short name; empty: the run's folder.
        licence: licence of the weights.
        notice: what the weights were learnt from and what is not granted.

    Raises:
        InputError: no stage of the run is finished.
        ModelError: the exported network does not give torch's vectors; nothing is written.
    """
    trained = load_stage(run)
    return export_embedder(
        trained.learner.embedder,
        out=out,
        size=trained.config.augment.recognised_size,
        named=Named(name or run.resolve().name, licence, notice),
        origin=_origin(trained),
    )


@dataclass(frozen=True)
class Named:
    """What a model is called, its licence, and what it was learnt from."""

    name: str
    licence: str = ""
    notice: str = ""


def export_embedder(
    embedder: Embedder, *, out: Path, size: int, named: Named, origin: Mapping[str, Any]
) -> ExportReport:
    """Write the model folder of a network, and check it against torch.

    Args:
        embedder: the network.
        out: the model folder.
        size: side of the square that it recognises, in pixels.
        named: its name, licence and notice.
        origin: how it was trained, as JSON takes it.

    Raises:
        ModelError: the exported network does not give torch's vectors; nothing is written.
    """
    embedder.bf16 = False
    network = Exported(embedder).eval()
    graph = to_float16(plain_graph(network, size)).SerializeToString()
    pixels = check_pixels(size)
    preprocessing = as_mapping(Preprocessing(size=size, mean=_decimals(network.mean), std=_decimals(network.std)))
    description = {
        "kind": "landmarq-model",
        "schema": MODEL_SCHEMA,
        "name": named.name,
        "fingerprint": model_fingerprint(graph, preprocessing),
        "dimension": embedder.dimension,
        "preprocessing": preprocessing,
        "pooling": {"kind": "gem", "p": embedder.pool.exponent, "eps": GEM_EPS},
        "licence": named.licence,
        "notice": named.notice,
    }
    with torch.no_grad():
        expected = network(torch.from_numpy(pixels))[0].numpy()
    # Checked where nobody looks for it yet; a model that fails never gets its name.
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder)
        write_model(trial, graph, (pixels, expected), {**description, "training": {}})
        cosines = _checked(trial, pixels, expected)
    figures = {"cosine_float32": cosines[0], "cosine_bf16": cosines[1]}
    write_model(out, graph, (pixels, expected), {**description, "training": {**origin, "export": figures}})
    return ExportReport(out, len(graph) / 1e6, *cosines)


def to_float16(model: onnx.ModelProto) -> onnx.ModelProto:
    """Keep matrices and kernels as float16 with a Cast to float32 behind them; runtimes fold the Cast away.

    Vectors (biases, batch norms) stay float32: they are small, and variances may lie outside float16's range.
    """
    casts = []
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor) if tensor.data_type == TensorProto.FLOAT else None
        if values is None or values.ndim < 2 or np.abs(values).max() > np.finfo(np.float16).max:
            continue
        wide = f"{tensor.name}.float32"
        tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), tensor.name))
        for node in model.graph.node:
            node.input[:] = [wide if each == tensor.name else each for each in node.input]
        casts.append(helper.make_node("Cast", [tensor.name], [wide], name=f"{tensor.name}.cast", to=TensorProto.FLOAT))
    nodes = list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend([*casts, *nodes])
    onnx.checker.check_model(model)
    return model


def check_pixels(size: int) -> Pixels:
    """Return four made pictures, (4, size, size, 3) uint8, smooth at several scales as photos are."""
    random = np.random.default_rng(0)
    pictures = torch.zeros(4, 3, size, size)
    for cells in (2, 5, 11, 24):
        coarse = torch.from_numpy(random.normal(size=(4, 3, cells, cells)).astype(np.float32))
        pictures += nn.functional.interpolate(coarse, size=(size, size), mode="bicubic") / cells**0.5
    pixels = (127 + 80 * pictures).clamp(0, 255).permute(0, 2, 3, 1)
    return np.ascontiguousarray(pixels.numpy().astype(np.uint8))


def plain_graph(network: Exported, size: int) -> onnx.ModelProto:
    """Return the ONNX graph of a network whose input has sides of ``size``, weights in float32.

    Raises:
        ModelError: torch can't write it.
    """
    example = torch.zeros(2, size, size, 3, dtype=torch.uint8)
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        # The exporter warns of its own insides; what counts is checked against torch below.
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            network,
            (example,),
            input_names=["pixels"],
            output_names=["embedding", "features"],
            dynamic_shapes=({0: torch.export.Dim("N")},),
            opset_version=OPSET,
            dynamo=True,
        )
    if program is None:
        raise ModelError("torch exported nothing")
    return bare(program.model_proto)


def bare(model: onnx.ModelProto) -> onnx.ModelProto:
    """Take off what the exporter noted of where each part came from, and of types that float16 weights contradict."""
    # Where in whose files each node came from is nobody's business.
    for node in model.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    for value in (*model.graph.input, *model.graph.output, *model.graph.initializer):
        del value.metadata_props[:]
    del model.graph.metadata_props[:]
    # Types of what lies between follow from the rest; those noted here would contradict float16 weights.
    del model.graph.value_info[:]
    return model


def _checked(folder: Path, pixels: Pixels, expected: Any) -> tuple[float, float | None]:
    """Return the cosines to torch, measured in a thread of its own.

    OpenVINO leaves the thread that compiles without a good stack for signals; a Ctrl-C there would crash.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_cosines, folder, pixels, expected).result()


def _cosines(folder: Path, pixels: Pixels, expected: Any) -> tuple[float, float | None]:
    exact = _worst(open_network(folder, precision="float32").embed(pixels), expected)
    if exact < MIN_COSINE:
        raise ModelError(f"the exported network differs from torch: cosine {exact:.6f}, at least {MIN_COSINE} is asked")
    fast = open_network(folder, precision="auto")
    return exact, _worst(fast.embed(pixels), expected) if fast.precision == "bf16" else None


def _worst(vectors: Any, expected: Any) -> float:
    return float((vectors * expected).sum(axis=1).min())


def _decimals(values: Tensor) -> tuple[float, ...]:
    """Return float32 numbers as the short decimals that they came from."""
    return tuple(round(value, 6) for value in values.flatten().tolist())


def _origin(trained: Trained) -> dict[str, Any]:
    record = trained.record
    config = trained.config.identity()
    # The name is enough: where the file lay is nobody's business.
    config["network"]["weights"] = Path(config["network"]["weights"]).name
    last = record["history"][-1] if record["history"] else {}
    return {
        "config": config,
        "stages": [as_mapping(stage) for stage in trained.config.stages],
        "stage": trained.folder.name,
        **({"average": record["average"]} if "average" in record else {}),
        "seed": trained.config.seed,
        "landmarks": len(trained.classes.landmarks),
        "photos": record["photos"],
        "last_epoch": last,
    }


def write_model(folder: Path, graph: bytes, check: tuple[Pixels, Vectors], description: dict[str, Any]) -> None:
    """Write a model folder: the network, inputs and vectors of its self-check, and ``model.json``, which comes last."""
    with atomic_write(folder / MODEL_ONNX) as stream:
        stream.write(graph)
    write_check(folder, *check)
    write_json(folder / MODEL_JSON, description)


def _fixed(pool: GeM) -> GeM:
    """Return the pooling with p as a number of the graph."""
    fixed = GeM(pool.exponent)
    fixed.plain = pool.plain
    return fixed
