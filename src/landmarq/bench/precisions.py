"""One model in every precision and runtime: speed, cosine and, with a catalog, accuracy."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from landmarq.bench.accuracy import accuracies, with_accuracies
from landmarq.bench.networks import measure_speed, speed_table, variants
from landmarq.bench.table import Table
from landmarq.errors import MissingExtraError, PackError
from landmarq.pack import MODEL_FOLDER
from landmarq.runtime import read_model
from landmarq.runtime.check import read_check
from landmarq.types import Pixels, Vectors
from landmarq.workspace import calibration_pixels, starter_pack

Progress = Callable[[int, int], None]

_PHOTOS = 32


def starter_model() -> Path:
    """Return the folder of the model that comes with landmarq.

    Raises:
        PackError: it was left out.
    """
    starter = starter_pack()
    if starter is None:
        raise PackError("this landmarq comes without a model: name one with --model")
    return starter / MODEL_FOLDER


def measure_model(
    model: Path,
    *,
    int8: Path | None = None,
    catalog: Path | None = None,
    vectors: Path | None = None,
    backbone: str | None = None,
    rounds: int = 5,
    progress: Progress | None = None,
) -> Table:
    """Measure a model in all ways that it can be run.

    Args:
        model: folder of the model; of the one in floating point where ``int8`` is named too.
        int8: folder of its int8 model.
        catalog: photos with roles; without it speed is measured on the model's check inputs, and no accuracy.
        vectors: folder of the catalog's vectors, made or added to; without it they are not kept.
        backbone: timm's name of a network that torch runs beside it, with random weights.
        rounds: of each; the median counts.
        progress: called with (runs done, runs) while speed is measured, then with (photos done, photos), for each way
            anew.

    Raises:
        MissingExtraError: torch is asked for and not installed.
    """
    info = read_model(model)[0]
    eager = _eager(backbone) if backbone else None
    found = variants(model, int8=int8, eager=eager)
    size = info.preprocessing.size
    pixels: Pixels = np.resize(read_check(model, info).pixels, (_PHOTOS, size, size, 3))
    if catalog:
        pixels = calibration_pixels(catalog, info, count=_PHOTOS, rng=np.random.default_rng(1))
    speeds = measure_speed(found, pixels, rounds=rounds, progress=progress)
    title = f"{info.name} at {size} px, {_PHOTOS} photos at once"
    if not catalog:
        return speed_table(title, speeds)
    with tempfile.TemporaryDirectory() as folder:
        told = accuracies(found, catalog, vectors=vectors or Path(folder), progress=progress)
    # Of all photos, in place of the few that speed was measured with.
    speeds = [dataclasses.replace(each, cosine=told[each.name].cosine) if each.cosine else each for each in speeds]
    return with_accuracies(speed_table(title, speeds), told)


def _eager(backbone: str) -> Callable[[Pixels], Vectors]:
    try:
        from landmarq.training.untrained import eager, untrained_network
    except ImportError:
        raise MissingExtraError(what="Running networks by torch", extra="train") from None
    return eager(untrained_network(backbone))
