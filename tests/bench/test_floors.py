from __future__ import annotations

from pathlib import Path

import pytest

from landmarq.bench.floors import Floor, FloorsConfig, floors_table, measure_floors
from measured_toys import Measured


def test_the_floor_is_decoding_shared_by_the_cores_and_the_network() -> None:
    floor = Floor(12, 3e6, decode_ms=24, shared_ms=26, network_ms=11, albums_ms=25, start_s=1, cores=2)
    assert floor.floor_ms == 24 / 2 + 11
    assert floor.share == pytest.approx(23 / 25)
    assert floors_table([floor]).rows[0][7] == pytest.approx(92)


def test_floors_are_measured_on_a_whole_run(measured: Measured, tmp_path: Path) -> None:
    steps = []
    floors = measure_floors(
        FloorsConfig(megapixels=(1,), seconds=0.01, rounds=2),
        folder=tmp_path,
        packs=[measured.pack],
        model=measured.model,
        progress=lambda done, total: steps.append((done, total)),
    )
    assert steps == [(1, 2), (2, 2)]
    (floor,) = floors
    assert 0 < floor.network_ms < floor.decode_ms  # the tiny network costs next to nothing
    assert floor.floor_ms < floor.albums_ms
    assert floor.shared_ms > 0
    assert not (tmp_path / "photos").exists()


def test_impossible_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="round"):
        FloorsConfig(rounds=0)
