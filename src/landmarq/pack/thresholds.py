"""What a photo must reach to enter an album."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Strictness = Literal["strict", "normal", "loose"]
STRICTNESSES: tuple[Strictness, ...] = get_args(Strictness)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """One set of thresholds; a similarity passes when it is at least as large.

    Attributes:
        eta: for the similarity to the nearest centroid, without a place.
        eta_place: the same where the photo's place restricts the candidates; at most ``eta``.
        rho: for the mean similarity to the landmark's references, asked for without a place.
    """

    eta: float
    eta_place: float
    rho: float

    def __post_init__(self) -> None:
        """Refuse thresholds out of reach, or stricter with a place than without."""
        for name in ("eta", "eta_place", "rho"):
            if not -2 <= getattr(self, name) <= 2:
                raise ValueError(f"the threshold {name} is {getattr(self, name)}; -2 to 2 make sense")
        if self.eta_place > self.eta:
            raise ValueError("eta_place is larger than eta: knowing the place must not make it harder")


@dataclass(frozen=True, slots=True)
class Background:
    """How far a photo's nearness to non-landmark photos raises what it must reach.

    Its eta becomes ``eta + weight * (mean similarity to the ``nearest`` nearest background vectors)``.

    Attributes:
        weight: 0 (not used) or more.
        nearest: how many background vectors are averaged.
    """

    weight: float = 0.0
    nearest: int = 10

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        if not 0 <= self.weight <= 10 or not 1 <= self.nearest <= 1000:
            raise ValueError(f"background weight {self.weight}, nearest {self.nearest}")
