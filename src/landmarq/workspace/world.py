"""From Google Landmarks v2 to the tables that cleaning and training read: a world pack's first step."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from landmarq.artifacts import fingerprint, write_text
from landmarq.catalog import (
    Catalog,
    CatalogRow,
    folder_catalog,
    gldv2_catalog,
    gldv2_landmarks,
    gldv2_test,
    place_queries,
    read_places,
    region_of,
    write_catalog,
    write_landmarks,
    write_table,
)
from landmarq.catalog.wikidata import KnownPlace
from landmarq.errors import CatalogError
from landmarq.types import Landmark

QUERIES, PLACES = "queries", "places"
PHOTOS, LANDMARKS, REFERENCES = "photos.csv", "landmarks.csv", "references.csv"


@dataclass(frozen=True)
class WorldReport:
    """What the tables hold.

    Attributes:
        landmarks: kept ones.
        photos: of them, in the published cleaning.
        crawled: of them, before cleaning.
        everyday: everyday photos that train.
        measured: photos that validate and test.
        without_place: landmarks for which no answer of Wikidata is there.
        queries: written for them.
        regions: landmarks by region, the largest first.
    """

    landmarks: int
    photos: int
    crawled: int
    everyday: int
    measured: int
    without_place: int
    queries: int
    regions: tuple[tuple[str, int], ...]


def world(
    gldv2: Path, *, out: Path, everyday: Path | None = None, min_photos: int = 10, references: int = 5
) -> WorldReport:
    """Write the tables of Google Landmarks v2, as it lies unpacked, into a folder.

    ``photos.csv``: the published cleaning (``train``), everyday photos (``train_negative``), and the test photos:
    public ones as ``val``, ``val_negative``, ``val_unknown``, private ones as ``test`` likewise. ``crawl-REGION.csv``:
    all training photos of the region's landmarks, to be cleaned. ``references.csv``, ``landmarks.csv``. Answers of
    Wikidata in ``places`` give place, city, country and region; queries for the rest are written to ``queries``.

    Args:
        gldv2: the folder with the published tables, ``train/`` and perhaps ``test/``.
        out: the folder to write.
        everyday: a folder of photos without landmarks; None: none train.
        min_photos: of the published cleaning, that keep a landmark.
        references: photos of the published cleaning a landmark that serve as references.

    Raises:
        CatalogError: a table is missing or damaged, or no landmark has enough photos.
    """
    clean = _absolute(gldv2_catalog(gldv2, clean=True))
    counts = Counter(row.landmark for row in clean.rows)
    places = read_places(out / PLACES)
    table = [_placed(each, places) for each in gldv2_landmarks(gldv2) if counts[each.id] >= min_photos]
    if not table:
        raise CatalogError(f"no landmark of {gldv2} has {min_photos} photos in train_clean.csv: lower --min-photos")
    kept = {each.id: each for each in table}
    shown = [dataclasses.replace(row, role="train") for row in clean.rows if row.landmark in kept]
    others = _everyday(everyday) if everyday else []
    measured = _measured(gldv2, kept)
    crawl = [row for row in _absolute(gldv2_catalog(gldv2)).rows if row.landmark in kept]
    write_catalog(out / PHOTOS, [*shown, *others, *measured])
    write_landmarks(out / LANDMARKS, table)
    write_table(out / REFERENCES, ("path", "landmark"), _references(shown, references))
    regions = Counter(each.region for each in table)
    for old in out.glob("crawl-*.csv"):  # a region may have lost its last landmark, once places are known
        old.unlink()
    for region in regions:
        rows = [dataclasses.replace(row, role="train") for row in crawl if kept[row.landmark].region == region]
        write_catalog(out / f"crawl-{region}.csv", rows)
    missing = [each.name for each in table if each.place is None]
    return WorldReport(
        landmarks=len(table),
        photos=len(shown),
        crawled=len(crawl),
        everyday=len(others),
        measured=len(measured),
        without_place=len(missing),
        queries=_ask(out / QUERIES, missing),
        regions=tuple(regions.most_common()),
    )


def _placed(landmark: Landmark, places: Mapping[str, KnownPlace]) -> Landmark:
    """Return the landmark with what Wikidata says of it; its name is that of its category."""
    known = places.get(landmark.name)
    if known is None:
        return dataclasses.replace(landmark, region=region_of(""))
    return dataclasses.replace(
        landmark,
        city=known.city,
        country=known.country,
        region=region_of(known.country_code),
        place=known.place,
        wikidata=known.wikidata,
    )


def _everyday(folder: Path) -> list[CatalogRow]:
    """Return the photos of a folder, at any depth, as everyday photos that train."""
    rows = _absolute(folder_catalog(folder)).rows
    return [CatalogRow(row.path, "", role="train_negative", source="everyday") for row in rows]


def _measured(gldv2: Path, kept: Collection[str]) -> list[CatalogRow]:
    """Return the test photos: those that the benchmark published first validate, the others test."""
    rows = []
    for row in _absolute(gldv2_test(gldv2)).rows:
        # A photo may show several landmarks: it counts for the first that is kept.
        shown = row.landmark.split()
        known = next((landmark for landmark in shown if landmark in kept), "")
        split = "val" if row.role == "Public" else "test"
        kind = "" if known else "_unknown" if shown else "_negative"
        landmark = known or (shown[0] if shown else "")
        rows.append(dataclasses.replace(row, landmark=landmark, role=split + kind))
    return rows


def _references(shown: Sequence[CatalogRow], each: int) -> list[tuple[str, str]]:
    """Return ``each`` photos of every landmark, evenly spread over its photos."""
    photos: dict[str, list[str]] = {}
    for row in shown:
        photos.setdefault(row.landmark, []).append(row.path)
    chosen = []
    for landmark, paths in photos.items():
        count = min(each, len(paths))
        chosen += [(paths[at * len(paths) // count], landmark) for at in range(count)]
    return chosen


def _ask(folder: Path, categories: Sequence[str]) -> int:
    """Write the queries for the places that are missing; those of an earlier time go."""
    for old in folder.glob("*.rq"):
        old.unlink()
    queries = list(place_queries(categories))
    for query in queries:
        # Named by what is asked: the answers of a later round must not take the place of earlier ones.
        write_text(folder / f"{fingerprint(query)[:12]}.rq", query)
    return len(queries)


def _absolute(catalog: Catalog) -> Catalog:
    rows: Iterable[CatalogRow] = (
        dataclasses.replace(row, path=str(catalog.file(row).absolute())) for row in catalog.rows
    )
    return Catalog(tuple(rows), catalog.root)
