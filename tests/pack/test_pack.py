from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmarq.errors import PackError
from landmarq.gallery import build_gallery
from landmarq.pack import STRICTNESSES, Background, Pack, PackInfo, Thresholds, open_pack
from toys import LANDMARKS, unit_vectors


def some_pack(*, eta: float = 0.5, lower: float = 0.1) -> Pack:
    rng = np.random.default_rng(1)
    ids = [landmark.id for landmark in LANDMARKS]
    vectors = {each: unit_vectors(rng, 4) for each in ids}
    gallery = build_gallery(ids, photos=vectors, references=vectors, background=unit_vectors(rng, 3))
    sets = {str(each): Thresholds(eta, eta - lower, eta) for each in STRICTNESSES}
    info = PackInfo("toy", "f" * 64, sets, Background(0.3, 5), {"kind": "test"}, "CC0-1.0", "made up", {"x": 1})
    return Pack(info, LANDMARKS, gallery)


@given(eta=st.floats(-1, 1), lower=st.floats(0, 1))
def test_a_pack_is_opened_as_it_was_saved(eta: float, lower: float, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("pack")
    pack = some_pack(eta=eta, lower=lower)
    pack.save(folder)
    again = open_pack(folder)
    assert (again.info, again.landmarks) == (pack.info, pack.landmarks)
    assert np.array_equal(again.gallery.centroids, pack.gallery.centroids)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("pack.json", b"{", "damaged"),
        ("pack.json", b"{}", "does not describe"),
        ("pack.json", b'{"kind": "landmarq-pack", "schema": 9}', "newer"),
        ("pack.json", None, "missing"),
        ("landmarks.csv", b"id,name\n", "lacks the column"),
        ("landmarks.csv", None, "is missing"),
        ("gallery.safetensors", b"\x08\0\0\0\0\0\0\0{}      ", "damaged"),
        ("gallery.safetensors", b"", "damaged"),
        ("gallery.safetensors", None, "missing"),
    ],
)
def test_a_damaged_pack_is_one_clear_error(name: str, content: bytes | None, said: str, tmp_path: Path) -> None:
    some_pack().save(tmp_path)
    (tmp_path / name).unlink() if content is None else (tmp_path / name).write_bytes(content)
    with pytest.raises(PackError, match=said) as raised:
        open_pack(tmp_path)
    assert "\n" not in str(raised.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes and devices in the file system")
@pytest.mark.parametrize("name", ["pack.json", "landmarks.csv", "gallery.safetensors", "references.csv"])
def test_what_never_ends_is_not_read(name: str, tmp_path: Path) -> None:
    some_pack().save(tmp_path)
    (tmp_path / name).unlink(missing_ok=True)
    (tmp_path / name).symlink_to("/dev/zero")
    with pytest.raises(PackError, match="not a plain file"):
        open_pack(tmp_path)
    (tmp_path / name).unlink()
    os.mkfifo(tmp_path / name)
    with pytest.raises(PackError, match="not a plain file"):
        open_pack(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="a file of this size has no hole there, and fills the disk")
@pytest.mark.parametrize("name", ["pack.json", "landmarks.csv", "gallery.safetensors"])
def test_an_absurdly_large_file_is_not_read(name: str, tmp_path: Path) -> None:
    some_pack().save(tmp_path)
    os.truncate(tmp_path / name, 2**35)  # a hole, which takes no disk
    with pytest.raises(PackError, match="too large"):
        open_pack(tmp_path)


def test_a_table_of_other_landmarks_does_not_fit(tmp_path: Path) -> None:
    some_pack().save(tmp_path)
    lines = (tmp_path / "landmarks.csv").read_text().splitlines(keepends=True)
    (tmp_path / "landmarks.csv").write_text("".join(lines[:-1]))
    with pytest.raises(PackError, match="2 landmarks in the table, 3 in the gallery"):
        open_pack(tmp_path)


@pytest.mark.parametrize(("key", "value"), [("eta", 5), ("eta_place", 0.9), ("rho", "high"), ("zeta", 1)])
def test_thresholds_out_of_reach_are_refused(key: str, value: object, tmp_path: Path) -> None:
    some_pack().save(tmp_path)
    values = json.loads((tmp_path / "pack.json").read_text())
    values["thresholds"]["normal"][key] = value
    (tmp_path / "pack.json").write_text(json.dumps(values))
    with pytest.raises(PackError, match=r"pack\.json"):
        open_pack(tmp_path)


def test_a_missing_pack_is_named(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="no such pack"):
        open_pack(tmp_path / "gone")
