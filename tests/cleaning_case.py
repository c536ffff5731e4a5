"""A small crawl on disk, and what cleans it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from landmarq import workspace
from landmarq.cleaning import CleanConfig
from landmarq.embed import Progress
from landmarq.workspace import CleanReport

COLOURS = {"red_tower": (220, 30, 30), "green_dome": (30, 220, 30), "blue_bridge": (30, 30, 220)}
FILES = ("kept", "dropped", "relabelled", "unsure")


def paint_picture(path: Path, colour: tuple[int, int, int], seed: int, *, side: int = 48) -> None:
    """Write a picture of blocks around a colour: one seed is one picture, at any size."""
    blocks = np.random.default_rng(seed).integers(-25, 26, (12, 12, 1)) + np.array(colour)
    picture = Image.fromarray(np.clip(blocks, 0, 255).astype(np.uint8))
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.resize((side, side), Image.Resampling.BICUBIC).save(path)


@dataclass(frozen=True)
class Case:
    """A crawl on disk, and what cleans it."""

    folder: Path
    model: Path

    def clean(
        self, *, config: CleanConfig | None = None, catalog: str = "crawl.csv", progress: Progress | None = None
    ) -> CleanReport:
        return workspace.clean(
            self.folder / catalog,
            landmarks=self.folder / "landmarks.csv",
            references=self.folder / "references.csv",
            model=self.model,
            out=self.folder / "out",
            config=config,
            progress=progress,
        )

    def rows(self, name: str) -> list[dict[str, str]]:
        with (self.folder / "out" / f"{name}.csv").open(newline="") as stream:
            return list(csv.DictReader(stream))

    def all_rows(self) -> dict[str, list[dict[str, str]]]:
        return {name: self.rows(name) for name in FILES}


def write_csv(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows(rows)
