from __future__ import annotations

import csv
import dataclasses
import shutil
from pathlib import Path

import pytest
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from landmarq.artifacts import read_json
from landmarq.errors import CatalogError, ConfigError, InputError
from landmarq.training.classes import Classes
from landmarq.training.config import HeadConfig, OptimiserConfig, ScheduleConfig, StageConfig, TrainConfig
from landmarq.training.curriculum import train
from landmarq.training.learner import build_learner, inherit
from landmarq.training.stage_folder import load_stage
from training_toys import LANDMARKS, Listener


def write_catalog(path: Path, rows: list[tuple[str, str]]) -> Path:
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows([("path", "landmark"), *rows])
    return path


def test_stages_grow_restart_the_schedule_and_keep_what_was_learnt(
    tiny: TrainConfig, small_world: Path, tmp_path: Path
) -> None:
    last = train(small_world / "photos.csv", tiny, out=tmp_path)
    assert last == tmp_path / "stage-2-asia"
    first, second = load_stage(tmp_path / "stage-1-europe"), load_stage(tmp_path)
    assert first.classes == Classes(("bridge", "tower"), non_landmark=True)
    assert second.classes == Classes(("bridge", "tower", "gate", "palace"), non_landmark=True)
    # Stage k trains on regions 1..k and all everyday photos.
    assert (first.record["photos"], second.record["photos"]) == (2 * 8 + 9, 4 * 8 + 9)
    # Landmarks of a later region are no question for stage 1: 6 of its own and 5 everyday photos are.
    assert (first.record["validation_photos"], second.record["validation_photos"]) == (2 * 3 + 5, 4 * 3 + 5)
    assert [len(stage.record["history"]) for stage in (first, second)] == [3, 3]
    for stage in (first, second):
        board = EventAccumulator(str(tmp_path / "tensorboard" / stage.folder.name)).Reload()
        # Each stage has 3 epochs: the rates fall after 40 % and 80 % of it, and begin anew with the next.
        for part, rate in (("backbone", 0.02), ("embedding", 0.05), ("classifier", 0.05)):
            values = [scalar.value for scalar in board.Scalars(f"rate/{part}")]
            assert values[0] == pytest.approx(rate)
            assert values[-1] == pytest.approx(rate / 100)


def test_a_stage_starts_from_the_weights_and_rows_of_the_one_before(
    tiny: TrainConfig, small_world: Path, tmp_path: Path
) -> None:
    # Nothing moves: what the second stage delivers is what it started from.
    still = OptimiserConfig(backbone_rate=0, embedding_rate=0, classifier_rate=0)
    config = dataclasses.replace(tiny, optimiser=still, schedule=ScheduleConfig(epochs=1))
    train(small_world / "photos.csv", config, out=tmp_path)
    first, second = (load_stage(tmp_path / name).learner for name in ("stage-1-europe", "stage-2-asia"))
    before, after = dict(first.embedder.named_parameters()), dict(second.embedder.named_parameters())
    assert all(torch.equal(after[name], value) for name, value in before.items())
    for old, new in zip(first.head.landmark_rows(), second.head.landmark_rows(), strict=True):
        assert torch.equal(new[:2], old)


@pytest.mark.parametrize("kind", ["softmax", "arcface"])
def test_old_rows_are_kept_and_new_ones_added(kind: str, tiny: TrainConfig) -> None:
    head = HeadConfig(kind="softmax") if kind == "softmax" else HeadConfig(kind="arcface", sub_centers=2)
    config = dataclasses.replace(tiny, head=head)
    old_classes = Classes(("a", "b"), non_landmark=True)
    new_classes = Classes(("a", "b", "c", "d"), non_landmark=True)
    torch.manual_seed(0)
    old, new = build_learner(config, old_classes), build_learner(config, new_classes)
    assert old.centers is not None
    assert new.centers is not None
    old.centers.points.normal_()
    fresh = [rows.clone() for rows in new.head.landmark_rows()]
    inherit(new, new_classes, parent=old, parent_classes=old_classes)
    for rows, before, first in zip(new.head.landmark_rows(), old.head.landmark_rows(), fresh, strict=True):
        assert torch.equal(rows[:2], before)
        assert torch.equal(rows[2:], first[2:])
    for rows, before in zip(new.head.non_landmark_rows(), old.head.non_landmark_rows(), strict=True):
        assert torch.equal(rows, before), "the non-landmark class moves to the end with its row"
    assert torch.equal(new.centers.points[:2], old.centers.points)
    assert not new.centers.points[2:].any()
    x = torch.randn(3, 16)
    old_scores, new_scores = old.head.scores(x), new.head.scores(x)
    assert old_scores is not None
    assert new_scores is not None
    torch.testing.assert_close(new_scores[:, [0, 1, 4]], old_scores)
    for name, value in old.embedder.state_dict().items():
        assert torch.equal(new.embedder.state_dict()[name], value)


