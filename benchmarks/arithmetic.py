"""How near networks come to what the processor can multiply: the floor below `landmarq bench network`.

The processor's best is that of large convolutions, 3 x 3 with 256 or 512 channels on maps that stay in its cache, run
by OpenVINO in the same arithmetic on all cores. A network cannot be faster than its multiplications at that rate; how
much faster than eager torch it could be at most, the last column tells.

    python benchmarks/arithmetic.py --model MODEL --int8 MODEL-int8 --backbone wide_resnet50_2 --json arithmetic.json
"""

from __future__ import annotations

import argparse
import math
import time
from pathlib import Path

import numpy as np
import openvino as ov
from openvino import opset13 as ops

from landmarq.bench import Table
from landmarq.bench.networks import measure_speed, variants
from landmarq.bench.precisions import starter_model
from landmarq.cli.bench.output import show
from landmarq.runtime import read_model
from landmarq.runtime.check import read_check
from landmarq.training.untrained import eager, untrained_network
from scale import multiply_adds

HINTS = {"float32": "f32", "bf16": "bf16", "int8": "f32"}
SHAPES = ((256, 32), (512, 32), (512, 16))
"""Channels, and the side of the maps."""
LAYERS = 8
SECONDS = 2.0
ROUNDS = 5
PHOTOS = 32


def convolutions(channels: int, side: int, *, int8: bool) -> ov.Model:
    """Return convolutions one after the other, 3 x 3, each with a ReLU; all numbers in eight bits if ``int8``."""
    rng = np.random.default_rng(0)
    image = ops.parameter([1, channels, side, side], np.float32)
    last = image
    for _ in range(LAYERS):
        kernel = rng.standard_normal((channels, channels, 3, 3)).astype(np.float32) * math.sqrt(2 / (9 * channels))
        weights = ops.constant(kernel)
        if int8:
            last, weights = _eight_bits(last, 0, 4, levels=256), _eight_bits(weights, -0.2, 0.2, levels=255)
        last = ops.relu(ops.convolution(last, weights, [1, 1], [1, 1], [1, 1], [1, 1]))
    return ov.Model([last], [image], "convolutions")


def _eight_bits(node: ov.Output, low: float, high: float, *, levels: int) -> ov.Output:
    bounds = [ops.constant(np.float32(each)) for each in (low, high, low, high)]
    return ops.fake_quantize(node, *bounds, levels)


def best_rate(precision: str) -> float:
    """Return the multiplications with addition a second of the fastest shape, on all cores."""
    found = []
    for channels, side in SHAPES:
        hints = {"INFERENCE_PRECISION_HINT": HINTS[precision], "PERFORMANCE_HINT": "THROUGHPUT"}
        model = convolutions(channels, side, int8=precision == "int8")
        queue = ov.AsyncInferQueue(ov.Core().compile_model(model, "CPU", hints))
        image = np.abs(np.random.default_rng(1).standard_normal((1, channels, side, side))).astype(np.float32)
        each = LAYERS * 9 * channels**2 * side**2
        for _ in range(ROUNDS):
            done, began = 0, time.perf_counter()
            while time.perf_counter() - began < SECONDS / ROUNDS or not done:
                for _ in range(8):
                    queue.start_async({0: image})
                queue.wait_all()
                done += 8
            found.append(each * done / (time.perf_counter() - began))
    return max(found)


def arithmetic(name: str) -> str:
    """Return what a variant multiplies in, by its name."""
    return next(each for each in ("int8", "bf16", "float32") if each in name)


def table(model: Path, *, int8: Path | None, backbone: str) -> Table:
    """Measure the processor, then the network in every way.

    Args:
        model: folder of the network in floating point.
        int8: folder of its quantised one.
        backbone: timm's name of the network that torch runs beside it.
    """
    info = read_model(model)[0]
    size = info.preprocessing.size
    pixels = np.resize(read_check(model, info).pixels, (PHOTOS, size, size, 3))
    found = variants(model, int8=int8, eager=eager(untrained_network(backbone)))
    speeds = measure_speed(found, pixels, rounds=ROUNDS)
    rates = {each: best_rate(each) for each in sorted({arithmetic(each.name) for each in found})}
    torch = speeds[-1].images_a_second
    work = multiply_adds(model)
    rows = []
    for each in speeds:
        rate = rates[arithmetic(each.name)]
        ceiling = rate / work
        share = 100 * each.images_a_second / ceiling
        rows.append((each.name, rate / 1e9, ceiling, each.images_a_second, share, ceiling / torch))
    columns = ("variant", "GMAC/s at best", "images/s at best", "images/s", "of the best %", "at best x torch")
    title = f"{info.name} at {size} px, {work / 1e9:.2f} billion multiply-adds a photo, {PHOTOS} photos at once"
    return Table(title, columns, tuple(rows))


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=starter_model(), help="folder; default: the starter's")
    parser.add_argument("--int8", type=Path, help="folder of its quantised model")
    parser.add_argument("--backbone", default="densenet169", help="timm's name of what torch runs")
    parser.add_argument("--json", type=Path, help="file for the figures, machine and date")
    options = parser.parse_args()
    show([table(options.model, int8=options.int8, backbone=options.backbone)], options.json)


if __name__ == "__main__":
    main()
