"""The whole recipe: its parts, the stages, and the file it is read from."""

from __future__ import annotations

import dataclasses
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from landmarq.config import as_mapping, from_mapping, read_toml
from landmarq.errors import InputError
from landmarq.training.config.checks import check
from landmarq.training.config.network import PAIR_HEADS, HeadConfig, NetworkConfig
from landmarq.training.config.photos import AugmentConfig, DataConfig, SamplingConfig
from landmarq.training.config.steps import OptimiserConfig, ScheduleConfig


@dataclass(frozen=True)
class StageConfig:
    """One stage of the curriculum.

    Attributes:
        name: names the stage's folder.
        regions: regions of the landmark table that join at this stage; none: it trains on, perhaps at another size.
        catalog: a catalog of this stage's own, such as one cleaned with the model of the stage before.
        epochs: epochs of this stage; 0: the schedule's.
        size: side of its training square, pixels; 0: the recipe's.
    """

    name: str
    regions: tuple[str, ...] = ()
    catalog: str = ""
    epochs: int = 0
    size: int = 0

    def __post_init__(self) -> None:
        """Check ranges."""
        legal = self.name and all(letter.isalnum() or letter in "_-" for letter in self.name)
        check(bool(legal), f"stages.name {self.name!r}: give a name of letters, digits, _ and -")
        check(self.epochs >= 0, f"stage {self.name}: epochs can't be negative")
        check(self.size == 0 or 16 <= self.size <= 2048, f"stage {self.name}: size must be 0 or lie in [16, 2048]")


@dataclass(frozen=True)
class AverageConfig:
    """The mean of weights that a run delivers (``landmarq.training.average``); by default the last stage's alone.

    Attributes:
        start: share of the network that the run started from, in [0, 1).
        stages: how many of the last stages share the rest alike.
    """

    start: float = 0.0
    stages: int = 1

    def __post_init__(self) -> None:
        """Check ranges."""
        check(0 <= self.start < 1, "average.start must lie in [0, 1)")
        check(self.stages >= 1, "average.stages must be at least 1")

    @property
    def asked_for(self) -> bool:
        """Whether the mean is of more than the last stage."""
        return self.start > 0 or self.stages > 1


@dataclass(frozen=True)
class MachineConfig:
    """How the machine does it; nothing here changes the result, so nothing here makes a run another run.

    Attributes:
        device: ``auto`` (CUDA where there is one), ``cpu`` or ``cuda``.
        workers: processes that read photos; 0: the training process reads them itself; absent: none on a CPU, whose
            cores compute (a reader beside them cost a quarter of the speed), and up to eight beside a GPU.
        cache: keep decoded photos in memory (about 260 kB each at 256 px short side).
        checkpoint_minutes: time between checkpoints; at each epoch's end there is one anyway.
    """

    device: Literal["auto", "cpu", "cuda"] = "auto"
    workers: int | None = None
    cache: bool = False
    checkpoint_minutes: float = 5.0

    def __post_init__(self) -> None:
        """Check ranges."""
        check(self.workers is None or 0 <= self.workers <= 256, "machine.workers must lie in [0, 256]")
        check(self.checkpoint_minutes >= 0, "machine.checkpoint_minutes can't be negative")

    def readers(self, *, on_gpu: bool) -> int:
        """Return how many processes read photos."""
        if self.workers is not None:
            return self.workers
        return min(8, os.cpu_count() or 1) if on_gpu else 0


@dataclass(frozen=True)
class TrainConfig:
    """A whole training.

    Attributes:
        seed: of every random choice: first weights, order, augmentation.
        precision: ``bf16`` (autocast of the backbone) or ``float32``.
        ema: decay of the running mean of the weights, which is then what the stage delivers; 0: off.
    """

    seed: int = 0
    precision: Literal["bf16", "float32"] = "bf16"
    ema: float = 0.0
    data: DataConfig = field(default_factory=DataConfig)
    network: NetworkConfig = field(default_factory=NetworkConfig)
    head: HeadConfig = field(default_factory=HeadConfig)
    augment: AugmentConfig = field(default_factory=AugmentConfig)
    sampling: SamplingConfig = field(default_factory=SamplingConfig)
    optimiser: OptimiserConfig = field(default_factory=OptimiserConfig)
    schedule: ScheduleConfig = field(default_factory=ScheduleConfig)
    average: AverageConfig = field(default_factory=AverageConfig)
    machine: MachineConfig = field(default_factory=MachineConfig)
    stages: tuple[StageConfig, ...] = ()

    def __post_init__(self) -> None:
        """Check ranges and what depends on several parts."""
        check(self.seed >= 0, "seed can't be negative")
        most = max(1, len(self.stages))
        check(self.average.stages <= most, f"average.stages is {self.average.stages}, and the recipe has {most}")
        check(0 <= self.ema < 1, "ema must lie in [0, 1)")
        if self.head.kind in PAIR_HEADS:
            check(self.sampling.photos_per_landmark >= 2, f"{self.head.kind} needs sampling.photos_per_landmark >= 2")
        check(not self.stages or bool(self.stages[0].regions), "the first stage names no regions")
        names = [stage.name for stage in self.stages]
        check(len(set(names)) == len(names), "two stages have the same name")
        regions = [region for stage in self.stages for region in stage.regions]
        twice = sorted({region for region in regions if regions.count(region) > 1})
        check(not twice, f"the region {', '.join(twice)} joins at two stages; name it where it joins first")

    def of_stage(self, stage: StageConfig) -> TrainConfig:
        """Return the recipe with a stage's own number of epochs and size in it."""
        schedule = dataclasses.replace(self.schedule, epochs=stage.epochs or self.schedule.epochs)
        augment = dataclasses.replace(self.augment, size=stage.size or self.augment.size)
        return dataclasses.replace(self, schedule=schedule, augment=augment)

    def identity(self) -> dict[str, Any]:
        """Return what decides a stage, JSON-able: all but ``machine``, ``average`` and ``stages`` (it adds its own)."""
        # Through the reader, for which 1 and 1.0 are the same recipe.
        values = as_mapping(from_mapping(TrainConfig, as_mapping(self)))
        del values["machine"], values["average"], values["stages"]
        return values


SHIPPED = ("delf", "paper", "scenes", "starter", "triplet")
"""Recipes that come with landmarq, read by these names."""


def read_config(path: Path) -> TrainConfig:
    """Read a recipe; relative paths in it are taken relative to its folder.

    Args:
        path: a TOML file, or the name of a shipped recipe.

    Raises:
        InputError: no such file, or not TOML.
        ConfigError: an unknown key, a wrong type, a value out of range.
    """
    if not path.exists():
        if str(path) not in SHIPPED:
            raise InputError(f"no such configuration: {path} (shipped ones: {', '.join(SHIPPED)})")
        path = Path(__file__).parents[1] / "recipes" / f"{path}.toml"
    values = read_toml(path)
    config = from_mapping(TrainConfig, values, origin=str(path))
    root = path.parent
    network = config.network
    if network.weights not in ("hub", "none"):
        network = dataclasses.replace(network, weights=str(root / network.weights))
    stages = tuple(
        dataclasses.replace(stage, catalog=str(root / stage.catalog)) if stage.catalog else stage
        for stage in config.stages
    )
    return dataclasses.replace(config, network=network, stages=stages)
