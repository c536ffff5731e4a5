"""What a rival says of one photo."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """The best candidate and how sure it is; higher is surer, on the rival's own scale.

    Attributes:
        landmark: id of the candidate; empty where there is none.
        score: None where there is no candidate.
    """

    landmark: str
    score: float | None

    def __post_init__(self) -> None:
        """Refuse half an answer."""
        if (self.score is None) != (not self.landmark):
            raise ValueError("landmark and score are both given or both missing")


NOTHING = Verdict("", None)
