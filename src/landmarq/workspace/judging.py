"""A crawl from its files to what its photos probably show; cleaning and the picking page both begin so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from landmarq import cleaning
from landmarq.catalog import Catalog, CatalogRow
from landmarq.cleaning import CleanConfig, Evidence
from landmarq.cleaning.answers import Answers, Row, numbered, rows_of
from landmarq.embed import Progress, VectorStore
from landmarq.types import Ints, Landmark
from landmarq.workspace.crawl import Crawl, open_crawl

ANSWERS_NAME = "answers.csv"


@dataclass(frozen=True)
class Judged:
    """A crawl and what its photos probably show.

    Attributes:
        crawl: the rows that are judged.
        evidence: of them.
        answered: rows that a person spoke of, (a,), numbers in ``crawl.rows``.
        shown: landmark that each of those shows, (a,); -1: none.
    """

    crawl: Crawl
    evidence: Evidence
    answered: Ints
    shown: Ints


def judge(
    store: VectorStore,
    catalog: Catalog,
    *,
    landmarks: Sequence[Landmark],
    references: Catalog,
    answers: Answers,
    model: str,
    config: CleanConfig,
    progress: Progress | None = None,
) -> Judged:
    """Judge a crawl whose photos are embedded; photos that a person named are as good as references.

    Raises:
        CatalogError: as ``open_crawl``.
    """
    sure = references_with(references, catalog, answers)
    crawl = open_crawl(store, catalog, landmarks=landmarks, references=sure, model=model)
    evidence = cleaning.weigh(crawl.claims, config, progress=progress)
    answered, shown = numbered(rows_of(answers, row_names(catalog, crawl)), crawl.ids)
    return Judged(crawl, evidence, answered, shown)


def row_names(catalog: Catalog, crawl: Crawl) -> list[Row]:
    """Return path and landmark of each judged row, as the catalog writes them."""
    return [(catalog.rows[at].path, catalog.rows[at].landmark) for at in crawl.rows]


def references_with(references: Catalog, catalog: Catalog, answers: Answers) -> Catalog:
    """Return the references, and the catalog's photos of which a person said what they show."""
    named = (CatalogRow(path, landmark) for path, landmark in answers.shown())
    more = (CatalogRow(str(catalog.file(row).absolute()), row.landmark) for row in named)
    return Catalog((*references.rows, *more), references.root)
