"""The settings of all rivals.

They are what did best on the ``val*`` roles of the project's photos (benchmarks/rival_settings.py, docs/results.md).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from landmarq.index.descriptors import DescriptorIndexConfig
from landmarq.local_features import GeometryConfig, RootSiftConfig
from landmarq.rivals.delf import DelfConfig
from landmarq.rivals.local_search import LocalSearchConfig
from landmarq.rivals.neighbours import NeighboursConfig


def _rootsift_search() -> LocalSearchConfig:
    index = DescriptorIndexConfig(probes=8)
    return LocalSearchConfig(points=600, neighbours=20, ratio=0.9, decision="sum", index=index)


def _triplet() -> NeighboursConfig:
    return NeighboursConfig(k=5)


def _delf_search() -> LocalSearchConfig:
    # A point of a map stands for 16 pixels and more: positions are that much coarser than SIFT's.
    geometry = GeometryConfig(tolerance=12)
    return LocalSearchConfig(points=1000, neighbours=10, ratio=0.9, decision="sum", geometry=geometry)


@dataclass(frozen=True)
class RivalsConfig:
    """How each rival works, and how long it is timed.

    Attributes:
        rootsift: its features.
        rootsift_search: its search and verification.
        delf: its features.
        delf_search: its search and verification.
        triplet: its vote.
        frozen: its vote.
        timed_photos: photos that the cost is measured on; 0 measures none.
        pool_role: role of the photos that rivals search among.
    """

    rootsift: RootSiftConfig = field(default_factory=RootSiftConfig)
    rootsift_search: LocalSearchConfig = field(default_factory=_rootsift_search)
    delf: DelfConfig = field(default_factory=DelfConfig)
    delf_search: LocalSearchConfig = field(default_factory=_delf_search)
    triplet: NeighboursConfig = field(default_factory=_triplet)
    frozen: NeighboursConfig = field(default_factory=NeighboursConfig)
    timed_photos: int = 64
    pool_role: str = "train"

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        if self.timed_photos < 0:
            raise ValueError("timed_photos can't be negative")
