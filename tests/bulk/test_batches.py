"""The class for other people's dataflows, with plain dicts of arrays; with Ray in ``test_ray``."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bulk_toys import fill_folder, noise_photo
from landmarq.bulk import BatchRecognizer, Engine
from landmarq.errors import InputError
from landmarq.photos import ReadLimits
from landmarq.types import Place
from landmarq.workspace import open_system, recognize
from landmarq.workspace.bulk import open_engine
from toys import paint_photo

Opener = Callable[[], Engine]
ONE = ReadLimits(workers=1)


def test_paths_give_the_answers_of_one_machine(tmp_path: Path, opener: Opener, pack: Path, tiny_model: Path) -> None:
    paths = [str(path) for path in fill_folder(tmp_path / "photos", 12)]
    out = BatchRecognizer(opener, limits=ONE)({"path": paths, "owner": np.arange(12)})
    system = open_system([pack], model=tiny_model, precision="float32")
    for row, (path, answer) in enumerate(recognize(system, [tmp_path / "photos"])):
        assert out["path"][row] == str(path)
        if isinstance(answer, Exception):
            assert out["error"][row] == str(answer)
            assert out["landmarks"][row] is None
            assert np.isnan(out["vector"][row]).all()
            continue
        expected = answer.as_json("")
        assert {name: out[name][row] for name in expected if name != "path"} == {
            name: value for name, value in expected.items() if name != "path"
        }
        assert out["error"][row] is None
        assert np.isclose(np.linalg.norm(out["vector"][row]), 1)
    assert out["owner"].tolist() == list(range(12))
    assert (out["vector"].shape, out["vector"].dtype) == ((12, 8), np.float32)


def test_bytes_and_a_given_place(tmp_path: Path, opener: Opener) -> None:
    red = paint_photo(tmp_path / "red.jpg", "red").read_bytes()
    batch = {
        "bytes": np.array([red, red, red, noise_photo(1), b"none"], object),
        "lat": np.array([np.nan, 41.9, -33.85, np.nan, np.nan]),
        "lon": np.array([np.nan, 12.5, 151.2, np.nan, np.nan]),
    }
    out = BatchRecognizer(opener, limits=ONE)(batch)
    assert out["place_used"].tolist()[:3] == [False, True, True]
    assert [bool(each) for each in out["landmarks"][:3]] == [True, True, False]
    assert "not a" in out["error"][4]
    assert "bytes" not in out


def test_it_travels_to_workers_before_and_after_use(tmp_path: Path, opener: Opener) -> None:
    red = str(paint_photo(tmp_path / "red.jpg", "red", place=Place(41.9, 12.5)))
    recognizer = BatchRecognizer(opener, limits=ONE)
    before = pickle.loads(pickle.dumps(recognizer))({"path": [red]})  # noqa: S301 - our own, as Spark sends it
    recognizer({"path": [red]})
    after = pickle.loads(pickle.dumps(recognizer))({"path": [red]})  # noqa: S301 - as above
    assert before["landmarks"][0][0]["id"] == after["landmarks"][0][0]["id"] == "red_tower"


def test_without_a_pack_there_are_vectors_alone(tmp_path: Path, tiny_model: Path) -> None:
    from functools import partial

    red = str(paint_photo(tmp_path / "red.jpg", "red"))
    out = BatchRecognizer(partial(open_engine, model=tiny_model, only_vectors=True), limits=ONE)({"path": [red]})
    assert out["landmarks"].tolist() == [None]
    assert np.isclose(np.linalg.norm(out["vector"][0]), 1)


def test_batches_without_photos_or_from_a_vanished_place_say_so(opener: Opener, tmp_path: Path) -> None:
    recognizer = BatchRecognizer(opener, limits=ONE)
    with pytest.raises(InputError, match="needs a column bytes or path; it has image"):
        recognizer({"image": [b""]})
    with pytest.raises(InputError, match="gone is not there any more"):
        recognizer({"path": [str(tmp_path / "gone/a.jpg")]})
    assert len(recognizer({"path": []})["vector"]) == 0


def test_the_class_needs_neither_ray_nor_pyarrow() -> None:
    script = (
        "import sys, landmarq.bulk, landmarq.workspace.bulk\nprint({'ray', 'pyarrow', 'fsspec'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "set()\n"
