from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from landmarq.catalog import CatalogRow
from landmarq.embed import CatalogVectors
from landmarq.evaluation.probing import (
    NO_REFERENCE_CHECK,
    accepted_by_look,
    places_beside_landmarks,
    scores_by_look,
    scores_with_place,
)
from landmarq.pack import STRICTNESSES, Pack, Thresholds
from landmarq.recognize import Recognition, Recognizer, Rule
from landmarq.types import Place
from toys import LANDMARKS


def recognitions(
    pack: Pack, photos: CatalogVectors, places: Any, thresholds: Thresholds, rule: Rule
) -> list[Recognition]:
    info = dataclasses.replace(pack.info, thresholds={str(each): thresholds for each in STRICTNESSES})
    return Recognizer([Pack(info, pack.landmarks, pack.gallery)], rule).recognize(photos.vectors, places)


@pytest.mark.parametrize("offset", [-0.3, -0.05, 0.1])
@pytest.mark.parametrize("eta", [0.4, 0.65, 0.8])
def test_one_number_a_photo_decides_as_the_recogniser_does(world: Any, offset: float, eta: float) -> None:
    scores = scores_by_look(world.pack, world.photos, offset=offset)
    nowhere = [None] * len(world.photos.rows)
    found = recognitions(world.pack, world.photos, nowhere, Thresholds(eta, eta, eta + offset), Rule())
    assert [bool(each.matches) for each in found] == (scores.scores >= eta).tolist()
    right = [
        bool(row.landmark) and each.best is not None and each.best.landmark.id == row.landmark
        for row, each in zip(world.photos.rows, found, strict=True)
    ]
    assert right == scores.right.tolist()


def test_without_a_reference_check_the_recogniser_asks_for_none(world: Any) -> None:
    scores = scores_by_look(world.pack, world.photos, offset=NO_REFERENCE_CHECK)
    nowhere = [None] * len(world.photos.rows)
    rule = Rule(use_references=False)
    found = recognitions(world.pack, world.photos, nowhere, Thresholds(0.6, 0.6, 0.6), rule)
    assert [bool(each.matches) for each in found] == (scores.scores >= 0.6).tolist()


def test_with_a_place_likewise(world: Any) -> None:
    photos, places = places_beside_landmarks(world.photos, world.pack, np.random.default_rng(0))
    scores = scores_with_place(world.pack, photos, places)
    found = recognitions(world.pack, photos, places, Thresholds(2.0, 0.6, 2.0), Rule())
    assert [bool(each.matches) for each in found] == (scores.scores >= 0.6).tolist()
    assert all(each.place_used for each in found)


def test_places_are_the_photos_own_else_their_landmarks_else_by_chance(world: Any) -> None:
    far = Place(0.0, 0.0)
    rows = (
        CatalogRow("own.jpg", "red_tower", place=far),
        CatalogRow("red.jpg", "red_tower"),
        *(CatalogRow(f"{i}.jpg", "") for i in range(40)),
        CatalogRow("unknown.jpg", "big_ben"),
    )
    n = len(rows)
    photos = CatalogVectors(rows, world.photos.vectors[:n], (None,) * n, ("",) * n, ())
    kept, places = places_beside_landmarks(photos, world.pack, np.random.default_rng(0))
    assert len(kept.rows) == n
    assert places[0] == far
    assert places[1] == LANDMARKS[0].place
    assert {*places[2:]} == {landmark.place for landmark in LANDMARKS}
    again = places_beside_landmarks(photos, world.pack, np.random.default_rng(0))[1]
    assert places == again


def test_a_landmark_without_a_place_gives_its_photos_none(world: Any) -> None:
    nowhere = (dataclasses.replace(LANDMARKS[0], place=None), *LANDMARKS[1:])
    pack = Pack(world.pack.info, nowhere, world.pack.gallery)
    rows = (CatalogRow("red.jpg", "red_tower"), CatalogRow("other.jpg", ""))
    photos = CatalogVectors(rows, world.photos.vectors[:2], (None,) * 2, ("",) * 2, ())
    kept, places = places_beside_landmarks(photos, pack, np.random.default_rng(0))
    assert [row.path for row in kept.rows] == ["other.jpg"]
    assert len(places) == 1


def test_accepted_photos_of_a_library_are_counted(world: Any) -> None:
    scores = scores_by_look(world.pack, world.photos, offset=-0.2).scores
    got = accepted_by_look(world.pack, world.photos, offset=-0.2, eta=0.6)
    assert (got.hits, got.total) == (int(np.count_nonzero(scores >= 0.6)), len(scores))
