"""``bulk`` as a library call, and what opens its model."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from landmarq.bulk import BulkConfig, BulkReport, Engine, Output, require_ray
from landmarq.embed import Progress, VectorStore
from landmarq.errors import ConfigError
from landmarq.recognize import Rule
from landmarq.runtime import Runtime, open_network, read_model
from landmarq.workspace.systems import open_system


def open_engine(
    packs: Sequence[Path | str] = (),
    *,
    model: Path | None = None,
    rule: Rule | None = None,
    runtime: Runtime = "openvino",
    precision: Literal["auto", "float32"] = "auto",
    only_vectors: bool = False,
) -> Engine:
    """Open packs with their model, or a model alone, for ``bulk.BatchRecognizer`` and ``bulk.running.run_bulk``.

    Args:
        packs: folders; the pack that comes with landmarq where none is named.
        model: folder of the model; the one in the packs where none is named.
        rule: how photos are decided.
        runtime: what runs the network.
        precision: ``float32`` where machines of several kinds are to give the same bits.
        only_vectors: recognise nothing; needs ``model`` and no pack.

    Raises:
        PackError: a pack is damaged, or packs and model do not go together.
        ModelError: the model is damaged, hostile, or can't be run.
    """
    if only_vectors:
        if model is None or packs:
            raise ConfigError("vectors alone are made with a model: name it with --model, and no pack")
        return Engine(open_network(model, runtime=runtime, precision=precision))
    system = open_system([Path(pack) for pack in packs], model=model, rule=rule, runtime=runtime, precision=precision)
    return Engine(system.network, system.recognizer)


def bulk(
    location: str,
    *,
    out: str,
    packs: Sequence[Path] = (),
    model: Path | None = None,
    rule: Rule | None = None,
    runtime: Runtime = "openvino",
    precision: Literal["auto", "float32"] = "auto",
    only_vectors: bool = False,
    vectors: Path | None = None,
    config: BulkConfig | None = None,
    address: str = "",
    progress: Progress | None = None,
) -> BulkReport:
    """Recognise or embed the photos of a location on a cluster.

    Where ``vectors`` names a file (SQLite), the results are put into it as well, for ``clean``, ``gallery`` and
    ``calibrate``. The rest is as in ``bulk.running.run_bulk`` and ``open_engine``.

    Raises:
        MissingExtraError: Ray is not installed.
        ConfigError: GPUs are asked for a runtime that uses none.
    """
    if config and config.worker_gpus and runtime == "openvino":
        raise ConfigError("OpenVINO computes on processors here: GPUs for workers go with --runtime onnxruntime")
    require_ray()
    # Here: Ray is an extra.
    from landmarq.bulk.running import run_bulk

    opener = functools.partial(
        open_engine,
        tuple(packs),
        model=model,
        rule=rule,
        runtime=runtime,
        precision=precision,
        only_vectors=only_vectors,
    )
    output = Output(out)
    report = run_bulk(location, output, opener, config=config, address=address, progress=progress)
    if vectors:
        from landmarq.bulk.vectors import import_vectors

        fingerprint = read_model(model)[0].fingerprint if model else opener().network.info.fingerprint
        with VectorStore(vectors) as store:
            import_vectors(output, store, model=fingerprint, progress=progress)
    return report
