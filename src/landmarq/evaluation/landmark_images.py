"""The images of revisited Oxford and Paris as vectors: the database whole, queries whole or cut to their box."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from landmarq.catalog import Catalog, CatalogRow
from landmarq.embed import Progress, VectorStore
from landmarq.errors import InputError, PhotoError
from landmarq.evaluation.embedding import embed_catalog
from landmarq.evaluation.revisited import GroundTruth
from landmarq.photos import PhotoReader, read_crop
from landmarq.runtime import Network
from landmarq.types import Vectors

SUFFIXES = (".jpg", ".jpeg", ".png")


def embed_images(
    truth: GroundTruth,
    folder: Path,
    *,
    crops: bool,
    store: VectorStore,
    network: Network,
    reader: PhotoReader,
    progress: Progress | None = None,
) -> tuple[Vectors, Vectors]:
    """Embed queries and database.

    Args:
        truth: names the images.
        folder: holds them as ``NAME.jpg``, directly.
        crops: cut the queries to their box, as the protocol does.
        store: keeps the vectors of whole images.
        network: the network.
        reader: decodes.
        progress: called as the work goes on.

    Returns:
        Vectors of the queries, in their order, and of the database, in its order.

    Raises:
        InputError: an image is missing or can't be read: the benchmark needs every one.
    """
    names = dict.fromkeys([*truth.images, *([] if crops else [query.name for query in truth.queries])])
    files = {name: _file(folder, name) for name in (*names, *(query.name for query in truth.queries))}
    catalog = Catalog(tuple(CatalogRow(files[name].name, "") for name in names), folder)
    found = embed_catalog(catalog, store=store, network=network, reader=reader, progress=progress)
    if found.unread:
        row, why = found.unread[0]
        raise InputError(f"{len(found.unread)} images can't be read, such as {row.path}: {why}")
    numbers = {name: number for number, name in enumerate(names)}
    database = found.vectors[[numbers[name] for name in truth.images]]
    if not crops:
        return found.vectors[[numbers[query.name] for query in truth.queries]], database
    return _embed_crops(truth, files, network), database


def _embed_crops(truth: GroundTruth, files: dict[str, Path], network: Network) -> Vectors:
    size, resampling = network.info.preprocessing.size, network.info.preprocessing.filter
    vectors: list[Vectors] = []
    for query in truth.queries:
        if query.box is None:
            raise InputError(f"the query {query.name} has no box: measure without crops (--no-crops)")
        try:
            pixels = read_crop(files[query.name], query.box, size=size, resampling=resampling)
        except PhotoError as error:
            raise InputError(f"the query {files[query.name]} can't be read: {error}") from None
        vectors.append(network.embed(pixels[None]))
    return np.concatenate(vectors)


def _file(folder: Path, name: str) -> Path:
    if Path(name).name != name:
        raise InputError(f"the ground truth names an image {name!r}, which is no file name")
    candidates: Sequence[Path] = [folder / f"{name}{suffix}" for suffix in SUFFIXES]
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    raise InputError(f"{candidates[0]} is missing: the benchmark needs every image")
