"""How a crawl is cleaned."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CleanConfig:
    """How rows are judged and what is done with them.

    The defaults were chosen on simulated crawls, never on the one that the project reports (docs/cleaning.md).

    Attributes:
        keep_above: probability from which a row's label is believed and the row kept, 0 to 1.
        unsure_above: probability from which a row that is not kept is unsure rather than dropped.
        relabel_above: probability from which a row goes to another landmark.
        error: where above 0, replaces ``keep_above`` by the lowest threshold at which the estimated share of
            wrong rows among a landmark's kept ones stays within it, 0 to 1.
        per_landmark: with ``error``: a threshold for each landmark, or one for all.
        wrong_share: share of wrong rows that is assumed before a photo has been looked at, 0 to 1.
        everyday_share: of the wrong rows, the share that is assumed to show no known landmark, 0 to 1.
        basis: photos that the kernel's functions are made of; more are finer and slower.
        sharpness: the kernel is exp(sharpness * (similarity - 1)); higher looks nearer.
        noise: variance of the labels' noise in the kernel regression.
        temperature: regression scores are divided by it before they are compared.
        group: landmarks that are judged together, those that look alike; more need a larger basis.
        rounds: times that labels are weighed anew.
        rivals: other landmarks that each photo is compared with.
        duplicate_similarity: similarity from which two photos of one landmark may be one picture.
        duplicate_bits: of the 64 of their perceptual hashes, how many may then differ.
        far_m: metres from the landmark from which a photo's place contradicts its label.
        seed: of the choice of basis and samples.
    """

    keep_above: float = 0.6
    unsure_above: float = 0.2
    relabel_above: float = 0.8
    error: float = 0.0
    per_landmark: bool = True
    wrong_share: float = 0.25
    everyday_share: float = 0.4
    basis: int = 1024
    sharpness: float = 1.0
    noise: float = 0.1
    temperature: float = 0.05
    group: int = 64
    rounds: int = 4
    rivals: int = 8
    duplicate_similarity: float = 0.9
    duplicate_bits: int = 6
    far_m: float = 20_000.0
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        shares = ("keep_above", "unsure_above", "relabel_above", "error", "wrong_share", "everyday_share")
        for name in (*shares, "duplicate_similarity"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} {getattr(self, name)} is not between 0 and 1")
        for name in ("basis", "group", "rounds", "rivals"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1")
        for name in ("sharpness", "noise", "temperature", "far_m"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be above 0")
        if not 0 <= self.duplicate_bits <= 64:
            raise ValueError(f"duplicate_bits {self.duplicate_bits} is not between 0 and 64")
