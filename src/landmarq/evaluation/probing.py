"""What a recogniser would score, with its thresholds still open: the ground that calibration stands on.

A photo's score is the largest over the candidates of min(similarity - eta, reference mean - rho). With a fixed
offset = rho - eta it is the largest of min(similarity, reference mean - offset), less eta: one number a photo
decides for every eta at once. With a place it is the similarity less eta_place.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from landmarq import metrics
from landmarq.catalog import CatalogRow
from landmarq.embed import CatalogVectors
from landmarq.evaluation.embedding import places_of
from landmarq.pack import STRICTNESSES, Pack, Thresholds
from landmarq.recognize import Recognizer, Rule
from landmarq.types import Place

NO_REFERENCE_CHECK = -2.0
"""An offset that no reference mean fails to reach."""


def scores_by_look(pack: Pack, photos: CatalogVectors, *, offset: float) -> metrics.Decisions:
    """Score photos without their places: one is accepted where its score is at least eta, with rho = eta + offset."""
    return _scores(pack, photos, [None] * len(photos.rows), Thresholds(0.0, 0.0, offset))


def scores_with_place(pack: Pack, photos: CatalogVectors, places: Sequence[Place]) -> metrics.Decisions:
    """Score photos taken at ``places``: one is accepted where its score is at least eta_place."""
    return _scores(pack, photos, places, Thresholds(0.0, 0.0, NO_REFERENCE_CHECK))


def places_beside_landmarks(
    photos: CatalogVectors, pack: Pack, rng: np.random.Generator
) -> tuple[CatalogVectors, list[Place]]:
    """Give each photo a place at which it could be taken for a landmark, so that every photo counts with a place too.

    A photo that has a place keeps it. One that has none is judged as though taken beside a landmark: its own, or,
    where it shows none, one by chance. Most photos are taken beside no landmark and can't be mistaken at all, so the
    false alarms counted here are more than life's.

    Returns:
        The photos (without those whose own landmark has no place) and a place for each.
    """
    spots = {landmark.id: landmark.place for landmark in pack.landmarks if landmark.place}
    chosen = list(spots.values())

    def place(row: CatalogRow, own: Place | None) -> Place | None:
        chance = chosen[rng.integers(len(chosen))] if chosen else None
        known = any(landmark.id == row.landmark for landmark in pack.landmarks)
        return own or (spots.get(row.landmark) if known else chance)

    places = [place(row, own) for row, own in zip(photos.rows, places_of(photos), strict=True)]
    return photos.where([each is not None for each in places]), [each for each in places if each is not None]


def accepted_by_look(pack: Pack, photos: CatalogVectors, *, offset: float, eta: float) -> metrics.Proportion:
    """Count the photos of an unlabelled library that are accepted without their places, with rho = eta + offset."""
    scores, _ = _probe(pack, photos, [None] * len(photos.rows), Thresholds(0.0, 0.0, offset))
    return metrics.Proportion(sum(score is not None and score >= eta for score in scores), len(scores))


def _scores(
    pack: Pack, photos: CatalogVectors, places: Sequence[Place | None], thresholds: Thresholds
) -> metrics.Decisions:
    scores, ids = _probe(pack, photos, places, thresholds)
    known = frozenset(landmark.id for landmark in pack.landmarks)
    return metrics.decisions(scores, ids, [row.landmark for row in photos.rows], known=known)


def _probe(
    pack: Pack, photos: CatalogVectors, places: Sequence[Place | None], thresholds: Thresholds
) -> tuple[list[float | None], list[str]]:
    """Return each photo's score and best candidate with these thresholds in the place of the pack's."""
    info = dataclasses.replace(pack.info, thresholds={str(each): thresholds for each in STRICTNESSES})
    recognizer = Recognizer([Pack(info, pack.landmarks, pack.gallery)], Rule())
    found = recognizer.decide(photos.vectors, places)
    none = found.best < 0
    scores = [None if no else float(score) for no, score in zip(none, found.score, strict=True)]
    return scores, ["" if no else pack.landmarks[number].id for no, number in zip(none, found.best, strict=True)]
