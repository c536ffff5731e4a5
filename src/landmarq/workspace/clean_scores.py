"""A cleaned crawl held against the truth: figures and curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from landmarq.catalog import Catalog, read_catalog
from landmarq.cleaning import Decisions, Evidence, ReferenceSimilarity
from landmarq.cleaning.score import (
    CleaningCurve,
    CleaningScore,
    Flags,
    best_threshold,
    plain_decisions,
    score_decisions,
    svg,
)
from landmarq.errors import CatalogError
from landmarq.types import Floats, Ints
from landmarq.workspace.crawl import Crawl

PAPER = "mean similarity to references (the paper's rule, best threshold)"
NEAREST = "nearest reference (best threshold)"


@dataclass(frozen=True)
class Measured:
    """A crawl, the true landmark of each judged row, and the regions of its landmarks.

    Attributes:
        crawl: the judged rows.
        truth: (m,): -1 for none, -2 for an unknown one.
        regions: of each landmark of the crawl, in its numbers' order.
    """

    crawl: Crawl
    truth: Ints
    regions: Sequence[str]

    def scores(
        self, evidence: Evidence, decisions: Decisions, near: ReferenceSimilarity
    ) -> tuple[tuple[CleaningScore, ...], str]:
        """Measure this rule and the paper's, on all rows and region by region; return the curves of all rows as SVG."""
        whole = self._of("", None, evidence, decisions, near)
        scores = [score for score, _ in whole]
        label = self.crawl.claims.label
        region = np.array([*self.regions, ""])[label]
        for name in dict.fromkeys(self.regions):
            rows = (region == name) & (label >= 0)
            if name and rows.any():
                scores += [score for score, _ in self._of(name, rows, evidence, decisions, near)]
        return tuple(scores), svg([curve for _, curve in whole])

    def _of(
        self, region: str, rows: Flags | None, evidence: Evidence, decisions: Decisions, near: ReferenceSimilarity
    ) -> list[tuple[CleaningScore, CleaningCurve]]:
        """Measure the three rules on some rows, or all that claim a landmark; the last two get their best threshold."""
        claims = self.crawl.claims
        label = claims.label
        counted = label >= 0 if rows is None else rows
        right = label == self.truth

        def scored(name: str, made: Decisions, scores: Floats) -> tuple[CleaningScore, CleaningCurve]:
            return score_decisions(name, made, label, self.truth, scores=scores, rows=counted, region=region)

        found = [scored("landmarq", decisions, evidence.of(claims.photo, label).astype(np.float64))]
        for name, similarity in ((PAPER, near.mean), (NEAREST, near.nearest)):
            filled = np.where(label >= 0, similarity, -1).astype(np.float64)
            threshold = best_threshold(filled[counted], right[counted])
            found.append(scored(name, plain_decisions(filled, label, threshold=threshold), filled))
        return found


def read_truth(path: Path, catalog: Catalog, crawl: Crawl) -> Ints:
    """Read the true landmark of each judged row, (m,): -1 for none, -2 for one that is not among the known.

    Raises:
        CatalogError: the table is damaged, or says nothing of a row.
    """
    known = {row.path: row.landmark for row in read_catalog(path).rows}
    numbers = {id_: number for number, id_ in enumerate(crawl.ids)} | {"": -1}
    missing = [catalog.rows[at].path for at in crawl.rows if catalog.rows[at].path not in known]
    if missing:
        raise CatalogError(f"{path} does not say what is on {missing[0]}")
    return np.array([numbers.get(known[catalog.rows[at].path], -2) for at in crawl.rows], np.int64)
