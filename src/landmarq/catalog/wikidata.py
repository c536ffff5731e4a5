"""Where landmarks stand and what city they belong to, asked of Wikidata by their Wikimedia Commons categories.

Google Landmarks v2 names a landmark by its category alone. Wikidata knows the item of a category (property P373), its
coordinates (P625), country (P17) and what it lies in (P131). Nothing here goes to a network: queries are written as
files, and answers are read from the CSV files that the query service gives.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from landmarq.catalog.tables import _records
from landmarq.errors import CatalogError
from landmarq.types import Place

CATEGORIES_A_QUERY = 300
"""So many are answered well within the query service's minute."""

_QUERY = """SELECT ?category ?item ?lat ?lon ?city ?country ?code WHERE {{
  VALUES ?category {{ {categories} }}
  ?item wdt:P373 ?category ; p:P625/psv:P625 [ wikibase:geoLatitude ?lat ; wikibase:geoLongitude ?lon ] .
  OPTIONAL {{ ?item wdt:P131 ?in . ?in rdfs:label ?city . FILTER(LANG(?city) = "en") }}
  OPTIONAL {{ ?item wdt:P17 ?state . ?state wdt:P297 ?code ; rdfs:label ?country . FILTER(LANG(?country) = "en") }}
}}
ORDER BY ?category ?item ?city
"""
_COLUMNS = ("category", "item", "lat", "lon", "city", "country", "code")


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """What Wikidata says of a landmark.

    Attributes:
        place: where it stands.
        city: what it lies in, in English; may be empty.
        country: in English; may be empty.
        country_code: ISO 3166-1 alpha-2; may be empty.
        wikidata: the item, such as ``Q243``.
    """

    place: Place
    city: str
    country: str
    country_code: str
    wikidata: str


def place_queries(categories: Sequence[str], *, each: int = CATEGORIES_A_QUERY) -> Iterator[str]:
    """Yield SPARQL queries for the places of categories (``Eiffel Tower``), ``each`` at a time."""
    for start in range(0, len(categories), each):
        # JSON's strings are SPARQL's.
        quoted = " ".join(json.dumps(name, ensure_ascii=False) for name in categories[start : start + each])
        yield _QUERY.format(categories=quoted)


def read_places(folder: Path) -> dict[str, KnownPlace]:
    """Read the answers (CSV files) in a folder, by category; of several answers for one category the first counts.

    Raises:
        CatalogError: a file is no such answer.
    """
    places: dict[str, KnownPlace] = {}
    for path in sorted(folder.glob("*.csv")):
        for line, row in _records(path, required=_COLUMNS):
            if row["category"] not in places:
                places[row["category"]] = _known(row, f"{path}, line {line}")
    return places


def _known(row: dict[str, str], where: str) -> KnownPlace:
    try:
        place = Place(float(row["lat"]), float(row["lon"]))
    except ValueError:
        raise CatalogError(f"{where}: {row['lat']!r}, {row['lon']!r} is not a place") from None
    return KnownPlace(place, row["city"], row["country"], row["code"], row["item"].rpartition("/")[2])
