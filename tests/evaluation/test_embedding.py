from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from landmarq.catalog import Catalog, CatalogRow
from landmarq.embed import CatalogVectors, VectorStore
from landmarq.errors import InputError, ModelError
from landmarq.evaluation.embedding import embed_catalog, places_of
from landmarq.photos import PhotoReader
from landmarq.types import Pixels, Place, Vectors
from toys import Painter, ToyNetwork

HERE, THERE = Place(48.0, 2.0), Place(41.0, 12.0)


class BrokenNetwork(ToyNetwork):
    """A network that gives NaN for whatever it sees."""

    def embed(self, pixels: Pixels) -> Vectors:
        return np.full_like(super().embed(pixels), np.nan)


def embedded(catalog: Catalog, folder: Path, network: ToyNetwork) -> CatalogVectors:
    with VectorStore(folder / "v.sqlite") as store, PhotoReader() as reader:
        return embed_catalog(catalog, store=store, network=network, reader=reader)


def test_the_catalogs_place_comes_before_the_photos_own(tmp_path: Path, paint: Painter) -> None:
    paint("a.jpg", "red", place=HERE)
    paint("b.jpg", "red", place=HERE, size=(60, 50))
    paint("c.jpg", "blue")
    rows = (
        CatalogRow("a.jpg", "red"),
        CatalogRow("b.jpg", "red", place=THERE),
        CatalogRow("c.jpg", ""),
        CatalogRow("d.jpg", ""),
    )
    found = embedded(Catalog(rows, tmp_path), tmp_path, ToyNetwork())
    own, catalogs, none = places_of(found)
    assert own is not None
    assert (own.lat, own.lon) == pytest.approx((HERE.lat, HERE.lon))
    assert (catalogs, none) == (THERE, None)
    assert [(row.path, why) for row, why in found.unread] == [("d.jpg", "missing")]


def test_a_broken_network_is_named(tmp_path: Path, paint: Painter) -> None:
    paint("a.png", "red")
    with pytest.raises(ModelError, match="toy gives NaN for 1 of 1 photos"):
        embedded(Catalog((CatalogRow("a.png", ""),), tmp_path), tmp_path, BrokenNetwork())


def test_photos_that_can_not_be_read_at_all(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none of the 1 photos can be read, such as .*gone\.png"):
        embedded(Catalog((CatalogRow("gone.png", ""),), tmp_path), tmp_path, ToyNetwork())
