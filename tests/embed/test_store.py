from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from landmarq.embed import VectorStore
from landmarq.errors import LibraryError, PhotoError, StorageError
from landmarq.photos import FoundFile, Photo
from landmarq.types import Place
from toys import unit_vectors

PIXELS = np.zeros((32, 32, 3), np.uint8)


def photo(number: int) -> Photo:
    taken = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
    return Photo(f"{number:064x}", 7, 40, 30, taken, Place(1.5, -2.5), ("GPS odd",), PIXELS, b"jpeg")


@pytest.fixture
def store(tmp_path: Path) -> VectorStore:
    return VectorStore(tmp_path / "vectors.sqlite")


def test_a_photo_is_kept_with_its_vectors_by_model(store: VectorStore) -> None:
    one, other = store.model("one"), store.model("other")
    content = store.add_photo(photo(1))
    vectors = unit_vectors(np.random.default_rng(0), 2, 8)
    store.add_vector(content, vectors[0], model=one, precision="float32")
    store.add_vector(content, vectors[1], model=other, precision="bf16")
    assert np.array_equal(store.vectors([content, content], model=one), vectors[[0, 0]])
    assert np.array_equal(store.vectors([content], model=other), vectors[1:])
    kept = store.photos([content])[content]
    assert (kept.sha256, kept.taken, kept.place, kept.notes) == (
        photo(1).content,
        photo(1).taken,
        photo(1).place,
        ("GPS odd",),
    )
    assert store.thumbnail(content) == b"jpeg"


def test_vectors_come_in_batches_by_content(store: VectorStore) -> None:
    model, vectors = store.model("m"), unit_vectors(np.random.default_rng(0), 5, 8)
    for number in range(5):
        store.add_vector(store.add_photo(photo(number)), vectors[number], model=model, precision="float32")
    batches = list(store.each_vector(model, batch=2))
    assert [len(contents) for contents, _ in batches] == [2, 2, 1]
    assert np.array_equal(np.concatenate([each for _, each in batches]), vectors)


def test_many_vectors_are_looked_up_in_the_order_asked_for(store: VectorStore) -> None:
    model, vectors = store.model("m"), unit_vectors(np.random.default_rng(0), 1200, 4)
    with store.transaction():
        contents = [store.add_photo(photo(number)) for number in range(1200)]
        for content, vector in zip(contents, vectors, strict=True):
            store.add_vector(content, vector, model=model, precision="float32")
    order = np.random.default_rng(1).permutation(1200)
    assert np.array_equal(store.vectors([contents[at] for at in order], model=model), vectors[order])


def test_what_nobody_holds_is_forgotten_after_some_days(store: VectorStore, tmp_path: Path) -> None:
    content = store.add_photo(photo(1))
    store.add_file(FoundFile(tmp_path / "a.jpg", 7, 1), content)
    path = next(iter(store.files()))
    store.forget_files([path], now=0.0)
    assert store.files() == {}
    assert store.content_of(photo(1).content) == content
    store.forget_files([], now=29 * 86400)
    assert store.content_of(photo(1).content) == content
    store.forget_files([], now=31 * 86400)
    assert store.content_of(photo(1).content) is None


def test_a_failure_is_remembered_with_its_reason(store: VectorStore, tmp_path: Path) -> None:
    store.add_failure(FoundFile(tmp_path / "a.jpg", 7, 1), PhotoError("damaged: x", reason="damaged"))
    assert store.failed() == {"damaged": 1}


def test_a_transaction_is_all_or_nothing(store: VectorStore) -> None:
    def stopped_half_way() -> None:
        with store.transaction():
            store.add_photo(photo(1))
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        stopped_half_way()
    assert store.photos() == {}


def test_a_full_disk_is_one_line_and_loses_nothing(store: VectorStore) -> None:
    content = store.add_photo(photo(1))
    pages = store.db.execute("pragma page_count").fetchone()[0]
    store.db.execute(f"pragma max_page_count = {pages + 2}")

    def fill() -> None:
        with store.transaction():
            for number in range(2, 2000):
                store.add_photo(photo(number))

    with pytest.raises(StorageError, match="no space left"):
        fill()
    assert list(store.photos()) == [content]


def test_a_file_that_is_no_store_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes").write_bytes(b"precious " * 100)
    with pytest.raises(LibraryError, match="can't be used"):
        VectorStore(tmp_path / "notes")
    assert (tmp_path / "notes").read_bytes() == b"precious " * 100


def test_a_newer_store_is_left_alone(store: VectorStore) -> None:
    store.db.execute("pragma user_version = 99")
    store.close()
    with pytest.raises(LibraryError, match="newer version"):
        VectorStore(store.path)
