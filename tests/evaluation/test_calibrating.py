from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from landmarq.errors import InputError
from landmarq.evaluation.calibrating import CalibrationConfig, Calibrator, goals_at
from landmarq.evaluation.probing import NO_REFERENCE_CHECK, scores_by_look
from landmarq.evaluation.thresholds import Goal
from landmarq.gallery import Gallery
from landmarq.metrics import sensitivity_at_specificity
from landmarq.pack import STRICTNESSES, Pack
from landmarq.recognize import Recognizer, Rule

CONFIG = CalibrationConfig()


@pytest.fixture(scope="module")
def calibrator(world: Any) -> Calibrator:
    return Calibrator(world.pack, world.photos, CONFIG)


def test_photos_that_choose_the_offset_set_no_threshold(world: Any, calibrator: Calibrator) -> None:
    assert calibrator.by_look.n_positives == 240 * 4 // 5
    assert calibrator.by_look.n_negatives == 1200 * 4 // 5
    assert len(calibrator.with_place) == len(calibrator.by_look), "every photo counts with a place too"
    assert calibrator.offset in CONFIG.offsets
    again = Calibrator(world.pack, world.photos, CONFIG)
    assert np.array_equal(again.by_look.scores, calibrator.by_look.scores)
    other = Calibrator(world.pack, world.photos, dataclasses.replace(CONFIG, seed=1))
    assert not np.array_equal(other.by_look.scores, calibrator.by_look.scores)


def test_the_offset_is_the_one_that_finds_most(world: Any) -> None:
    config = CalibrationConfig(offset_share=1.0, offset_specificities=(0.99,))
    best = max(
        sensitivity_at_specificity(scores_by_look(world.pack, world.photos, offset=offset), 0.99).share
        for offset in config.offsets
    )
    half = Calibrator(world.pack, world.photos, dataclasses.replace(config, offset_share=0.5))
    chosen = scores_by_look(world.pack, world.photos, offset=half.offset)
    assert sensitivity_at_specificity(chosen, 0.99).share >= best - 0.1


def test_sets_by_estimate_are_ordered_and_say_what_supports_them(calibrator: Calibrator) -> None:
    sets = calibrator.best(goals_at(0.05, (0.95, 0.9, 0.7)))
    strict, normal, loose = (sets[each] for each in STRICTNESSES)
    for tighter, wider in ((strict, normal), (normal, loose)):
        assert tighter.thresholds.eta >= wider.thresholds.eta
        assert tighter.thresholds.eta_place >= wider.thresholds.eta_place
        assert tighter.by_look.sensitivity <= wider.by_look.sensitivity
    for each in (strict, normal, loose):
        assert each.thresholds.eta_place <= each.thresholds.eta
        assert each.thresholds.rho == pytest.approx(max(-2, each.thresholds.eta + calibrator.offset))
        assert each.by_look.threshold == each.thresholds.eta
        assert each.with_place.threshold == each.thresholds.eta_place
        assert each.by_look.supported_precision < each.by_look.estimated_precision
        assert each.by_look.estimated_precision >= each.goal.precision
        assert each.with_place.sensitivity >= each.by_look.sensitivity - 0.02, "a place makes it easier"


def test_what_a_set_claims_is_what_the_recogniser_does(world: Any, calibrator: Calibrator) -> None:
    claimed = calibrator.promised(Goal(0.8, 0.1))
    info = dataclasses.replace(world.pack.info, thresholds={str(each): claimed.thresholds for each in STRICTNESSES})
    recognizer = Recognizer([Pack(info, world.pack.landmarks, world.pack.gallery)], Rule(use_place=False))
    found = recognizer.recognize(world.photos.vectors, [None] * len(world.photos.rows))
    alarms = sum(bool(each.matches) for row, each in zip(world.photos.rows, found, strict=True) if not row.landmark)
    # The fifth that chose the offset is among these 1200 too.
    assert claimed.by_look.false_alarms <= alarms <= claimed.by_look.false_alarms + 240
    assert claimed.by_look.supported_precision >= 0.8
    assert claimed.with_place.supported_precision >= 0.8


def test_a_promise_beyond_the_data_is_refused(calibrator: Calibrator) -> None:
    with pytest.raises(
        InputError, match=r"0\.999 at a landmark rate of 0\.001 can't be promised without a place.*it takes"
    ):
        calibrator.promised(Goal(0.999, 0.001))


def test_a_gallery_without_references_leaves_their_check_out(world: Any) -> None:
    gallery = world.pack.gallery
    bare = Gallery(
        gallery.centroids,
        gallery.centroid_owner,
        gallery.references[:0],
        gallery.reference_owner[:0],
        gallery.background,
    )
    got = Calibrator(Pack(world.pack.info, world.pack.landmarks, bare), world.photos, CONFIG)
    assert got.offset == NO_REFERENCE_CHECK
    assert got.promised(Goal(0.8, 0.1)).thresholds.rho >= -2


def test_a_librarys_landmark_rate_is_estimated(world: Any, calibrator: Calibrator) -> None:
    # A library with one landmark photo in twenty, of the photos at hand: 60 of 1200.
    shows = np.array([bool(row.landmark) for row in world.photos.rows])
    chosen = np.zeros(len(shows), np.bool_)
    chosen[np.flatnonzero(shows)[:60]] = chosen[np.flatnonzero(~shows)[:1140]] = True
    library = world.photos.where(chosen.tolist())
    got = calibrator.library_rate(library)
    assert got.accepted.total == 1200
    assert got.rate == pytest.approx(0.05, abs=0.01)
    assert got.interval().low < 0.05 < got.interval().high


def test_photos_of_one_kind_are_an_error(world: Any) -> None:
    others = world.photos.where([not row.landmark for row in world.photos.rows])
    with pytest.raises(InputError, match="no photo shows a known landmark"):
        Calibrator(world.pack, others, CONFIG)
    landmarks = world.photos.where([bool(row.landmark) for row in world.photos.rows])
    with pytest.raises(InputError, match="every photo shows a known landmark"):
        Calibrator(world.pack, landmarks, CONFIG)
