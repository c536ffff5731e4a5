"""The classes of a stage: landmarks, and the non-landmark as one more."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Classes:
    """The classes of a stage, in the order of their rows.

    Attributes:
        landmarks: ids; those of earlier stages first, so that old rows keep their place.
        non_landmark: whether a last class is the non-landmark (the paper's n + 1).
    """

    landmarks: tuple[str, ...]
    non_landmark: bool

    def __len__(self) -> int:
        """Return the number of classes, the non-landmark counted."""
        return len(self.landmarks) + self.non_landmark

    @property
    def non_landmark_index(self) -> int | None:
        """Index of the non-landmark class, or None."""
        return len(self.landmarks) if self.non_landmark else None
