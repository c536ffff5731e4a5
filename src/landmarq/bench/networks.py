"""The network alone: precisions and runtimes side by side, what they cost and what they change."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from landmarq.bench.table import Table
from landmarq.errors import MissingExtraError
from landmarq.runtime import Network, open_network, read_model
from landmarq.types import Pixels, Vectors

BATCH = 32
"""Photos handed over at once, as ``albums`` does."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Variant:
    """One way to run a network.

    Attributes:
        name: runtime and precision.
        embed: pixels (n, size, size, 3) uint8 into unit vectors (n, d).
        network: what embeds; None where the weights are random, and the vectors not those of the model.
    """

    name: str
    embed: Callable[[Pixels], Vectors]
    network: Network | None = None


@dataclass(frozen=True)
class Speed:
    """What one variant does.

    Attributes:
        name: of the variant.
        images_a_second: on all cores.
        cosine: smallest and mean cosine with the first variant's vectors of the same photos; None where not comparable.
    """

    name: str
    images_a_second: float
    cosine: tuple[float, float] | None


def variants(
    model: Path, *, int8: Path | None = None, eager: Callable[[Pixels], Vectors] | None = None
) -> list[Variant]:
    """Open a model in every way that this machine offers; float32 on OpenVINO comes first.

    Args:
        model: folder of the model; of the one in floating point where ``int8`` is named too.
        int8: folder of its quantised one.
        eager: the same network run by torch, with random weights.
    """
    found: list[Variant] = []
    for folder in (model, *([int8] if int8 else [])):
        kind = "int8, the rest " if "quantised" in read_model(folder)[0].training else ""
        exact, fast = open_network(folder, precision="float32"), open_network(folder)
        found.append(Variant(f"OpenVINO {kind}{exact.precision}", exact.embed, exact))
        if fast.precision != exact.precision:
            found.append(Variant(f"OpenVINO {kind}{fast.precision}", fast.embed, fast))
        other = _on_onnxruntime(folder)
        if other:
            found.append(Variant(f"ONNX Runtime {kind}{other.precision}", other.embed, other))
    if eager is not None:
        found.append(Variant("torch eager float32", eager))
    return found


def measure_speed(
    found: Sequence[Variant], pixels: Pixels, *, rounds: int = 5, progress: Progress | None = None
) -> list[Speed]:
    """Time variants on the same photos in turn; the median of the rounds counts, after one that does not.

    Args:
        found: at least one; cosines are with the first.
        pixels: (n, size, size, 3) uint8, n >= 1.
        rounds: of each variant.
        progress: called with (runs done, runs).
    """
    spent: list[list[float]] = [[] for _ in found]
    vectors: list[Vectors] = [each.embed(pixels) for each in found]
    for number in range(rounds):
        for at, variant in enumerate(found):
            began = time.perf_counter()
            for start in range(0, len(pixels), BATCH):
                variant.embed(pixels[start : start + BATCH])
            spent[at].append((time.perf_counter() - began) / len(pixels))
            if progress:
                progress(number * len(found) + at + 1, rounds * len(found))
    return [
        Speed(each.name, 1 / statistics.median(times), _cosine(vectors[0], own) if each.network else None)
        for each, times, own in zip(found, spent, vectors, strict=True)
    ]


def speed_table(title: str, speeds: Sequence[Speed]) -> Table:
    """Return speeds as a table, with the ratio to eager torch where it was measured."""
    base = next((each.images_a_second for each in speeds if each.name.startswith("torch")), speeds[0].images_a_second)
    beside = "x torch" if speeds[-1].name.startswith("torch") else f"x {speeds[0].name}"
    rows = tuple(
        (
            *(each.name, each.images_a_second, 1000 / each.images_a_second, each.images_a_second / base),
            *(f"{cosine:.5f}" if cosine is not None else None for cosine in each.cosine or (None, None)),
        )
        for each in speeds
    )
    return Table(title, ("variant", "images/s", "ms", beside, "worst cosine", "mean cosine"), rows)


def _cosine(one: Vectors, other: Vectors) -> tuple[float, float]:
    cosines = np.sum(one * other, axis=1)
    return float(cosines.min()), float(cosines.mean())


def _on_onnxruntime(folder: Path) -> Network | None:
    try:
        return open_network(folder, runtime="onnxruntime")
    except MissingExtraError:
        return None
