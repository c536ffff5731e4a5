"""What went wrong: the pairs most confused, and the worst errors one by one."""

from __future__ import annotations

import collections

from landmarq.evaluation.figures import Confusion, Mistake
from landmarq.evaluation.scored import Scored


def confusions(scored: Scored, most: int) -> tuple[Confusion, ...]:
    """Count (truth, answer) pairs: wrong best candidates of positives, and negatives that were accepted."""
    photos: collections.Counter[tuple[str, str]] = collections.Counter()
    accepted: collections.Counter[tuple[str, str]] = collections.Counter()
    for row, answer, right in zip(scored.rows, scored.answers, scored.decisions.right, strict=True):
        if right or not answer.best or not (answer.landmarks or scored.photos.is_positive(row)):
            continue
        pair = (scored.truth(row), scored.photos.name(answer.best))
        photos[pair] += 1
        accepted[pair] += bool(answer.landmarks)
    ranked = sorted(photos, key=lambda pair: (-photos[pair], -accepted[pair], pair))
    return tuple(Confusion(*pair, photos[pair], accepted[pair]) for pair in ranked[:most])


def mistakes(scored: Scored, most: int) -> tuple[Mistake, ...]:
    """Return of each kind the worst: the surest false alarms and wrong names, the misses furthest from passing."""
    by_kind: dict[str, list[tuple[float, Mistake]]] = {"false alarm": [], "wrong name": [], "missed": []}
    for row, answer, right, value in zip(
        scored.rows, scored.answers, scored.decisions.right, scored.decisions.scores, strict=True
    ):
        positive, accepted = scored.photos.is_positive(row), bool(answer.landmarks)
        if (accepted and right) or not (accepted or positive):
            continue
        kind = "missed" if not accepted else "wrong name" if positive else "false alarm"
        best = scored.photos.name(answer.best) if answer.best else ""
        told = answer.error or answer.reason
        mistake = Mistake(kind, row.path, scored.truth(row), best, answer.score, told)
        by_kind[kind].append((value if kind == "missed" else -value, mistake))
    return tuple(mistake for found in by_kind.values() for _, mistake in sorted(found, key=lambda pair: pair[0])[:most])
