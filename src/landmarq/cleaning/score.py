"""How well a crawl was cleaned, where the truth is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landmarq.cleaning.decide import Decisions, Outcome, Reason
from landmarq.types import Floats, Ints

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class CleaningScore:
    """Shares of rows, 0 to 1.

    Attributes:
        name: of the rule.
        region: of the landmarks whose rows are counted; empty: all.
        right: rows whose claimed label is the true one.
        wrong: the others.
        right_kept: of the right rows, the share that is kept; a dropped duplicate of a kept row of the same label
            counts as kept.
        wrong_removed: of the wrong rows, the share that is dropped, unsure, or relabelled to the truth.
        best_balance: largest mean of the two that one threshold on the same scores reaches.
        kept_at_95: share of the right rows kept by the lowest such threshold that removes 95 % of the wrong ones.
    """

    name: str
    right: int
    wrong: int
    right_kept: float
    wrong_removed: float
    best_balance: float
    kept_at_95: float
    region: str = ""

    @property
    def balance(self) -> float:
        """Mean of ``right_kept`` and ``wrong_removed``."""
        return (self.right_kept + self.wrong_removed) / 2


@dataclass(frozen=True)
class CleaningCurve:
    """Keeping all rows with a score from a threshold on, for every threshold, from the highest.

    Attributes:
        name: of the rule.
        precision: share of right rows among those kept, (t,).
        recall: share of the right rows that is kept, (t,).
        wrong_removed: share of the wrong rows that is not kept, (t,).
        at: recall and precision of the rule's own decisions.
    """

    name: str
    precision: Floats
    recall: Floats
    wrong_removed: Floats
    at: tuple[float, float]


def right_kept(decisions: Decisions, label: Ints, truth: Ints) -> Flags:
    """Return for each row whether it is right and its picture stays under its label, (m,)."""
    stays = decisions.outcome == Outcome.KEPT
    twin = np.where(decisions.same_as >= 0, decisions.same_as, np.arange(len(label)))
    twin_stays = (decisions.outcome[twin] != Outcome.DROPPED) & (decisions.landmark[twin] == label)
    result: Flags = (label == truth) & (stays | ((decisions.outcome == Outcome.DROPPED) & twin_stays))
    return result


def wrong_removed(decisions: Decisions, label: Ints, truth: Ints) -> Flags:
    """Return for each row whether it is wrong and gone or rightly relabelled, (m,)."""
    gone = (decisions.outcome == Outcome.DROPPED) | (decisions.outcome == Outcome.UNSURE)
    moved = (decisions.outcome == Outcome.RELABELLED) & (decisions.landmark == truth)
    result: Flags = (label != truth) & (gone | moved)
    return result


def score_decisions(
    name: str,
    decisions: Decisions,
    label: Ints,
    truth: Ints,
    *,
    scores: Floats,
    rows: Flags | None = None,
    region: str = "",
) -> tuple[CleaningScore, CleaningCurve]:
    """Score decisions against the truth.

    Args:
        name: of the rule.
        decisions: its decisions on m rows.
        label: claimed landmark of each row, (m,).
        truth: true landmark of each row, (m,), -1 for none.
        scores: what the rule's threshold is held against, (m,).
        rows: those that are counted, (m,); None: all.
        region: whose rows those are.
    """
    counted = np.ones(len(label), bool) if rows is None else rows
    right = (label == truth)[counted]
    kept = right_kept(decisions, label, truth)[counted]
    removed = wrong_removed(decisions, label, truth)[counted]
    precision, recall, gone = _curve(scores[counted], right)
    stays = (decisions.outcome == Outcome.KEPT)[counted]
    at = float(kept.sum() / max(1, right.sum())), float((stays & right).sum() / max(1, stays.sum()))
    score = CleaningScore(
        name=name,
        right=int(right.sum()),
        wrong=int((~right).sum()),
        right_kept=at[0],
        wrong_removed=float(removed.sum() / max(1, (~right).sum())),
        best_balance=float(((recall + gone) / 2).max()),
        kept_at_95=float(recall[gone >= 0.95].max(initial=0.0)),
        region=region,
    )
    return score, CleaningCurve(name, precision, recall, gone, at)


def scores_table(scores: Sequence[CleaningScore]) -> str:
    """Return the scores as a table in Markdown."""
    lines = [
        "| rows | right | wrong | rule | right kept | wrong removed | mean | best mean by one threshold "
        "| right kept where 95 % of the wrong go |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for score in scores:
        shares = (score.right_kept, score.wrong_removed, score.balance, score.best_balance, score.kept_at_95)
        cells = (score.region or "all", score.right, score.wrong, score.name, *(f"{share:.1%}" for share in shares))
        lines.append(f"| {' | '.join(map(str, cells))} |".replace("%", " %"))
    return "\n".join(lines) + "\n"


def plain_decisions(scores: Floats, label: Ints, *, threshold: float) -> Decisions:
    """Return the decisions of the paper's rule: one threshold, below it a row is dropped."""
    outcome = np.full(len(label), Outcome.DROPPED, object)
    reason = np.full(len(label), Reason.UNLIKE, object)
    kept = scores >= threshold
    outcome[kept], reason[kept] = Outcome.KEPT, Reason.SHOWS_IT
    return Decisions(
        outcome=outcome,
        reason=reason,
        landmark=label,
        same_as=np.full(len(label), -1, np.int64),
        threshold=np.array([threshold]),
    )


def best_threshold(scores: Floats, right: Flags) -> float:
    """Return the threshold with the largest mean of right rows kept and wrong rows removed: found with the truth."""
    order = np.argsort(-scores, kind="stable")
    _, recall, gone = _curve(scores, right)
    values = np.unique(scores[order])[::-1]
    return float(values[int(np.argmax(recall + gone))])


def svg(curves: Sequence[CleaningCurve]) -> str:
    """Draw precision over recall; a dot marks each rule's own decisions."""
    from landmarq.pages import render

    colours = ("#0b6e4f", "#c44536", "#3d5a98", "#8a6d1d")
    low = 0.7
    lines = []
    for curve, colour in zip(curves, colours, strict=False):
        every = max(1, len(curve.recall) // 400)
        points = [
            (_x(recall), _y(precision, low))
            for recall, precision in zip(curve.recall[::every], curve.precision[::every], strict=True)
            if precision >= low
        ]
        lines.append(
            {"name": curve.name, "colour": colour, "points": points, "dot": (_x(curve.at[0]), _y(curve.at[1], low))}
        )
    ticks = [(f"{value:.0%}", _x(value)) for value in np.linspace(0, 1, 6)]
    heights = [(f"{value:.0%}", _y(value, low)) for value in np.linspace(low, 1, 7)]
    return render("cleaning/curve.svg", lines=lines, ticks=ticks, heights=heights)


def _x(recall: float) -> float:
    return round(60 + 520 * recall, 2)


def _y(precision: float, low: float) -> float:
    return round(20 + 320 * (1 - max(0.0, precision - low) / (1 - low)), 2)


def _curve(scores: Floats, right: Flags) -> tuple[Floats, Floats, Floats]:
    """Return precision, recall and the wrong rows' share that is gone at each distinct score, from the highest."""
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(right[order])
    kept = np.arange(1, len(order) + 1)
    last = np.append(np.diff(scores[order]) != 0, True)
    hits, kept = hits[last], kept[last]
    total, wrong = max(1, int(right.sum())), max(1, int((~right).sum()))
    return hits / kept, hits / total, 1 - (kept - hits) / wrong
