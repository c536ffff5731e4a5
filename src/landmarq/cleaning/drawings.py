"""Drawings, plans, maps and logos on paper: much white, few colours, sharp lines. Photos seldom have all three."""

from __future__ import annotations

import dataclasses

import numpy as np

from landmarq.cleaning.decide import Decisions, Outcome, Reason
from landmarq.types import Ints, Pixels

LOOK_SIDE = 256
_WHITE, _LEAST_WHITE = 240, 0.3
_COLOURS, _LEAST_OF_COLOURS = 8, 0.6
_SHARP, _LEAST_SHARP = 60, 0.05


def is_drawing(pixels: Pixels) -> bool:
    """Tell whether a picture is a drawing on white: over 30 % white, 60 % in eight colours, 5 % sharp edges.

    The three shares were chosen on real photos, as round numbers; docs/cleaning.md says what they find. Paintings,
    coloured illustrations and photos of souvenirs are not told.

    Args:
        pixels: the picture squashed to ``LOOK_SIDE`` squared, (256, 256, 3) uint8.
    """
    white = (pixels.min(axis=2) >= _WHITE).mean()
    if white <= _LEAST_WHITE:
        return False
    red, green, blue = (pixels[..., channel].astype(np.int64) >> 3 for channel in range(3))
    colours = np.bincount((red << 10 | green << 5 | blue).ravel())
    common = np.sort(colours)[-_COLOURS:].sum() / colours.sum()
    if common <= _LEAST_OF_COLOURS:
        return False
    signed = pixels.astype(np.int16)
    right = np.abs(signed[:-1, 1:] - signed[:-1, :-1]).max(axis=2)
    down = np.abs(signed[1:, :-1] - signed[:-1, :-1]).max(axis=2)
    return bool((np.maximum(right, down) >= _SHARP).mean() > _LEAST_SHARP)


def staying(decisions: Decisions) -> Ints:
    """Return the rows that stay under some landmark: the others need no look, (s,) int64."""
    kept = (decisions.outcome == Outcome.KEPT) & (decisions.landmark >= 0)
    return np.flatnonzero(kept | (decisions.outcome == Outcome.RELABELLED))


def set_drawings_aside(decisions: Decisions, rows: Ints, label: Ints) -> Decisions:
    """Make drawings unsure: a person may want them.

    Args:
        decisions: on m rows.
        rows: those of drawings, (a,).
        label: landmark that each of all rows claims, (m,).
    """
    outcome, reason, landmark = decisions.outcome.copy(), decisions.reason.copy(), decisions.landmark.copy()
    outcome[rows], reason[rows], landmark[rows] = Outcome.UNSURE, Reason.DRAWING, label[rows]
    return dataclasses.replace(decisions, outcome=outcome, reason=reason, landmark=landmark)