def test_a_later_stage_waits_for_its_cleaned_catalog_and_goes_on_with_it(
    tiny: TrainConfig, small_world: Path, tmp_path: Path, listener: Listener
) -> None:
    kept = tmp_path / "cleaned" / "kept.csv"
    stages = (tiny.stages[0], StageConfig("asia", ("asia",), catalog=str(kept)))
    config = dataclasses.replace(tiny, stages=stages, schedule=ScheduleConfig(epochs=1))
    with pytest.raises(InputError, match=r"stage asia wants its catalog .*kept\.csv: clean .*stage-1-europe") as caught:
        train(small_world / "photos.csv", config, out=tmp_path)
    assert "\n" not in str(caught.value)
    assert load_stage(tmp_path).folder == tmp_path / "stage-1-europe"

    # As `landmarq clean` writes it: the paths' text as in the catalog that was cleaned, no roles.
    kept.parent.mkdir()
    rows = [(f"photos/{landmark}-{number}.jpg", landmark) for landmark in LANDMARKS for number in range(5)]
    write_catalog(kept, rows)
    train(small_world / "photos.csv", config, out=tmp_path, reporter=listener)
    assert listener.saying("europe: done already")
    second = load_stage(tmp_path)
    assert second.record["photos"] == 4 * 5 + 9, "the run's everyday photos stay"
    assert second.record["validation_photos"] == 4 * 3 + 5, "the run's catalog validates"


