"""The vectors of a catalog's rows, from a store that has them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from landmarq.catalog import Catalog, CatalogRow
from landmarq.embed.store import VectorStore
from landmarq.errors import ArtifactError, CatalogError
from landmarq.photos import FoundFile
from landmarq.types import Ints, Place, Vectors


@dataclass(frozen=True)
class CatalogVectors:
    """Rows of a catalog with their vectors.

    Attributes:
        rows: the rows whose photo could be read, in the catalog's order.
        vectors: their vectors, (n, d) float32 unit rows.
        places: where each photo says that it was taken: its EXIF, not the catalog.
        contents: SHA-256 (hex) of each photo.
        unread: rows without a vector, and why.
    """

    rows: tuple[CatalogRow, ...]
    vectors: Vectors
    places: tuple[Place | None, ...]
    contents: tuple[str, ...]
    unread: tuple[tuple[CatalogRow, str], ...]

    def where(self, wanted: Sequence[bool]) -> CatalogVectors:
        """Return the rows for which ``wanted`` is true; ``unread`` stays."""
        kept = [at for at, want in enumerate(wanted) if want]
        return CatalogVectors(
            tuple(self.rows[at] for at in kept),
            self.vectors[kept],
            tuple(self.places[at] for at in kept),
            tuple(self.contents[at] for at in kept),
            self.unread,
        )


def catalog_files(catalog: Catalog) -> list[FoundFile]:
    """Return the files of a catalog, each once; one that is missing is listed too and fails when it is read."""
    files = {}
    for row in catalog.rows:
        path = _absolute(catalog.file(row))
        try:
            stat = path.stat()
            files[path] = FoundFile(path, stat.st_size, stat.st_mtime_ns)
        except OSError:
            files[path] = FoundFile(path, -1, 0)
    return list(files.values())


def catalog_vectors(store: VectorStore, catalog: Catalog, *, model: str) -> CatalogVectors:
    """Look up the vectors of a catalog's rows.

    Args:
        store: must have been updated with the catalog's files.
        catalog: the rows.
        model: fingerprint of the model whose vectors are wanted.

    Raises:
        ArtifactError: the store has no vectors of this model.
        CatalogError: no row of the catalog has a vector.
    """
    number = store.model(model)
    embedded = store.contents_with_vector(number)
    if not embedded:
        raise ArtifactError(f"{store.path} holds no vectors of this model: run `landmarq embed` with it first")
    known = store.files()
    rows, contents, unread = [], [], []
    for row in catalog.rows:
        file = known.get(os.fsencode(_absolute(catalog.file(row))))
        if file is None:
            unread.append((row, "not embedded"))
        elif file.content is None or file.content not in embedded:
            unread.append((row, file.reason or "not embedded"))
        else:
            rows.append(row)
            contents.append(file.content)
    if not rows:
        raise CatalogError(f"none of the catalog's {len(catalog)} photos has a vector in {store.path}: embed it first")
    photos = store.photos()
    return CatalogVectors(
        tuple(rows),
        store.vectors(contents, model=number),
        tuple(photos[content].place for content in contents),
        tuple(photos[content].sha256 for content in contents),
        tuple(unread),
    )


class LandmarkVectors(Mapping[str, Vectors]):
    """The vectors of a catalog's landmarks, (n, d) each, read from the store when they are asked for.

    So a gallery of millions of photos is built with the photos of one landmark in memory.

    Attributes:
        unread: number of rows without a vector.
    """

    def __init__(self, store: VectorStore, catalog: Catalog, *, model: str) -> None:
        """Find out which rows have vectors of a model (its fingerprint); the store must stay open.

        Raises:
            ArtifactError: the store has no vectors of this model.
            CatalogError: no row of the catalog has a vector.
        """
        self._store, self._model = store, store.model(model)
        if not store.has_vectors(self._model):
            raise ArtifactError(f"{store.path} holds no vectors of this model: run `landmarq embed` with it first")
        paths = [os.fsencode(_absolute(catalog.file(row))) for row in catalog.rows]
        contents = store.contents_of_paths(paths, model=self._model)
        read = np.flatnonzero(contents >= 0)
        self.unread = len(catalog) - len(read)
        if not len(read):
            raise CatalogError(
                f"none of the catalog's {len(catalog)} photos has a vector in {store.path}: embed it first"
            )
        names, owner = np.unique([catalog.rows[at].landmark for at in read], return_inverse=True)
        order = np.argsort(owner, kind="stable")
        groups = np.split(contents[read][order], np.cumsum(np.bincount(owner))[:-1])
        self._contents = dict(zip(names.tolist(), groups, strict=True))

    def __getitem__(self, landmark: str) -> Vectors:
        """Read the vectors of a landmark; the empty text is the non-landmarks."""
        return self._store.vectors(self._contents[landmark].tolist(), model=self._model)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the landmarks."""
        return iter(self._contents)

    def __len__(self) -> int:
        """Return the number of landmarks."""
        return len(self._contents)

    def evenly(self, landmark: str, *, at_most: int) -> Vectors:
        """Return some of a landmark's vectors, evenly spread over its photos; none where it has no photo."""
        contents = self._contents.get(landmark, np.empty(0, np.int64))
        if not at_most or not len(contents):
            return np.empty((0, self.dimension), np.float32)
        every = -(-len(contents) // at_most)
        return self._store.vectors(contents[::every].tolist(), model=self._model)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        some: Ints = next(iter(self._contents.values()))
        return int(self._store.vectors(some[:1].tolist(), model=self._model).shape[1])


def by_landmark(found: CatalogVectors) -> dict[str, Vectors]:
    """Return the vectors of each landmark, (n, d) each; the key of non-landmarks is the empty text."""
    names = np.array([row.landmark for row in found.rows])
    return {str(name): found.vectors[names == name] for name in np.unique(names)}


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 - links stay as the person wrote them
