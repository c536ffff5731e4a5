"""A crawl from its files: catalog, landmark table, references and stored vectors, as the arrays that cleaning takes."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from landmarq.catalog import Catalog, CatalogRow
from landmarq.cleaning import Claims, Reason
from landmarq.embed import KnownFile, VectorStore
from landmarq.errors import CatalogError
from landmarq.geo import distance_m
from landmarq.types import Floats, Ints, Landmark, Place, Vectors

_MANY_PHOTOS = 200_000
_BATCH = 8192


@dataclass(frozen=True)
class Crawl:
    """What is judged, and what can't be.

    Attributes:
        claims: the rows that are judged.
        rows: their places in the catalog, (m,) int64 ascending.
        aside: for every other row of the catalog, why it is not judged.
        ids: landmark of each number in ``claims``.
        contents: number of each photo in the store, (n,).
        first: a row of the catalog that holds each photo, (n,).
        pixels: size of each photo as it was taken, (n,).
        distance_m: metres from each row's photo to its landmark, (m,); NaN where either place is unknown.
        problems: one line each for a person.
    """

    claims: Claims
    rows: Ints
    aside: dict[int, Reason]
    ids: tuple[str, ...]
    contents: Ints
    first: Ints
    pixels: Floats
    distance_m: Floats
    problems: tuple[str, ...]


def open_crawl(
    store: VectorStore, catalog: Catalog, *, landmarks: Sequence[Landmark], references: Catalog, model: str
) -> Crawl:
    """Read what cleaning needs of a crawl.

    Args:
        store: knows the files of both catalogs; photos that can't be read among them.
        catalog: the crawl.
        landmarks: the table.
        references: photos that a person picked; they need not be rows of the catalog.
        model: fingerprint of the model whose vectors are wanted.

    Raises:
        CatalogError: a reference names a landmark that the table lacks, or no reference or no row can be used.
    """
    number = store.model(model)
    known, embedded = store.files(), store.contents_with_vector(number)
    table = {each.id: each for each in landmarks}
    picked, problems = _references(references, table, known, embedded)
    ids = tuple(each for each in table if each in picked)
    if not ids:
        raise CatalogError(f"none of the {len(references)} references can be read: pick 3 to 5 photos a landmark")
    problems += [f"{id_} has one reference only: pick 3 to 5" for id_ in ids if len(picked[id_]) == 1]
    contents, label, aside = _judged(catalog, ids, table, known, embedded)
    del known, embedded
    problems += _left_aside(catalog, aside)
    rows = np.flatnonzero(contents >= 0)
    if not len(rows):
        raise CatalogError("no row of the catalog can be judged: " + "; ".join(problems))
    photos, first, photo = np.unique(contents[rows], return_index=True, return_inverse=True)
    wanted = np.array([content for id_ in ids for content in picked[id_]], np.int64)
    claims = Claims(
        vectors=_stored(store, photos, number),
        photo=photo.astype(np.int64),
        label=label[rows],
        references=store.vectors(wanted.tolist(), model=number),
        reference_label=np.repeat(np.arange(len(ids)), [len(picked[id_]) for id_ in ids]),
        landmarks=len(ids),
    )
    pixels, places = _sizes_and_places(store, photos)
    distance = _distances(catalog, rows, claims, places, [table[id_].place for id_ in ids])
    return Crawl(claims, rows, aside, ids, photos, rows[first], pixels, distance, tuple(problems))


def _file(catalog: Catalog, row: CatalogRow, known: dict[bytes, KnownFile]) -> KnownFile | None:
    path = os.path.abspath(catalog.file(row))  # noqa: PTH100 - links stay as the person wrote them
    return known.get(os.fsencode(path))


def _references(
    references: Catalog, table: dict[str, Landmark], known: dict[bytes, KnownFile], embedded: set[int]
) -> tuple[dict[str, list[int]], list[str]]:
    """Return the contents of each landmark's references, and what is wrong with others."""
    picked: dict[str, list[int]] = {}
    problems = []
    for row in references.rows:
        if row.landmark not in table:
            raise CatalogError(f"the reference {row.path} names {row.landmark!r}, which the landmark table lacks")
        file = _file(references, row, known)
        if file is None or file.content is None or file.content not in embedded:
            why = (file and file.reason) or "missing"
            problems.append(f"the reference {row.path} of {row.landmark} can't be read ({why}): left out")
        elif file.content not in picked.setdefault(row.landmark, []):
            picked[row.landmark].append(file.content)
    return {id_: contents for id_, contents in picked.items() if contents}, problems


