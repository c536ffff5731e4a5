"""The same figures by kind of photo: frequent and rare landmarks, regions, cities, kinds of negatives."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from landmarq import metrics
from landmarq.catalog import CatalogRow
from landmarq.evaluation.answers import Answer
from landmarq.evaluation.figures import (
    AtSpecificity,
    Figure,
    GroupAtSpecificity,
    LandmarkGroup,
    NegativeGroup,
    figure,
)
from landmarq.evaluation.scored import OPERATING_THRESHOLD, Scored
from landmarq.metrics import Decisions, Mask

GroupKey = Callable[[CatalogRow, Answer], str]
"""The group of a photo; empty where it has none."""


def landmark_groups(
    scored: Scored, bars: Sequence[AtSpecificity], *, rare_below: int, confidence: float
) -> tuple[LandmarkGroup, ...]:
    """Measure the positives by training photos, use of the place, region, category, city and landmark."""
    photos, table = scored.photos, scored.photos.landmarks

    def rarity(row: CatalogRow, _: Answer) -> str:
        if not photos.training_photos:
            return ""
        few = photos.training_photos.get(row.landmark, 0) < rare_below
        return f"rare (under {rare_below})" if few else f"frequent ({rare_below} or more)"

    groupings: dict[str, GroupKey] = {
        "training photos": rarity,
        "place": _place_use,
        "region": lambda row, _: table[row.landmark].region if row.landmark in table else "",
        "category": lambda row, _: table[row.landmark].category if row.landmark in table else "",
        "city": lambda row, _: table[row.landmark].city if row.landmark in table else "",
        "landmark": lambda row, _: photos.name(row.landmark),
    }
    found = []
    for by, key in groupings.items():
        for name, mask in _grouped(scored, scored.decisions.positive, key):
            found.append(_landmark_group(by, name, scored.decisions.where(mask), bars, confidence))
    return tuple(found)


def _landmark_group(
    by: str, name: str, chosen: Decisions, bars: Sequence[AtSpecificity], confidence: float
) -> LandmarkGroup:
    def shown(share: metrics.Proportion) -> Figure:
        return figure(share, confidence)

    return LandmarkGroup(
        by,
        name,
        top_1=shown(metrics.top_1(chosen)),
        sensitivity=shown(metrics.sensitivity(chosen, OPERATING_THRESHOLD)),
        mistaken=shown(metrics.mistaken(chosen, OPERATING_THRESHOLD)),
        at_specificity=tuple(
            GroupAtSpecificity(bar.negatives, bar.specificity, shown(metrics.sensitivity(chosen, bar.threshold)))
            for bar in bars
        ),
    )


def negative_groups(scored: Scored, *, confidence: float) -> tuple[NegativeGroup, ...]:
    """Measure the negatives by kind, role, source and use of the place."""
    groupings: dict[str, GroupKey] = {
        "kind": lambda row, _: scored.negative_kind(row),
        "role": lambda row, _: row.role,
        "source": lambda row, _: row.source,
        "place": _place_use,
    }
    return tuple(
        NegativeGroup(
            by,
            name,
            figure(metrics.specificity(scored.decisions.where(mask), OPERATING_THRESHOLD), confidence),
        )
        for by, key in groupings.items()
        for name, mask in _grouped(scored, ~scored.decisions.positive, key)
    )


def _place_use(_: CatalogRow, answer: Answer) -> str:
    return "place used" if answer.place_used else "place not used"


def _grouped(scored: Scored, among: Mask, key: GroupKey) -> list[tuple[str, Mask]]:
    """Return the photos of ``among`` by group, names sorted; photos without a group are left out."""
    names = np.array([key(row, answer) for row, answer in zip(scored.rows, scored.answers, strict=True)])
    return [(str(name), among & (names == name)) for name in np.unique(names[among]) if name]
