from __future__ import annotations

import pickle
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from landmarq.embed import VectorStore
from landmarq.errors import InputError
from landmarq.evaluation.shards import PIECE, stream_vectors
from landmarq.photos import PhotoView, read_photo
from toys import Painter, unit_vectors


def stream(*files: Path, dimension: int = 4) -> np.ndarray:
    return np.concatenate(list(stream_vectors(files, model="m", dimension=dimension)))


def test_arrays_come_in_order_whatever_their_precision(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    one, other = unit_vectors(rng, 30), unit_vectors(rng, 5)
    np.save(tmp_path / "one.npy", one)
    np.save(tmp_path / "other.npy", other.astype(np.float16))
    got = stream(tmp_path / "one.npy", tmp_path / "other.npy")
    assert got.dtype == np.float32
    assert np.array_equal(got[:30], one)
    assert np.allclose(got[30:], other, atol=1e-3)


def test_a_store_gives_the_vectors_of_one_model(tmp_path: Path, paint: Painter) -> None:
    vectors = unit_vectors(np.random.default_rng(0), 3)
    with VectorStore(tmp_path / "v.sqlite") as store:
        for number, vector in enumerate(vectors):
            content = store.add_photo(read_photo(paint(f"{number}.png", "red", size=(9, 9 + number)), PhotoView(8)))
            store.add_vector(content, vector, model=store.model("m" if number else "other"), precision="float32")
    assert np.array_equal(stream(tmp_path / "v.sqlite"), vectors[1:])
    with pytest.raises(InputError, match="no vectors of this model"):
        list(stream_vectors([tmp_path / "v.sqlite"], model="third", dimension=4))


def test_a_large_file_takes_the_memory_of_one_piece(tmp_path: Path) -> None:
    path = tmp_path / "many.npy"
    array = np.lib.format.open_memmap(path, "w+", np.float16, (20 * PIECE, 64))
    array[:] = 0.125
    del array
    tracemalloc.start()
    count = sum(len(piece) for piece in stream_vectors([path], model="m", dimension=64))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 20 * PIECE
    assert peak < 4 * PIECE * 64 * 4


def test_files_that_hold_no_such_vectors_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "short.npy", np.zeros((2, 3), np.float32))
    np.save(tmp_path / "whole.npy", np.zeros((2, 4), np.int64))
    np.save(tmp_path / "nan.npy", np.full((2, 4), np.nan, np.float32))
    (tmp_path / "text.npy").write_text("no array")
    (tmp_path / "pickle.npy").write_bytes(pickle.dumps([1, 2]))
    np.save(tmp_path / "objects.npy", np.array([{}], object), allow_pickle=True)
    for name, words in (
        ("none.npy", "no such file"),
        ("short.npy", r"vectors of this model are \(n, 4\)"),
        ("whole.npy", "int64"),
        ("nan.npy", "NaN"),
        ("text.npy", "not an array"),
        ("pickle.npy", "not an array"),
        ("objects.npy", "not an array"),
    ):
        with pytest.raises(InputError, match=words):
            stream(tmp_path / name)