def _judged(
    catalog: Catalog,
    ids: Sequence[str],
    table: dict[str, Landmark],
    known: dict[bytes, KnownFile],
    embedded: set[int],
) -> tuple[Ints, Ints, dict[int, Reason]]:
    """Return each row's content (-1 for those not judged) and label, and why others are not judged."""
    numbers = {id_: number for number, id_ in enumerate(ids)} | {"": -1}
    contents = np.full(len(catalog), -1, np.int64)
    label = np.full(len(catalog), -1, np.int64)
    aside = {}
    for at, row in enumerate(catalog.rows):
        file = _file(catalog, row, known)
        if row.landmark not in numbers:
            aside[at] = Reason.NO_REFERENCE if row.landmark in table else Reason.UNKNOWN
        elif file is None or file.content is None or file.content not in embedded:
            aside[at] = Reason.UNREADABLE
        else:
            contents[at], label[at] = file.content, numbers[row.landmark]
    return contents, label, aside


def _left_aside(catalog: Catalog, aside: dict[int, Reason]) -> list[str]:
    """Return a line for each landmark whose rows are kept aside, and one for photos that can't be read."""
    counts = Counter((reason, catalog.rows[at].landmark) for at, reason in aside.items())
    lines = []
    for (reason, id_), count in sorted(counts.items()):
        if reason is not Reason.UNREADABLE:
            what = "has no reference" if reason is Reason.NO_REFERENCE else "is not in the landmark table"
            lines.append(f"{id_} {what}; kept aside in unsure.csv, rows: {count}")
    unread = sum(reason is Reason.UNREADABLE for reason in aside.values())
    return [*lines, f"photos that can't be read, in dropped.csv: {unread}"] if unread else lines


def _stored(store: VectorStore, photos: Ints, model: int) -> Vectors | NDArray[np.float16]:
    """Return the vectors of some contents, ascending; halved where there are many, since they must fit in memory."""
    vectors: NDArray[Any] = np.empty((0, 0))
    for contents, batch in store.each_vector(model, batch=_BATCH):
        if not len(vectors):
            kind = np.float16 if len(photos) > _MANY_PHOTOS else np.float32
            vectors = np.empty((len(photos), batch.shape[1]), kind)
        at = np.minimum(np.searchsorted(photos, contents), len(photos) - 1)
        ours = photos[at] == contents
        vectors[at[ours]] = batch[ours]
    return vectors


def _sizes_and_places(store: VectorStore, photos: Ints) -> tuple[Floats, dict[int, Place]]:
    """Return the size in pixels of some contents, (n,), and where those were taken that say so, by their number."""
    pixels = np.zeros(len(photos))
    places = {}
    # Asked of the database itself: one object for each of millions of photos would not fit beside their vectors.
    query = "select id, coalesce(width, 0) * coalesce(height, 0), lat, lon from contents order by id"
    rows: Iterator[tuple[int, int, float | None, float | None]] = iter(store.db.execute(query))
    at = 0
    for content, size, lat, lon in rows:
        while at < len(photos) and photos[at] < content:
            at += 1
        if at < len(photos) and photos[at] == content:
            pixels[at] = size
            if lat is not None and lon is not None:
                places[at] = Place(lat, lon)
    return pixels, places


def _distances(
    catalog: Catalog, rows: Ints, claims: Claims, places: dict[int, Place], landmarks: Sequence[Place | None]
) -> Floats:
    """Return the metres from each judged row's photo to its landmark, (m,); NaN where a place is unknown."""
    distance = np.full(len(rows), np.nan)
    for at, row in enumerate(rows):
        taken = catalog.rows[row].place or places.get(int(claims.photo[at]))
        goal = landmarks[claims.label[at]] if claims.label[at] >= 0 else None
        if taken and goal:
            distance[at] = distance_m(taken, goal)
    return distance


def first_files(catalog: Catalog, crawl: Crawl, photos: Ints) -> list[Path]:
    """Return a file for each of some photos of the crawl."""
    return [catalog.file(catalog.rows[crawl.first[photo]]) for photo in photos]
