"""The pack and model that come with landmarq."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from landmarq import workspace
from landmarq.catalog import read_catalog
from landmarq.config import from_mapping
from landmarq.errors import PhotoError
from landmarq.explain import split_similarity
from landmarq.pack import MODEL_FOLDER, open_pack
from landmarq.recognize import Rule
from landmarq.runtime import open_head, open_network, read_model
from landmarq.runtime.check import read_check, worst_cosine
from landmarq.training.config import TrainConfig, read_config


@pytest.fixture(scope="module")
def starter() -> Path:
    folder = workspace.starter_pack()
    assert folder is not None
    return folder


def test_it_fits_its_budget(starter: Path) -> None:
    model = sum(file.stat().st_size for file in (starter / MODEL_FOLDER).iterdir())
    pack = sum(file.stat().st_size for file in starter.iterdir() if file.is_file())
    assert model <= 30e6
    assert pack <= 5e6


def test_it_knows_its_landmarks_and_says_what_it_was_learnt_from(starter: Path) -> None:
    pack = open_pack(starter)
    assert len(pack.landmarks) == 57
    assert all(landmark.place is not None and landmark.city for landmark in pack.landmarks)
    assert pack.info.calibration["kind"] == "calibrated"
    network = workspace.open_system().network
    assert "mixed or unknown" in network.info.notice


def test_its_heat_maps_sum_to_the_similarity(starter: Path) -> None:
    model, centroids = starter / MODEL_FOLDER, open_pack(starter).gallery.centroids
    network, (weight, bias) = open_network(model, precision="float32"), open_head(model)
    pixels = read_check(model, network.info).pixels
    for features, vector in zip(network.features(pixels), network.embed(pixels), strict=True):
        maps, _ = split_similarity(features, centroids, weight=weight, bias=bias, pooling=network.info.pooling)
        assert np.abs(maps.sum(axis=(1, 2)) - centroids @ vector).max() <= 1e-5


def test_the_runtimes_agree(starter: Path) -> None:
    pytest.importorskip("onnxruntime")
    model = starter / MODEL_FOLDER
    pixels = read_check(model, read_model(model)[0]).pixels
    one, other = open_network(model), open_network(model, runtime="onnxruntime")
    assert worst_cosine(one.embed(pixels), other.embed(pixels)) > 0.999


def test_the_recipe_that_ships_is_the_one_that_the_model_was_trained_with() -> None:
    training = workspace.open_system().network.info.training
    trained = from_mapping(TrainConfig, {**training["config"], "stages": training["stages"]})
    shipped = read_config(Path("starter"))
    names = [f"stage-{number}-{stage.name}" for number, stage in enumerate(shipped.stages, start=1)]
    assert training["average"] == {"start": shipped.average.start, "stages": names[-shipped.average.stages :]}
    number = len(shipped.stages)
    assert trained.stages == shipped.stages
    asked, told = (config.identity() for config in (shipped.of_stage(shipped.stages[number - 1]), trained))
    for recipe in (asked, told):
        recipe["network"].pop("weights")  # a file's name in one, in the other what the command line may replace
    assert told == asked


def test_a_grey_picture_is_no_landmark(tmp_path: Path) -> None:
    from toys import paint_photo

    answers = list(workspace.recognize(workspace.open_system(), [paint_photo(tmp_path / "grey.png", "grey")]))
    assert not isinstance(answers[0][1], PhotoError)
    assert answers[0][1].matches == ()


def test_it_recognises_real_photos(real_photos: Path) -> None:
    catalog = read_catalog(real_photos / "photos.csv")
    known = catalog.with_roles("val").rows[::8]
    others = catalog.with_roles("val_negative").rows[::8]
    system = workspace.open_system(rule=Rule(use_place=False))
    found = [
        {match.landmark.id for match in answer.matches}
        for _, answer in workspace.recognize(system, [catalog.file(row) for row in (*known, *others)])
        if not isinstance(answer, PhotoError)
    ]
    right = sum(row.landmark in ids for row, ids in zip(known, found, strict=False))
    wrong = sum(bool(ids) for ids in found[len(known) :])
    assert right >= 0.7 * len(known)
    assert wrong <= 1
