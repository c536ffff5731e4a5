"""A cleaned crawl held against the truth: figures and curves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from landmarq.artifacts import write_text
from landmarq.catalog import Catalog, read_catalog
from landmarq.cleaning import Decisions, Evidence, ReferenceSimilarity
from landmarq.cleaning.score import CleaningScore, best_threshold, plain_decisions, score_decisions, svg
from landmarq.errors import CatalogError
from landmarq.types import Ints
from landmarq.workspace.crawl import Crawl


@dataclass(frozen=True)
class Measured:
    """A crawl and the true landmark of each judged row, (m,): -1 for none, -2 for an unknown one."""

    catalog: Catalog
    crawl: Crawl
    truth: Ints

    def scores(
        self, curve: Path, evidence: Evidence, decisions: Decisions, near: ReferenceSimilarity
    ) -> tuple[CleaningScore, ...]:
        """Measure this rule and the paper's; draw their curves."""
        claims = self.crawl.claims
        label, right = claims.label, claims.label == self.truth
        found = [
            score_decisions("landmarq", decisions, label, self.truth, scores=evidence.of(claims.photo, label)),
        ]
        for name, scores in (
            ("mean similarity to references (the paper's rule, best threshold)", near.mean),
            ("nearest reference (best threshold)", near.nearest),
        ):
            filled = np.where(label >= 0, scores, -1)
            plain = plain_decisions(filled, label, threshold=best_threshold(filled, right))
            found.append(score_decisions(name, plain, label, self.truth, scores=filled))
        write_text(curve, svg([curve for _, curve in found]))
        return tuple(score for score, _ in found)


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
