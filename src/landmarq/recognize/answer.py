"""The answer for one photo, and its JSON line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from landmarq.types import Landmark


@dataclass(frozen=True, slots=True)
class Match:
    """A landmark and how near the photo is to it: a dot product of unit vectors, -1 to 1."""

    landmark: Landmark
    similarity: float


@dataclass(frozen=True, slots=True)
class Recognition:
    """What is on one photo, and why.

    Attributes:
        matches: every landmark that passes, best score first; empty when none does.
        best: the candidate with the largest score, also when rejected; None where no landmark is a candidate.
        score: the largest over the candidates of min(similarity - eta, reference mean - rho), with a place
            similarity - eta; None where there is no candidate. A landmark is reported exactly when it is >= 0.
        place_used: whether the candidates were restricted by the photo's place.
        reason: one sentence for a person.
    """

    matches: tuple[Match, ...]
    best: Match | None
    score: float | None
    place_used: bool
    reason: str

    def __post_init__(self) -> None:
        """Refuse an answer that contradicts itself."""
        if (self.best is None) != (self.score is None):
            raise ValueError("best and score are both given or both None")
        if bool(self.matches) != (self.score is not None and self.score >= 0):
            raise ValueError("landmarks are reported exactly when the score is 0 or more")

    def as_json(self, path: str, *, path_key: str = "path") -> dict[str, Any]:
        """Return the JSON object of the design: one line of ``recognize --json``."""
        return {
            path_key: path,
            "landmarks": [_as_json(match) for match in self.matches],
            "score": self.score,
            "best": self.best and {"id": self.best.landmark.id, "similarity": self.best.similarity},
            "place_used": self.place_used,
            "reason": self.reason,
        }


def _as_json(match: Match) -> dict[str, Any]:
    landmark, place = match.landmark, match.landmark.place
    return {
        "id": landmark.id,
        "name": landmark.name,
        "city": landmark.city,
        "country": landmark.country,
        "lat": place and place.lat,
        "lon": place and place.lon,
        "similarity": match.similarity,
    }
