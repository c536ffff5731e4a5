"""How a recogniser decides: the switches of one run."""

from __future__ import annotations

from dataclasses import dataclass

from landmarq.pack import Strictness

SQUARE_M = 1000.0
"""Side of the square around a photo's place in which landmarks are candidates (Boiarov & Tyantov 2019, sec. 4.3)."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The switches of one run; what they switch is in the pack.

    Attributes:
        strictness: which of the pack's sets of thresholds.
        use_place: restrict the candidates of a photo that has a place to those near it.
        use_references: without a place, check the candidates against their references.
    """

    strictness: Strictness = "normal"
    use_place: bool = True
    use_references: bool = True
