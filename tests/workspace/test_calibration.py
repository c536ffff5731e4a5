from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from landmarq.errors import InputError
from landmarq.pack import STRICTNESSES, open_pack
from landmarq.workspace.calibration import calibrate
from measured_toys import Measured
from toys import Painter


def test_all_sets_are_written_with_their_provenance(measured: Measured, tmp_path: Path) -> None:
    report = calibrate(
        measured.catalog, pack=measured.pack, out=tmp_path / "p", vectors=measured.vectors, model=measured.model
    )
    assert (report.photos, report.unread, report.rate) == (64, 0, None)
    pack = open_pack(tmp_path / "p")
    assert pack.info.thresholds == {name: report.sets[name].thresholds for name in STRICTNESSES}
    calibration = pack.info.calibration
    assert calibration["kind"] == "calibrated"
    assert calibration["split"] == "val", "never the test photos by default"
    assert calibration["roles"] == {"val": 24, "val_negative": 40}
    assert calibration["config"]["precisions"] == [0.98, 0.9, 0.7]
    goal = calibration["sets"]["strict"]["goal"]
    assert goal["rate"] == 0.01
    assert 0 < goal["precision"] < 0.98, "so few photos can't tell 98 %: the goal is what they can tell"
    assert calibration["sets"]["strict"]["by_look"]["negatives"] == 32
    assert calibration["sets"]["strict"]["by_look"]["supported_precision"] < 0.9
    assert calibration["config"]["seed"] == 0


def test_a_promise_changes_its_set_and_keeps_the_others_in_order(measured: Measured, tmp_path: Path) -> None:
    before = open_pack(measured.pack).info.thresholds
    report = calibrate(
        measured.catalog,
        pack=measured.pack,
        out=tmp_path / "p",
        vectors=measured.vectors,
        model=measured.model,
        precision=0.5,
        rate=0.3,
        strictness="normal",
    )
    after = open_pack(tmp_path / "p").info.thresholds
    assert list(report.sets) == ["normal"]
    assert after["normal"] == report.sets["normal"].thresholds
    assert report.sets["normal"].by_look.supported_precision >= 0.5
    strict, normal, loose = (after[name] for name in STRICTNESSES)
    assert strict.eta >= normal.eta >= loose.eta
    assert strict.eta_place >= normal.eta_place >= loose.eta_place
    assert loose.eta <= before["loose"].eta


def test_a_promise_beyond_the_data_writes_nothing(measured: Measured, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"32 other photos support .* it takes at least [\d,]+"):
        calibrate(
            measured.catalog,
            pack=measured.pack,
            out=tmp_path / "p",
            vectors=measured.vectors,
            model=measured.model,
            precision=0.98,
            rate=0.01,
        )
    assert not (tmp_path / "p").exists()


def test_the_rate_of_a_library(measured: Measured, tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    for path in sorted(measured.catalog.parent.glob("test*.png")):
        shutil.copy(path, library)
    report = calibrate(
        measured.catalog,
        pack=measured.pack,
        out=tmp_path / "p",
        vectors=measured.vectors,
        model=measured.model,
        rate=library,
    )
    assert report.rate is not None
    interval = report.rate.interval()
    assert interval.low <= 12 / 22 <= interval.high
    rate = open_pack(tmp_path / "p").info.calibration["library_rate"]["rate"]
    assert report.sets["loose"].goal.rate == rate == report.rate.rate


def test_a_library_without_landmarks_has_no_rate(measured: Measured, tmp_path: Path, paint: Painter) -> None:
    library = tmp_path / "library"
    for number in range(5):
        paint(f"library/{number}.png", "white", size=(40, 40 + number))
    with pytest.raises(InputError, match="can't be told from 0"):
        calibrate(
            measured.catalog,
            pack=measured.pack,
            out=tmp_path / "p",
            vectors=measured.vectors,
            model=measured.model,
            rate=library,
        )
