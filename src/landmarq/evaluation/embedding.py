"""A catalog's photos through a network and a recogniser."""

from __future__ import annotations

import numpy as np

from landmarq.catalog import Catalog
from landmarq.embed import CatalogVectors, Progress, Updater, VectorStore, catalog_files, catalog_vectors
from landmarq.errors import InputError, ModelError
from landmarq.evaluation.answers import Answer
from landmarq.photos import PhotoReader
from landmarq.recognize import Recognition, Recognizer
from landmarq.runtime import Network
from landmarq.types import Place


def embed_catalog(
    catalog: Catalog, *, store: VectorStore, network: Network, reader: PhotoReader, progress: Progress | None = None
) -> CatalogVectors:
    """Embed the photos of a catalog; what the store already holds is not read again.

    Raises:
        InputError: none of the photos can be read.
        ModelError: the network gives vectors that are NaN.
    """
    Updater(store, network, reader).run(catalog_files(catalog), forget=False, progress=progress)
    model = network.info.fingerprint
    if not store.contents_with_vector(store.model(model)):
        raise InputError(f"none of the {len(catalog)} photos can be read, such as {catalog.file(catalog.rows[0])}")
    found = catalog_vectors(store, catalog, model=model)
    broken = np.count_nonzero(~np.isfinite(found.vectors).all(axis=1))
    if broken:
        raise ModelError(
            f"the model {network.info.name} gives NaN for {broken} of {len(found.rows)} photos: it is broken"
        )
    return found


def places_of(photos: CatalogVectors) -> list[Place | None]:
    """Return where each photo was taken: as the catalog says, else as the photo itself does."""
    return [row.place or place for row, place in zip(photos.rows, photos.places, strict=True)]


def recognize_photos(photos: CatalogVectors, recognizer: Recognizer) -> tuple[Answer, ...]:
    """Return the recogniser's answers by the catalog's paths, those for unreadable photos last."""
    found = recognizer.recognize(photos.vectors, places_of(photos))
    read = [_answer(row.path, recognition) for row, recognition in zip(photos.rows, found, strict=True)]
    return (*read, *(Answer(row.path, None, "", error=why) for row, why in photos.unread))


def _answer(path: str, recognition: Recognition) -> Answer:
    return Answer(
        path=path,
        score=recognition.score,
        best=recognition.best.landmark.id if recognition.best else "",
        landmarks=tuple(match.landmark.id for match in recognition.matches),
        place_used=recognition.place_used,
        reason=recognition.reason,
    )
