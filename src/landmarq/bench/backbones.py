"""What backbones cost: the paper's table, with random weights where none are at hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from landmarq.bench.networks import Speed, measure_speed, variants
from landmarq.bench.table import Table
from landmarq.errors import MissingExtraError
from landmarq.runtime import read_model

PAPERS = ("resnet50", "resnet200", "seresnext101_32x4d", "wide_resnet50_2")
"""The backbones of Boiarov & Tyantov 2019, table 3, by their names in timm."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class BackbonesConfig:
    """What is measured.

    Attributes:
        backbones: timm's names.
        size: side of the square input, pixels.
        photos: in one round.
        rounds: of each variant; the median counts.
    """

    backbones: tuple[str, ...] = PAPERS
    size: int = 256
    photos: int = 16
    rounds: int = 3


def measure_backbones(
    config: BackbonesConfig, *, folder: Path, starter: Path | None = None, progress: Progress | None = None
) -> Table:
    """Measure backbones one after the other: by OpenVINO in float32 and bf16, by ONNX Runtime, by eager torch.

    Args:
        config: which.
        folder: where their models are kept; one that is there is not made again.
        starter: folder of a trained model, whose backbone is measured too.
        progress: called with (backbones done, backbones).

    Raises:
        MissingExtraError: torch is not installed.
    """
    try:
        from landmarq.training.export import check_pixels
        from landmarq.training.untrained import eager, parameters, untrained_network, write_untrained
    except ImportError:
        raise MissingExtraError(what="Measuring backbones", extra="train") from None
    import numpy as np

    names = [*config.backbones, *([_backbone_of(starter)] if starter else [])]
    measured: list[tuple[str, float, list[Speed]]] = []
    wanted = list(dict.fromkeys(names))
    for number, name in enumerate(wanted):
        if progress:
            progress(number, len(wanted))
        network = untrained_network(name)
        model = folder / f"{name}-{config.size}"
        if not (model / "model.json").is_file():
            write_untrained(network, model, name=name, size=config.size)
        pixels = np.resize(check_pixels(config.size), (config.photos, config.size, config.size, 3))
        speeds = measure_speed(variants(model, eager=eager(network)), pixels, rounds=config.rounds)
        measured.append((name, parameters(network) / 1e6, speeds))
    title = f"Backbones at {config.size} px with GeM and a head of 512, milliseconds a photo on all cores"
    return backbones_table(title, measured)


def backbones_table(title: str, measured: Sequence[tuple[str, float, Sequence[Speed]]]) -> Table:
    """Return backbones (name, million weights, speeds of which the last is torch's) as a table.

    A way that a backbone can't be run in, because bf16 is too coarse for it, leaves its cell empty.
    """
    ways = list(dict.fromkeys(each.name for _, _, speeds in measured for each in speeds))
    ways.sort(key=lambda name: name.startswith("torch"))  # a way that only later backbones have comes before torch
    rows = []
    for name, weights, speeds in measured:
        spent = {each.name: 1000 / each.images_a_second for each in speeds}
        best = min(spent[each.name] for each in speeds[:-1])
        rows.append((name, weights, *(spent.get(way) for way in ways), spent[speeds[-1].name] / best))
    return Table(title, ("backbone", "million weights", *ways, "best x torch"), tuple(rows))


def _backbone_of(model: Path) -> str:
    training = read_model(model)[0].training
    return str(training.get("config", {}).get("network", {}).get("backbone", "densenet169"))
