from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from landmarq.bench.accuracy import sensitivities
from landmarq.bench.networks import Variant, measure_speed, speed_table
from landmarq.bench.precisions import measure_model
from landmarq.runtime import open_network, read_model
from landmarq.types import Pixels, Vectors
from measured_toys import Measured
from toys import ToyNetwork


def test_speed_and_cosine_of_variants_in_turn() -> None:
    toy, calls = ToyNetwork(), []

    def bent(pixels: Pixels) -> Vectors:
        calls.append(len(pixels))
        vectors = toy.embed(pixels)
        return np.roll(vectors, 1, axis=1)

    pixels = np.random.default_rng(0).integers(0, 256, (40, 32, 32, 3), np.uint8)
    found = [Variant("plain", toy.embed), Variant("bent", bent), Variant("torch eager", bent, comparable=False)]
    speeds = measure_speed(found, pixels, rounds=2)
    assert calls == [40, 40, *[32, 8] * 4]
    assert speeds[0].cosine == pytest.approx((1, 1))
    expected = np.sum(toy.embed(pixels) * np.roll(toy.embed(pixels), 1, axis=1), axis=1)
    assert speeds[1].cosine == pytest.approx((expected.min(), expected.mean()))
    assert speeds[2].cosine is None
    table = speed_table("toy", speeds, accuracy={"plain": 0.876})
    assert table.rows[0][-1] == "87.6%"
    assert table.rows[2][3] == 1.0


def test_a_network_that_sees_and_one_that_is_blind(measured: Measured) -> None:
    network = open_network(measured.model, precision="float32")

    def blind(pixels: Pixels) -> Vectors:
        return np.tile(np.eye(8, dtype=np.float32)[0], (len(pixels), 1))

    found = sensitivities(
        [Variant("sees", network.embed), Variant("blind", blind)], measured.catalog, info=read_model(measured.model)[0]
    )
    assert found["sees"].total == found["blind"].total == 24
    assert found["blind"].share <= 1 / 3
    assert found["sees"].share > found["blind"].share


def test_a_model_is_measured_in_every_way_there_is(measured: Measured) -> None:
    table = measure_model(measured.model, catalog=measured.catalog, rounds=1)
    names = [row[0] for row in table.rows]
    assert names[0] == "OpenVINO float32"
    assert all(float(str(row[5])) > 0.99 for row in table.rows)
    assert all(row[-1] is not None for row in table.rows)


def test_an_int8_model_stands_beside_its_own_and_alone(measured: Measured, tmp_path: Path) -> None:
    pytest.importorskip("nncf", reason="the extra quantise is not installed")
    from landmarq.runtime.quantise import quantise

    pixels = np.random.default_rng(0).integers(0, 256, (8, 32, 32, 3), np.uint8)
    quantise(measured.model, pixels=pixels, out=tmp_path)
    both = [str(row[0]) for row in measure_model(measured.model, int8=tmp_path, rounds=1).rows]
    alone = [str(row[0]) for row in measure_model(tmp_path, rounds=1).rows]
    assert both[0] == "OpenVINO float32"
    assert alone[0] == "OpenVINO int8, the rest float32"
    assert alone == [name for name in both if "int8" in name]
