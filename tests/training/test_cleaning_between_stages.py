"""The curriculum and cleaning meet in files alone: train a region, export, clean the next with it, train on."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

import pytest

from landmarq import workspace
from landmarq.cleaning import CleanConfig
from landmarq.errors import InputError
from landmarq.training.config import ScheduleConfig, StageConfig, TrainConfig
from landmarq.training.curriculum import train
from landmarq.training.export import export
from landmarq.training.stage_folder import load_stage
from training_toys import LANDMARKS


def write(path: Path, rows: list[tuple[str, str]]) -> Path:
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows([("path", "landmark"), *rows])
    return path


def test_the_next_region_is_cleaned_with_the_stage_before_and_trains_on_what_is_kept(
    tiny: TrainConfig, small_world: Path, tmp_path: Path
) -> None:
    # The crawl: six photos of each landmark, an everyday photo among the gates, and a gate among the palaces.
    rows = [(f"photos/{landmark}-{number}.jpg", landmark) for landmark in LANDMARKS for number in range(6)]
    rows += [("photos/everyday-0.jpg", "gate"), ("photos/gate-9.jpg", "palace")]
    crawl = write(small_world / "crawl.csv", rows)
    sure = [(f"photos/{landmark}-{number}.jpg", landmark) for landmark in LANDMARKS for number in (6, 7)]
    references = write(small_world / "references.csv", sure)
    kept = tmp_path / "cleaned" / "kept.csv"
    stages = (StageConfig("europe", ("europe",)), StageConfig("asia", ("asia",), catalog=str(kept)))
    config = dataclasses.replace(tiny, stages=stages, schedule=ScheduleConfig(epochs=1))
    run = tmp_path / "run"
    with pytest.raises(InputError, match="clean the catalog with the model of"):
        train(small_world / "photos.csv", config, out=run)

    export(run / "stage-1-europe", out=tmp_path / "model")
    report = workspace.clean(
        crawl,
        landmarks=small_world / "landmarks.csv",
        references=references,
        model=tmp_path / "model",
        out=kept.parent,
        absolute=True,
        config=CleanConfig(keep_above=0.3),
    )
    assert report.kept + report.dropped + report.relabelled + report.unsure == len(rows)
    assert report.kept > 0

    last = load_stage(train(small_world / "photos.csv", config, out=run))
    assert last.folder.name == "stage-2-asia"
    assert last.record["photos"] == report.kept + 9, "what was kept, and the run's everyday photos"
