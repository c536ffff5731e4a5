"""The file of local features: round trips, one describer's features apart from another's, damage said."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from landmarq.errors import ArtifactError, PhotoError
from landmarq.local_features import FeatureStore, LocalFeatures, RootSift, RootSiftConfig, describe_files, encoded
from landmarq.types import Pixels
from textured import view


class Counting(RootSift):
    """RootSIFT that counts the photos it is given."""

    photos = 0

    def describe(self, photos: Sequence[Pixels]) -> list[LocalFeatures]:
        self.photos += len(photos)
        return super().describe(photos)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    for seed in range(3):
        Image.fromarray(view(seed)).save(tmp_path / f"{seed}.png")
    return [tmp_path / f"{seed}.png" for seed in range(3)]


def test_a_photo_is_described_once(tmp_path: Path, files: list[Path]) -> None:
    describer = Counting()
    with FeatureStore(tmp_path / "features.sqlite") as store:
        first = describe_files(files, describer, store=store)
    (tmp_path / "copy.png").write_bytes(files[0].read_bytes())
    with FeatureStore(tmp_path / "features.sqlite") as store:
        again = describe_files([*files, tmp_path / "copy.png"], describer, store=store)
        kept = store.get(describer.fingerprint, str(first[1]))
    assert describer.photos == 3
    assert again == [*first, first[0]]
    np.testing.assert_array_equal(kept.codes, describer.describe([np.asarray(Image.open(files[1]))])[0].codes)


def test_describers_do_not_mix(tmp_path: Path, files: list[Path]) -> None:
    one, other = RootSift(), RootSift(RootSiftConfig(points=10))
    with FeatureStore(tmp_path / "features.sqlite") as store:
        content = str(describe_files(files[:1], one, store=store)[0])
        with pytest.raises(KeyError):
            store.get(other.fingerprint, content)
        describe_files(files[:1], other, store=store)
        assert len(store.get(other.fingerprint, content)) == 10
        assert len(store.get(one.fingerprint, content)) > 10


def test_a_bad_photo_stops_nothing(tmp_path: Path, files: list[Path]) -> None:
    (tmp_path / "bad.png").write_bytes(b"not a photo")
    wanted = [tmp_path / "bad.png", files[0], tmp_path / "gone.png"]
    with FeatureStore(tmp_path / "features.sqlite") as store:
        bad, good, gone = describe_files(wanted, RootSift(), store=store)
    assert isinstance(bad, PhotoError)
    assert isinstance(gone, PhotoError)
    assert isinstance(good, str)


def test_a_run_stopped_goes_on(tmp_path: Path, files: list[Path]) -> None:
    describer = Counting()

    def stop(done: int, _: int) -> None:
        if done:
            raise KeyboardInterrupt

    with FeatureStore(tmp_path / "features.sqlite") as store, pytest.raises(KeyboardInterrupt):
        describe_files(files, describer, store=store, progress=stop)
    with FeatureStore(tmp_path / "features.sqlite") as store:
        describe_files(files, describer, store=store)
    assert describer.photos == 3


def test_damage_is_said(tmp_path: Path, files: list[Path]) -> None:
    path = tmp_path / "features.sqlite"
    with FeatureStore(path) as store:
        content = str(describe_files(files[:1], RootSift(), store=store)[0])
    with sqlite3.connect(path) as raw:
        raw.execute("update features set data = x'00ff'")
    raw.close()
    with FeatureStore(path) as store, pytest.raises(ArtifactError, match="damaged"):
        store.get(RootSift().fingerprint, content)
    path.write_bytes(b"something else" * 100)
    with pytest.raises(ArtifactError, match="can't be used"):
        FeatureStore(path)


def test_features_that_do_not_fit_together_are_refused() -> None:
    with pytest.raises(ValueError, match="one row a point"):
        LocalFeatures(np.zeros((2, 2), np.float32), np.zeros((3, 8), np.int8))
    with pytest.raises(ValueError, match="finite"):
        encoded(np.full((1, 2), np.nan), np.ones((1, 4)))
