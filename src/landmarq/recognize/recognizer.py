"""A recogniser: packs made ready to answer."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from landmarq.artifacts import fingerprint
from landmarq.errors import PackError
from landmarq.gallery import joined
from landmarq.geo import PlaceGrid
from landmarq.pack import Pack
from landmarq.recognize.answer import Match, Recognition
from landmarq.recognize.candidates import CandidateSearch
from landmarq.recognize.decide import Decider, Decisions, Limits
from landmarq.recognize.indexing import array_fingerprint, indexed_parts
from landmarq.recognize.rule import SQUARE_M, Rule
from landmarq.types import TAUGHT, Flags, Floats, Landmark, Place, Vectors

if TYPE_CHECKING:
    from landmarq.recognize.local_check import LocalCheck, Picture


class Recognizer:
    """Answers what is on photos, from their vectors and places.

    Attributes:
        landmarks: all landmarks of its packs, in the packs' order.
        rule: the switches of this run.
        model: fingerprint of the model whose vectors it understands.
        check: the second look at doubtful photos, or None.
        packs: what it was made of.
    """

    def __init__(
        self,
        packs: Sequence[Pack],
        rule: Rule | None = None,
        *,
        index_folder: Path | None = None,
        check: LocalCheck | None = None,
    ) -> None:
        """Join packs made with one model.

        Args:
            packs: at least one.
            rule: the switches of this run.
            index_folder: where indexes of packs with more than ``EXACT_UP_TO`` centroids are kept; only this person
                may be able to write there. Without it, or without the extra ``search``, all is compared exactly.
            check: a second look at doubtful photos whose picture is at hand.

        Raises:
            PackError: no pack, packs of different models, or one landmark in two of them.
        """
        self.rule = rule or Rule()
        if not packs:
            raise PackError("there is no pack: name one with --pack")
        self.model = packs[0].info.model
        for pack in packs:
            if pack.info.model != self.model:
                raise PackError(f"the packs {packs[0].info.name} and {pack.info.name} were made with different models")
            if pack.gallery.dimension != packs[0].gallery.dimension:
                raise PackError(
                    f"the vectors of {packs[0].info.name} and {pack.info.name} differ in length: one is damaged"
                )
        self.landmarks: tuple[Landmark, ...] = tuple(landmark for pack in packs for landmark in pack.landmarks)
        _refuse_twice(self.landmarks)
        self.packs = tuple(packs)
        self._taught: Flags = np.array([landmark.category == TAUGHT for landmark in self.landmarks], bool)
        self._gallery = joined([pack.gallery for pack in packs])
        self._grid = PlaceGrid([landmark.place for landmark in self.landmarks])
        self._limits = _limits(packs, self.rule)
        self.index_folder, self.check = index_folder, check
        self._indexed = indexed_parts([pack.gallery for pack in packs], index_folder) if index_folder else ()
        search = CandidateSearch(self._gallery, self._indexed)
        self._decider = Decider(self._gallery, grid=self._grid, limits=self._limits, search=search)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over all that decides: a stored decision stands as long as this is the same."""
        gallery = self._gallery
        arrays = (gallery.centroids, gallery.references, gallery.background, self._limits.eta, self._limits.eta_place)
        indexed = {"indexed": [[each.first, each.last, each.index.probes] for each in self._indexed]}
        return fingerprint(
            {
                **(indexed if self._indexed else {}),
                "rule": dataclasses.asdict(self.rule),
                "landmarks": [dataclasses.asdict(landmark) for landmark in self.landmarks],
                "arrays": [array_fingerprint(each) for each in (*arrays, self._limits.rho)],
                "background": [self._limits.weight, self._limits.nearest],
                "model": self.model,
            }
            | ({"check": self.check.fingerprint} if self.check else {})
        )

    def with_packs(self, packs: Sequence[Pack]) -> Recognizer:
        """Return a recogniser with more packs and the same rule.

        Raises:
            PackError: they do not go together.
        """
        if not packs:
            return self
        return Recognizer((*self.packs, *packs), self.rule, index_folder=self.index_folder, check=self.check)

    def decide(
        self, vectors: Vectors, places: Sequence[Place | None], *, pictures: Sequence[Picture] = ()
    ) -> Decisions:
        """Decide on photos by their vectors (n, d), places and, for the second look, pictures; see ``Decisions``.

        A taught landmark steals nothing: where another landmark is on a photo too, the taught one is left out.
        """
        return self._without_stolen(self.decide_all(vectors, places, pictures=pictures))

    def decide_all(
        self, vectors: Vectors, places: Sequence[Place | None], *, pictures: Sequence[Picture] = ()
    ) -> Decisions:
        """Decide as ``decide`` does, but leave a taught landmark on photos of others."""
        if not self.rule.use_place:
            places = [None] * len(places)
        decisions = self._decider.decide(vectors, places, references=self.rule.use_references)
        if self.check and pictures:
            decisions = self.check.recheck(decisions, [each.id for each in self.landmarks], pictures)
        return decisions

    def recognize(
        self, vectors: Vectors, places: Sequence[Place | None], *, pictures: Sequence[Picture] = ()
    ) -> list[Recognition]:
        """Answer for each photo, with reasons; vectors (n, d) float32 unit rows."""
        decisions = self.decide(vectors, places, pictures=pictures)
        starts = np.searchsorted(decisions.matched_photo, np.arange(len(vectors) + 1))
        return [self._answer(decisions, row, range(starts[row], starts[row + 1])) for row in range(len(vectors))]

    def nearest(self, vector: Vectors, place: Place | None, *, count: int) -> list[Match]:
        """Return the candidates for one photo most similar to it, whether they pass or not.

        Args:
            vector: (d,) float32 unit length.
            place: of the photo, or None.
            count: how many at most.
        """
        gallery = self._gallery
        starts = np.searchsorted(gallery.centroid_owner, np.arange(gallery.size))
        similarity = np.maximum.reduceat(gallery.centroids @ vector, starts)
        candidates = np.arange(gallery.size)
        if place is not None and self.rule.use_place:
            candidates = self._grid.in_square(place, side_m=SQUARE_M)
        best = candidates[np.argsort(-similarity[candidates], kind="stable")][:count]
        return [Match(self.landmarks[number], float(similarity[number])) for number in best]

    def _without_stolen(self, decisions: Decisions) -> Decisions:
        taught = self._taught[decisions.matched_landmark]
        elsewhere = np.isin(decisions.matched_photo, decisions.matched_photo[~taught])
        kept = ~(taught & elsewhere)
        matched = ("matched_photo", "matched_landmark", "matched_similarity")
        return dataclasses.replace(decisions, **{name: getattr(decisions, name)[kept] for name in matched})

    def _answer(self, decisions: Decisions, row: int, matched: range) -> Recognition:
        matches = tuple(
            Match(self.landmarks[decisions.matched_landmark[at]], float(decisions.matched_similarity[at]))
            for at in matched
        )
        number = int(decisions.best[row])
        place_used = bool(decisions.place_used[row])
        if number < 0:
            reason = f"no landmark of the packs lies in the {SQUARE_M / 1000:g} km square around where it was taken"
            return Recognition((), None, None, place_used, reason)
        best = Match(self.landmarks[number], float(decisions.similarity[row]))
        reason = self._reason(decisions, row, best)
        if matches and best.landmark not in [match.landmark for match in matches]:
            reason += f"; it was taught, and leaves the photo to {matches[0].landmark.name}"
        return Recognition(matches, best, float(decisions.score[row]), place_used, reason)

    def _reason(self, decisions: Decisions, row: int, best: Match) -> str:
        number, limits = int(decisions.best[row]), self._limits
        place_used, reference = bool(decisions.place_used[row]), float(decisions.reference[row])
        eta = float((limits.eta_place if place_used else limits.eta)[number] + decisions.background[row])
        name, near = best.landmark.name, " near where it was taken" if place_used else ""
        under = best.similarity < eta or (not np.isnan(reference) and reference < limits.rho[number])
        if under and decisions.score[row] >= 0:
            return (
                f"{name} at {best.similarity:.3f}, a little less than asked for; but its points lie as on a reference"
            )
        if best.similarity < eta:
            return f"nothing is near enough: the nearest{near} is {name} at {best.similarity:.3f}, below {eta:.3f}"
        if decisions.score[row] < 0:
            return (
                f"it looks like {name} ({best.similarity:.3f}), but its reference photos do not agree: "
                f"{reference:.3f}, below {float(limits.rho[number]):.3f}"
            )
        asked = not np.isnan(reference) and limits.rho[number] > -1  # no mean is lower than that
        checked = f"; its reference photos agree ({reference:.3f})" if asked else near
        return f"{name} at {best.similarity:.3f}, at least {eta:.3f}{checked}"


def _limits(packs: Sequence[Pack], rule: Rule) -> Limits:
    def spread(name: str) -> Floats:
        return np.concatenate(
            [np.full(len(p.landmarks), getattr(p.thresholds(rule.strictness), name), np.float32) for p in packs]
        )

    background = packs[0].info.background
    return Limits(spread("eta"), spread("eta_place"), spread("rho"), background.weight, background.nearest)


def _refuse_twice(landmarks: Sequence[Landmark]) -> None:
    seen: set[str] = set()
    for landmark in landmarks:
        if landmark.id in seen:
            raise PackError(f"the landmark {landmark.id} is in two packs: leave one of them out")
        seen.add(landmark.id)
