"""Real photos as crawls: rows written as tables, cleaned by the verb, held against the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from landmarq.artifacts import write_text
from landmarq.catalog import each_record, read_catalog, read_landmarks, write_table
from landmarq.cleaning import CleanConfig, Outcome
from landmarq.cleaning.score import CleaningScore
from landmarq.cleaning.tables import file_of
from landmarq.workspace import clean

Row = tuple[str, str]
"""Path of a photo, absolute, and the landmark that is claimed; empty: none."""


@dataclass(frozen=True)
class Cleaned:
    """A cleaned crawl.

    Attributes:
        folder: its files.
        scores: of this rule, the paper's and the nearest reference: all rows, then region by region.
    """

    folder: Path
    scores: tuple[CleaningScore, ...]

    def of(self, region: str = "") -> tuple[CleaningScore, ...]:
        """Return the scores of a region's rows; empty: of all rows."""
        return tuple(score for score in self.scores if score.region == region)

    def decided(self, outcome: Outcome) -> list[dict[str, str]]:
        """Return the rows with an outcome."""
        return list(each_record(file_of(self.folder, outcome)))


@dataclass(frozen=True)
class Photos:
    """A folder with ``crawl.csv``, ``landmarks.csv``, ``references.csv`` and ``photos.csv``, and where results go."""

    folder: Path
    out: Path

    @cached_property
    def crawl(self) -> list[Row]:
        """Rows of the crawl."""
        return self._rows("crawl.csv")

    @cached_property
    def references(self) -> list[Row]:
        """Photos that a person picked."""
        return self._rows("references.csv")

    @cached_property
    def truth(self) -> list[Row]:
        """What every photo of the folder shows."""
        return self._rows("photos.csv")

    @cached_property
    def training(self) -> list[Row]:
        """What the photos of ``train`` and ``train_negative`` show; without roles, all photos."""
        catalog = read_catalog(self.folder / "photos.csv")
        chosen = catalog.with_roles("train", "train_negative") if any(row.role for row in catalog.rows) else catalog
        return [(str(catalog.file(row).absolute()), row.landmark) for row in chosen.rows]

    @cached_property
    def region(self) -> dict[str, str]:
        """Region of each landmark."""
        return {each.id: each.region for each in read_landmarks(self.folder / "landmarks.csv")}

    def clean(
        self,
        name: str,
        rows: Sequence[Row],
        references: Sequence[Row],
        model: Path,
        config: CleanConfig | None = None,
        more_truth: Mapping[str, str] | None = None,
    ) -> Cleaned:
        """Clean a crawl in the folder ``name`` of the results; a run that was done before is read.

        ``more_truth`` says what photos show of which the folder's own tables say nothing.
        """
        folder = self.out / name
        known = {**dict(self.truth), **(more_truth or {})}
        shown = [(path, known[path]) for path in dict.fromkeys(path for path, _ in rows)]
        for table, written in (("crawl", rows), ("references", references), ("truth", shown)):
            write_table(folder / f"{table}.csv", ("path", "landmark"), written)
        report = clean(
            folder / "crawl.csv",
            landmarks=self.folder / "landmarks.csv",
            references=folder / "references.csv",
            model=model,
            out=folder,
            vectors=self.out / "vectors.sqlite",
            truth=folder / "truth.csv",
            config=config,
        )
        return Cleaned(folder, report.scores)

    def write(self, name: str, text: str) -> None:
        """Write a table to the results, and print it."""
        write_text(self.out / name, text)
        print(text, flush=True)

    def _rows(self, name: str) -> list[Row]:
        catalog = read_catalog(self.folder / name)
        return [(str(catalog.file(row).absolute()), row.landmark) for row in catalog.rows]
