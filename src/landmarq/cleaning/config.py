"""How a crawl is cleaned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class CleanConfig:
    """How rows are judged and what is done with them.

    The defaults were chosen on simulated crawls, never on the one that the project reports (docs/cleaning.md).

    Attributes:
        rule: ``regression``; or ``mean``, the paper's plain rule, or ``nearest``: the similarity to the landmark's
            references, on average or at best, must reach ``keep_above``, and what does not is dropped.
        keep_above: probability from which a row's label is believed and the row kept, 0 to 1; 0: found from the data,
            by ``error``: see ``landmarq.cleaning.thresholds``.
        unsure_above: probability from which a row that is not kept is unsure rather than dropped.
        relabel_above: probability from which a row goes to another landmark.
        error: estimated share of the wrong rows that a threshold found from the data may let stay, 0 to 1.
        per_landmark: whether it is found for each landmark, not one for all.
        wrong_share: share of wrong rows that is assumed before a photo has been looked at, 0 to 1.
        everyday_share: of the wrong rows, the share that is assumed to show no known landmark, 0 to 1.
        noise: of the ridge regression, added to the sum of squares of every direction.
        temperature: regression scores are divided by it before they are compared; 1 is the mean score of references.
        lack: a photo's everyday score is part the regression's, part what the photo lacks of the score of a typical
            reference; the latter weighs like so many everyday photos beside those that the crawl has, and less from
            round to round, down to nothing.
        together: so many landmarks are judged together; of more, only groups are.
        group: the most landmarks of a group; those look alike.
        rounds: times that labels are weighed anew.
        rivals: other landmarks that each photo is compared with.
        duplicate_neighbours: of the photos of its landmark, how many that are most like a photo may be its picture.
        duplicate_bits: of the 64 of their perceptual hashes, how many may then differ.
        drawings_aside: whether drawings, plans, maps and logos that would stay are unsure.
        far_m: metres from the landmark from which a photo's place contradicts its label.
    """

    rule: Literal["regression", "mean", "nearest"] = "regression"
    keep_above: float = 0.0
    unsure_above: float = 0.2
    relabel_above: float = 0.8
    error: float = 0.03
    per_landmark: bool = False
    wrong_share: float = 0.25
    everyday_share: float = 0.4
    noise: float = 1.0
    temperature: float = 0.1
    lack: float = 80.0
    together: int = 128
    group: int = 64
    rounds: int = 4
    rivals: int = 8
    duplicate_neighbours: int = 3
    duplicate_bits: int = 6
    drawings_aside: bool = True
    far_m: float = 20_000.0

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        shares = ("keep_above", "unsure_above", "relabel_above", "error", "wrong_share", "everyday_share")
        for name in shares:
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} {getattr(self, name)} is not between 0 and 1")
        if self.rule != "regression" and not self.keep_above:
            raise ValueError(f"the rule {self.rule} needs keep_above, a similarity")
        for name in ("together", "group", "rounds", "rivals", "duplicate_neighbours"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1")
        for name in ("noise", "temperature", "lack", "far_m"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be above 0")
        if not 0 <= self.duplicate_bits <= 64:
            raise ValueError(f"duplicate_bits {self.duplicate_bits} is not between 0 and 64")
