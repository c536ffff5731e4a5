"""Vectors of a catalog's landmarks, read one landmark at a time, equal those read all at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from landmarq.catalog import Catalog, CatalogRow
from landmarq.embed import LandmarkVectors, VectorStore, by_landmark, catalog_vectors
from landmarq.errors import ArtifactError, CatalogError, PhotoError
from landmarq.photos import FoundFile, Photo
from toys import unit_vectors

COUNT = 1300


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    names = ["", "tower", "bridge", "dome"]
    rows = [CatalogRow(f"{number}.jpg", names[number % 4]) for number in range(COUNT)]
    return Catalog((*rows, CatalogRow("gone.jpg", "tower")), tmp_path)


@pytest.fixture
def store(tmp_path: Path, catalog: Catalog) -> VectorStore:
    store = VectorStore(tmp_path / "vectors.sqlite")
    model, vectors = store.model("m"), unit_vectors(np.random.default_rng(0), COUNT, 6)
    pixels = np.zeros((32, 32, 3), np.uint8)
    with store.transaction():
        for number, vector in enumerate(vectors):
            file = FoundFile(tmp_path / catalog.rows[number].path, 7, 0)
            if number % 10 == 3:
                store.add_failure(file, PhotoError("damaged", reason="damaged"))
                continue
            content = store.add_photo(Photo(f"{number:064x}", 7, 4, 3, None, None, (), pixels, b""))
            store.add_file(file, content)
            store.add_vector(content, vector, model=model, precision="float32")
    return store


def test_one_landmark_at_a_time_gives_the_same_vectors(store: VectorStore, catalog: Catalog) -> None:
    found = catalog_vectors(store, catalog, model="m")
    lazily, at_once = LandmarkVectors(store, catalog, model="m"), by_landmark(found)
    assert set(lazily) == set(at_once)
    for landmark, vectors in at_once.items():
        assert np.array_equal(lazily[landmark], vectors)
    assert lazily.unread == len(found.unread) == 131
    assert (len(lazily), lazily.dimension) == (4, 6)


@pytest.mark.parametrize("at_most", [1, 40, 5000])
def test_some_vectors_are_spread_evenly(store: VectorStore, catalog: Catalog, at_most: int) -> None:
    lazily = LandmarkVectors(store, catalog, model="m")
    whole = lazily[""]
    assert np.array_equal(lazily.evenly("", at_most=at_most), whole[:: -(-len(whole) // at_most)])
    assert lazily.evenly("", at_most=0).shape == lazily.evenly("nobody", at_most=3).shape == (0, 6)


def test_no_vectors_is_one_clear_error(store: VectorStore, catalog: Catalog) -> None:
    with pytest.raises(ArtifactError, match="embed"):
        LandmarkVectors(store, catalog, model="another")
    with pytest.raises(CatalogError, match="embed"):
        LandmarkVectors(store, Catalog(catalog.rows[-1:], catalog.root), model="m")
