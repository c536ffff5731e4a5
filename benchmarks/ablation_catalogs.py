"""The catalogs of the ablation rows, made from the photos' tables: what trains, and what is measured."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ablation_rows import CatalogKind, Row
from landmarq.catalog import Catalog, CatalogRow, read_catalog, read_references, write_catalog
from landmarq.workspace import clean

TRAIN, TRAIN_NEGATIVE = "train", "train_negative"


@dataclass(frozen=True)
class World:
    """A folder with ``photos.csv``, ``landmarks.csv``, ``references.csv`` and perhaps ``crawl.csv``.

    Attributes:
        root: the folder.
        photos: ``photos.csv``, with absolute paths.
    """

    root: Path
    photos: Catalog

    @classmethod
    def open(cls, root: Path) -> World:
        """Read the photos' table."""
        return cls(root, _absolute(read_catalog(root / "photos.csv")))

    @property
    def table(self) -> Path:
        """The landmark table."""
        return self.root / "landmarks.csv"

    @property
    def landmarks(self) -> tuple[str, ...]:
        """Ids that train, sorted."""
        return self.photos.with_roles(TRAIN).landmarks

    @property
    def sources(self) -> tuple[str, ...]:
        """Sources of the everyday photos that train, sorted."""
        return tuple(sorted({row.source for row in self.photos.with_roles(TRAIN_NEGATIVE).rows if row.source}))

    def training(self, row: Row, *, model: Callable[[], Path], work: Path) -> Catalog:
        """Return what a row trains on, and makes its gallery of.

        Args:
            row: the row.
            model: gives the model folder with which a crawl is cleaned.
            work: where that is done.
        """
        everyday = self.photos.with_roles(TRAIN_NEGATIVE).where(lambda each: each.source != row.without_source)
        if row.catalog == "photos":
            shown = self.photos.with_roles(TRAIN).where(lambda each: each.landmark not in row.without_landmarks)
        else:
            shown = self._crawl(row.catalog, model=model, work=work)
            # Those that the crawl takes for landmarks: whoever has a crawl does not have them as everyday photos too.
            taken = {each.path for each in _absolute(read_catalog(self.root / "crawl.csv")).rows}
            everyday = everyday.where(lambda each: each.path not in taken)
        return Catalog(shown.rows + everyday.rows, self.root)

    def _crawl(self, kind: CatalogKind, *, model: Callable[[], Path], work: Path) -> Catalog:
        """Return the crawl's landmark photos in one of its three states, and the references, which are right."""
        references = _absolute(read_references(self.root / "references.csv"))
        crawl = _absolute(read_catalog(self.root / "crawl.csv"))
        if kind == "crawl-true":
            truth = {row.path: row.landmark for row in self.photos.rows}
            rows = [CatalogRow(path, truth[path]) for path in dict.fromkeys(row.path for row in crawl.rows)]
        elif kind == "crawl-cleaned":
            clean(
                self.root / "crawl.csv",
                landmarks=self.table,
                references=self.root / "references.csv",
                model=model(),
                out=work,
                absolute=True,
            )
            rows = [*read_catalog(work / "kept.csv").rows, *_rows_if_any(work / "relabelled.csv")]
        else:
            rows = list(crawl.rows)
        shown = [row for row in (*rows, *references.rows) if row.landmark]
        return Catalog(tuple(CatalogRow(row.path, row.landmark, role=TRAIN) for row in shown), self.root)


def written(path: Path, catalog: Catalog) -> Path:
    """Write a catalog and return where."""
    write_catalog(path, catalog.rows)
    return path


def _rows_if_any(path: Path) -> tuple[CatalogRow, ...]:
    # A table with nothing but its first line is no catalog.
    return read_catalog(path).rows if path.read_text(encoding="utf-8").count("\n") > 1 else ()


def _absolute(catalog: Catalog) -> Catalog:
    rows = (dataclasses.replace(row, path=str(catalog.file(row).absolute()), place=None) for row in catalog.rows)
    return Catalog(tuple(rows), catalog.root)
