"""Made-up landmarks, and ears for what a training says."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
from PIL import Image

from landmarq.training.config import TrainConfig
from landmarq.training.progress import Silence

SIDE = 48
LANDMARKS = {"tower": "europe", "bridge": "europe", "gate": "asia", "palace": "asia"}


def paint(path: Path, *, kind: int | None, random: np.random.Generator) -> None:
    """Write a JPEG: stripes of a landmark's own direction and colour, or, without a kind, patches by chance."""
    rows, columns = np.mgrid[0:SIDE, 0 : SIDE + 16] / SIDE
    if kind is None:
        coarse = random.integers(0, 256, size=(6, 8, 3), dtype=np.uint8)
        pixels = np.kron(coarse, np.ones((8, 8, 1), dtype=np.uint8))
    else:
        angle = 0.9 * kind
        wave = np.sin(2 * np.pi * (3 + kind) * (columns * np.cos(angle) + rows * np.sin(angle)) + random.uniform(0, 6))
        colour = np.array([[1.0, 0.3, 0.2], [0.2, 1.0, 0.3], [0.3, 0.2, 1.0], [1.0, 1.0, 0.2]])[kind % 4]
        light = 127 + 90 * wave[:, :, None] * colour + random.normal(0, 12, (*wave.shape, 3))
        pixels = np.clip(light, 0, 255).astype(np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, quality=92)


class Listener(Silence):
    """Keeps what a training says."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        self.lines.append(line)

    def saying(self, words: str) -> list[str]:
        """Return the lines with these words in them."""
        return [line for line in self.lines if words in line]


def as_toml(config: TrainConfig) -> str:
    """Write a recipe as TOML: one table a part; JSON's values are TOML's here."""
    values = dataclasses.asdict(config)
    stages = values.pop("stages")
    lines = [f"{key} = {json.dumps(value)}" for key, value in values.items() if not isinstance(value, dict)]
    for name, table in values.items():
        if isinstance(table, dict):
            lines.append(f"[{name}]")
            lines += [f"{key} = {json.dumps(value)}" for key, value in table.items() if value is not None]
    for stage in stages:
        lines += ["[[stages]]", *(f"{key} = {json.dumps(value)}" for key, value in stage.items())]
    return "\n".join(lines)
