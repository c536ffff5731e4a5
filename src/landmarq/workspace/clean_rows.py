"""The rows of a cleaned catalog as they are written: decision, reason, numbers."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from landmarq.catalog import Catalog
from landmarq.cleaning import Decisions, Evidence, Outcome, Reason, ReferenceSimilarity
from landmarq.cleaning.tables import DecidedRow
from landmarq.types import Ints, Vectors
from landmarq.workspace.crawl import Crawl


@dataclass(frozen=True)
class DecidedRows:
    """All that is known of each row, as it is written."""

    catalog: Catalog
    crawl: Crawl
    evidence: Evidence
    decisions: Decisions
    near: ReferenceSimilarity
    absolute: bool

    @functools.cached_property
    def _probability(self) -> Vectors:
        return self.evidence.of(self.crawl.claims.photo, self.crawl.claims.label)

    @functools.cached_property
    def _best(self) -> tuple[Ints, Vectors]:
        return self.evidence.best()

    def row(self, at: int, record: dict[str, str]) -> DecidedRow:
        """Return the catalog's row ``at`` as it is written."""
        was = record["landmark"]
        if self.absolute:
            record = {**record, "path": str(self.catalog.file(self.catalog.rows[at]).absolute())}
        if at in self.crawl.aside:
            reason = self.crawl.aside[at]
            outcome = Outcome.DROPPED if reason is Reason.UNREADABLE else Outcome.UNSURE
            return DecidedRow(outcome, was, was, str(reason), {}, record)
        judged = int(np.searchsorted(self.crawl.rows, at))
        label, now = int(self.crawl.claims.label[judged]), int(self.decisions.landmark[judged])
        return DecidedRow(
            outcome=self.decisions.outcome[judged],
            landmark=self.crawl.ids[now] if now >= 0 else "",
            was=was,
            reason=str(self.decisions.reason[judged]),
            numbers=self._numbers(judged, label),
            original=record,
        )

    def _numbers(self, judged: int, label: int) -> dict[str, str | float]:
        photo = int(self.crawl.claims.photo[judged])
        best, best_probability = self._best
        numbers: dict[str, str | float] = {
            "best": self.crawl.ids[best[photo]],
            "best_probability": float(best_probability[photo]),
            "everyday": float(self.evidence.everyday[photo]),
        }
        same = int(self.decisions.same_as[judged])
        if same >= 0:
            numbers["same_as"] = self.catalog.rows[self.crawl.rows[same]].path
        if label >= 0:
            numbers["probability"] = float(self._probability[judged])
            numbers["threshold"] = float(self.decisions.threshold[label])
            numbers["mean_similarity"] = float(self.near.mean[judged])
            numbers["nearest_similarity"] = float(self.near.nearest[judged])
        return numbers
