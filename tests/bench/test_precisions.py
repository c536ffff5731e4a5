from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from landmarq.bench import Table
from landmarq.bench.accuracy import accuracies, with_accuracies
from landmarq.bench.networks import Variant, measure_speed, speed_table
from landmarq.bench.precisions import measure_model
from landmarq.errors import InputError
from landmarq.runtime import Network
from landmarq.types import Pixels, Vectors
from measured_toys import Measured
from toys import ToyNetwork, paint_photo


class Turned(ToyNetwork):
    """Its vectors are those of the toy, turned; it remembers the batches."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[int] = []

    def embed(self, pixels: Pixels) -> Vectors:
        self.calls.append(len(pixels))
        return np.roll(super().embed(pixels), 1, axis=1)


class Blind(ToyNetwork):
    """All photos are alike to it."""

    runtime = "blind 1.0"

    def embed(self, pixels: Pixels) -> Vectors:
        return np.tile(np.eye(3, dtype=np.float32)[0], (len(pixels), 1))


def variant(name: str, network: Network) -> Variant:
    return Variant(name, network.embed, network)


def test_speed_and_cosine_of_variants_in_turn() -> None:
    toy, turned = ToyNetwork(), Turned()
    pixels = np.random.default_rng(0).integers(0, 256, (40, 32, 32, 3), np.uint8)
    found = [variant("plain", toy), variant("turned", turned), Variant("torch eager", turned.embed)]
    speeds = measure_speed(found, pixels, rounds=2)
    assert turned.calls == [40, 40, *[32, 8] * 4]
    assert speeds[0].cosine == pytest.approx((1, 1))
    expected = np.sum(toy.embed(pixels) * np.roll(toy.embed(pixels), 1, axis=1), axis=1)
    assert speeds[1].cosine == pytest.approx((expected.min(), expected.mean()))
    assert speeds[2].cosine is None
    assert speed_table("toy", speeds).rows[2][3] == 1.0


def test_a_network_that_sees_and_one_that_is_blind(measured: Measured, tmp_path: Path) -> None:
    found = accuracies(
        [variant("sees", ToyNetwork()), variant("blind", Blind()), Variant("torch", Blind().embed)],
        measured.catalog,
        vectors=tmp_path,
    )
    assert found.keys() == {"sees", "blind"}
    assert found["sees"].every.total == found["blind"].every.total == 24
    assert found["sees"].n_every == found["sees"].n_everyday == 40
    assert found["blind"].every.share <= 1 / 3
    assert found["sees"].every.share > found["blind"].every.share
    assert found["sees"].cosine == pytest.approx((1, 1))
    assert found["blind"].cosine[0] < found["blind"].cosine[1] < 1
    assert found["blind"].n_photos > 64


def test_unknown_landmarks_are_told_from_everyday_photos(tmp_path: Path) -> None:
    """Two reds: one that the gallery knows, and one that it was not taught and can't tell from it."""
    kinds = {("train", "red"): "#f00000", ("val", "red"): "#f00000", ("val_negative", ""): "#0000f0"}
    lines = ["path,landmark,role"]
    for (role, landmark), colour in {**kinds, ("val_unknown", "brick"): "#f00000"}.items():
        for number in range(3):
            path = paint_photo(tmp_path / f"{role}{number}.png", colour, size=(32 + number, 32))
            lines.append(f"{path.name},{landmark},{role}")
    (tmp_path / "photos.csv").write_text("\n".join(lines))
    toy = ToyNetwork()
    for _ in range(2):  # the second time all vectors are there
        accuracy = accuracies([variant("toy", toy)], tmp_path / "photos.csv", vectors=tmp_path / "vectors")["toy"]
        assert accuracy.everyday is not None
        assert (accuracy.everyday.hits, accuracy.every.hits) == (3, 0)
        assert (accuracy.n_everyday, accuracy.n_every) == (3, 6)
    assert toy.embedded == 6  # photos of one content are embedded once
    assert [file.name for file in (tmp_path / "vectors").glob("*.sqlite")] == ["toy-float32.sqlite"]
    table = with_accuracies(Table("", ("variant",), (("toy",), ("torch",))), {"toy": accuracy})
    assert table.rows == (("toy", "100.0% (3 of 3)", "0.0% (0 of 3)"), ("torch", None, None))
    assert "against 3 everyday photos, and against 6" in table.notes[0]


@pytest.mark.parametrize(
    ("role", "words"), [("val", "no landmark photos of the role train"), ("train", "no role 'val'")]
)
def test_a_catalog_that_can_not_tell_accuracy_says_what_it_lacks(tmp_path: Path, role: str, words: str) -> None:
    (tmp_path / "photos.csv").write_text(f"path,landmark,role\na.jpg,tower,{role}\n")
    with pytest.raises(InputError, match=words):
        accuracies([variant("toy", ToyNetwork())], tmp_path / "photos.csv", vectors=tmp_path)


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