def test_a_wrong_region_name_is_one_line_before_anything_trains(
    tiny: TrainConfig, small_world: Path, tmp_path: Path
) -> None:
    config = dataclasses.replace(tiny, stages=(tiny.stages[0], StageConfig("far", ("far_east",))))
    with pytest.raises(ConfigError, match=r"stage far .*'far_east'.*its regions are asia, europe"):
        train(small_world / "photos.csv", config, out=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_landmark_without_photos_is_named_and_left_out(
    tiny: TrainConfig, small_world: Path, tmp_path: Path, listener: Listener
) -> None:
    world = shutil.copytree(small_world, tmp_path / "world")
    with (world / "landmarks.csv").open("a") as stream:
        stream.write("minaret,Minaret,Town,Land,asia,,\n")
    config = dataclasses.replace(tiny, schedule=ScheduleConfig(epochs=1))
    train(world / "photos.csv", config, out=tmp_path / "run", reporter=listener)
    assert listener.saying("left out") == ["no training photos, left out: minaret"]
    assert "minaret" not in load_stage(tmp_path / "run").classes.landmarks


def test_an_empty_folder_is_named_and_left_out(
    tiny: TrainConfig, small_world: Path, tmp_path: Path, listener: Listener
) -> None:
    for landmark in LANDMARKS:
        (tmp_path / "world" / landmark).mkdir(parents=True)
        if landmark != "gate":
            for number in range(3):
                shutil.copy(small_world / "photos" / f"{landmark}-{number}.jpg", tmp_path / "world" / landmark)
    config = dataclasses.replace(tiny, stages=(), schedule=ScheduleConfig(epochs=1))
    stage = load_stage(train(tmp_path / "world", config, out=tmp_path / "run", reporter=listener))
    assert listener.saying("left out") == ["no photos in the folder, left out: gate"]
    assert stage.classes.landmarks == ("bridge", "palace", "tower")
    data = dataclasses.replace(config.data, min_photos=4)
    with pytest.raises(InputError, match="no photo of a landmark trains"):
        train(tmp_path / "world", dataclasses.replace(config, data=data), out=tmp_path / "few", reporter=listener)
    assert listener.lines[-1] == "fewer than 4 training photos, left out: bridge, palace, tower"


@pytest.mark.parametrize("power", [0.0, 1.0])
def test_landmarks_of_one_photo_train(power: float, tiny: TrainConfig, small_world: Path, tmp_path: Path) -> None:
    rows = [(f"photos/tower-{number}.jpg", "tower") for number in range(9)]
    rows += [("photos/gate-0.jpg", "gate"), ("photos/everyday-0.jpg", "")]
    catalog = write_catalog(small_world / f"one-{power}.csv", rows)
    sampling = dataclasses.replace(tiny.sampling, class_power=power)
    config = dataclasses.replace(tiny, sampling=sampling, stages=(), schedule=ScheduleConfig(epochs=1))
    stage = load_stage(train(catalog, config, out=tmp_path))
    assert stage.folder.name == "stage-1-all"
    assert stage.classes.landmarks == ("gate", "tower")
    assert stage.record["history"][0]["photos"] == 11


def test_a_share_of_each_class_is_set_aside_where_the_catalog_has_no_roles(
    tiny: TrainConfig, small_world: Path, tmp_path: Path
) -> None:
    rows = [(f"photos/{landmark}-{number}.jpg", landmark) for landmark in LANDMARKS for number in range(10)]
    catalog = write_catalog(small_world / "no-roles.csv", [*rows, ("photos/everyday-0.jpg", "")])
    data = dataclasses.replace(tiny.data, validation_share=0.3)
    config = dataclasses.replace(tiny, data=data, stages=(), schedule=ScheduleConfig(epochs=1))
    record = load_stage(train(catalog, config, out=tmp_path)).record
    assert (record["photos"], record["validation_photos"]) == (4 * 7 + 1, 4 * 3)


def test_a_stage_without_regions_trains_on_at_another_size(
    tiny: TrainConfig, small_world: Path, tmp_path: Path
) -> None:
    stages = (StageConfig("small", ("europe", "asia")), StageConfig("large", size=48, epochs=1))
    config = dataclasses.replace(tiny, stages=stages, schedule=ScheduleConfig(epochs=1))
    train(small_world / "photos.csv", config, out=tmp_path)
    sizes = [load_stage(tmp_path / name).config.augment.size for name in ("stage-1-small", "stage-2-large")]
    assert sizes == [32, 48]
    assert load_stage(tmp_path).record["photos"] == 41


def test_missing_files_are_one_line(tiny: TrainConfig, small_world: Path, tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="no such file"):
        train(tmp_path / "none.csv", tiny, out=tmp_path)
    lonely = write_catalog(tmp_path / "photos.csv", [("a.jpg", "tower")])
    with pytest.raises(InputError, match=r"landmarks\.csv is missing: name the table with --landmarks"):
        train(lonely, tiny, out=tmp_path)
    everyday = write_catalog(tmp_path / "everyday.csv", [("a.jpg", "")])
    with pytest.raises(InputError, match="no photo of a landmark trains"):
        train(everyday, tiny, out=tmp_path, landmarks=small_world / "landmarks.csv")
    with pytest.raises(InputError, match="no run with a finished stage"):
        load_stage(tmp_path)


def test_the_manifest_tells_what_a_stage_was_made_from(tiny: TrainConfig, small_world: Path, tmp_path: Path) -> None:
    config = dataclasses.replace(tiny, schedule=ScheduleConfig(epochs=1))
    train(small_world / "photos.csv", config, out=tmp_path)
    first, second = (read_json(tmp_path / name / "manifest.json") for name in ("stage-1-europe", "stage-2-asia"))
    assert second["inputs"]["previous"] == first["fingerprint"]
    assert first["config"]["stage"] == {"number": 1, "regions": ["europe"]}
    assert "machine" not in first["config"]


def test_at_most_so_many_photos_a_landmark(tiny: TrainConfig, small_world: Path, tmp_path: Path) -> None:
    sampling = dataclasses.replace(tiny.sampling, most_per_landmark=5)
    config = dataclasses.replace(tiny, sampling=sampling, stages=(), schedule=ScheduleConfig(epochs=1))
    assert load_stage(train(small_world / "photos.csv", config, out=tmp_path)).record["photos"] == 4 * 5 + 9
