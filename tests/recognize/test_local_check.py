"""The second look: photos rejected by little are named when their points lie as on a reference, and others are not."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from landmarq.cli.albums import command as albums
from landmarq.cli.recognize import command as recognize
from landmarq.errors import InputError
from landmarq.local_features import LocalFeatures, RootSift, root_sift
from landmarq.photos import encode_jpeg
from landmarq.recognize import Decisions
from landmarq.recognize.local_check import LocalCheck, LocalCheckConfig, Picture
from landmarq.types import Pixels
from textured import view, write_textured

REFERENCES = {"a": [root_sift(view(0)), root_sift(view(0, turn=8))], "b": [root_sift(view(1))]}
LANDMARKS = ["a", "b", "c"]


def check(references: dict[str, list[LocalFeatures]] | None = None, **settings: float) -> LocalCheck:
    config = LocalCheckConfig(**settings)  # type: ignore[arg-type]  # whole numbers for whole numbers
    return LocalCheck(references or REFERENCES, describer=RootSift(), config=config)


def decisions(best: list[int], score: list[float]) -> Decisions:
    numbers, values = np.array(best), np.array(score, np.float32)
    passed = np.flatnonzero(values >= 0)
    similar = values + np.float32(0.5)
    nothing = np.full(len(best), np.nan, np.float32)
    return Decisions(
        best=numbers,
        similarity=similar,
        reference=nothing,
        background=np.zeros(len(best), np.float32),
        score=values,
        place_used=np.zeros(len(best), bool),
        matched_photo=passed,
        matched_landmark=numbers[passed],
        matched_similarity=similar[passed],
    )


def picture(pixels: Pixels) -> Picture:
    return lambda: encode_jpeg(pixels)


def never() -> bytes:
    raise AssertionError


def test_a_doubtful_photo_of_the_landmark_is_named() -> None:
    before = decisions([0, 1, 1], [-0.1, 0.2, -0.1])
    pictures = [picture(view(0, turn=4, noise=3)), never, picture(view(50))]
    after = check().recheck(before, LANDMARKS, pictures)
    assert after.score[0] == pytest.approx(-0.1 + 0.02 * 15)
    assert after.score[1:].tolist() == before.score[1:].tolist()
    assert after.matched_photo.tolist() == [0, 1]
    assert after.matched_landmark.tolist() == [0, 1]
    assert after.matched_similarity.tolist() == [before.similarity[0], before.similarity[1]]
    assert before.matched_photo.tolist() == [1]


@pytest.mark.parametrize(
    ("best", "score"),
    [(0, 0.01), (0, -0.16), (-1, float("nan")), (2, -0.05)],
    ids=["accepted", "far", "no candidate", "no reference"],
)
def test_only_doubtful_photos_are_opened(best: int, score: float) -> None:
    after = check().recheck(decisions([best], [score]), LANDMARKS, [never])
    np.testing.assert_array_equal(after.score, np.array([score], np.float32))


def test_what_is_asked_for_decides() -> None:
    asked = [picture(view(0, noise=3))]
    doubtful = decisions([0], [-0.1])
    assert check().recheck(doubtful, LANDMARKS, asked).score[0] > 0
    assert check(chance=10_000).recheck(doubtful, LANDMARKS, asked).score[0] == np.float32(-0.1)
    assert check(weight=0.001).recheck(doubtful, LANDMARKS, asked).score[0] < 0
    assert check(doubt=0.05).recheck(doubtful, LANDMARKS, [never]).score[0] == np.float32(-0.1)


def test_a_photo_without_a_picture_stays_as_it_was() -> None:
    assert check().recheck(decisions([0], [-0.1]), LANDMARKS, [lambda: None]).score[0] == np.float32(-0.1)


def test_settings_and_references_are_part_of_the_fingerprint() -> None:
    prints = [check(), check(), check(chance=9), check({"a": REFERENCES["a"]}), check({"c": REFERENCES["a"]})]
    assert len({each.fingerprint for each in prints}) == 4
    assert prints[0].fingerprint == prints[1].fingerprint
    with pytest.raises(ValueError, match="second look"):
        LocalCheckConfig(weight=0)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Path:
    """Textures whose landmarks a pack of colours can't tell, and a list of references."""
    folder = tmp_path_factory.mktemp("textured")
    catalog = write_textured(folder, tiny_model)
    with catalog.open() as stream:
        rows = [row for row in csv.DictReader(stream) if row["role"] == "train"]
    with (folder / "references.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([("path", "landmark"), *((row["path"], row["landmark"]) for row in rows)])
    pack = json.loads((folder / "pack" / "pack.json").read_text())
    for each in pack["thresholds"].values():
        each.update(eta=1.05, eta_place=1.05, rho=1.0)
    (folder / "pack" / "pack.json").write_text(json.dumps(pack))
    return folder


def test_recognize_and_albums_take_a_second_look(world: Path, tiny_model: Path, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    Image.fromarray(view(2, turn=5, noise=3)).save(tmp_path / "photos" / "mine.png")
    Image.fromarray(view(77)).save(tmp_path / "photos" / "other.png")
    options = ["--pack", str(world / "pack"), "--model", str(tiny_model)]
    second = ["--verify", "local", "--reference-photos", str(world / "references.csv")]
    runner, photos = CliRunner(), str(tmp_path / "photos")

    def named(words: list[str]) -> dict[str, int]:
        out = runner.invoke(recognize, [photos, "--json", *options, *words], catch_exceptions=False).stdout
        return {Path(each["path"]).stem: len(each["landmarks"]) for each in map(json.loads, out.splitlines())}

    assert named([]) == {"mine": 0, "other": 0}
    assert named(second) == {"mine": 1, "other": 0}
    told = runner.invoke(recognize, [photos, *options, *second], catch_exceptions=False).stdout
    assert "its points lie as on a reference" in told

    def in_albums(words: list[str]) -> int:
        report = tmp_path / "albums" / "albums.json"
        runner.invoke(albums, [photos, "-o", str(report.parent), *options, *words], catch_exceptions=False)
        cities = json.loads(report.read_text())["cities"]
        return sum(len(landmark["photos"]) for city in cities for landmark in city["landmarks"])

    # The library notes what decided: switched on and off, its decisions follow, and no photo is opened again.
    assert [in_albums(words) for words in ([], second, [])] == [0, 1, 0]


def test_what_does_not_go_together_is_said(world: Path) -> None:
    runner = CliRunner()
    for words, said in ((["--verify", "local"], "needs photos"), (["--reference-photos", "r.csv"], "goes with")):
        with pytest.raises(InputError, match=said):
            runner.invoke(recognize, [str(world / "val0.png"), *words], catch_exceptions=False)
