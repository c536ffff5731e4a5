"""Decisions against a naive loop over landmarks, and the laws of thresholds and places."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmarq.errors import PackError
from landmarq.gallery import Gallery, build_gallery
from landmarq.geo import PlaceGrid
from landmarq.pack import Background, Pack, PackInfo, Thresholds
from landmarq.recognize import Recognition, Recognizer, Rule
from landmarq.recognize.candidates import Candidates, CandidateSearch
from landmarq.recognize.decide import Decider, Limits
from landmarq.types import Ints, Place, Vectors
from toys import LANDMARKS, unit_vectors


def some_pack(seed: int, thresholds: Thresholds, *, weight: float = 0.0, background: int = 6) -> Pack:
    rng = np.random.default_rng(seed)
    ids = [landmark.id for landmark in LANDMARKS]
    gallery = build_gallery(
        ids,
        photos={each: unit_vectors(rng, 5) for each in ids},
        references={each: unit_vectors(rng, 3) for each in ids[:2]},
        background=unit_vectors(rng, background),
    )
    sets = dict.fromkeys(("strict", "normal", "loose"), thresholds)
    return Pack(PackInfo("toy", "m", sets, Background(weight, 2)), LANDMARKS, gallery)


def naive(pack: Pack, vector: Vectors, place: Place | None, rule: Rule) -> dict[str, float]:
    """Return the score of every candidate, with loops, as the design words it."""
    gallery, limits = pack.gallery, pack.thresholds(rule.strictness)
    raised = 0.0
    if len(gallery.background):
        nearest = sorted((float(vector @ each) for each in gallery.background), reverse=True)[
            : pack.info.background.nearest
        ]
        raised = pack.info.background.weight * float(np.mean(nearest))
    with_place = rule.use_place and place is not None
    grid = PlaceGrid([landmark.place for landmark in pack.landmarks])
    near = grid.in_square(place, side_m=1000).tolist() if place else []
    scores = {}
    for number, landmark in enumerate(pack.landmarks):
        if with_place and number not in near:
            continue
        similarity = max(float(vector @ c) for c in gallery.centroids[gallery.centroid_owner == number])
        score = similarity - raised - (limits.eta_place if with_place else limits.eta)
        own = gallery.references[gallery.reference_owner == number]
        if rule.use_references and not with_place and len(own):
            score = min(score, float(np.mean([vector @ each for each in own])) - limits.rho)
        scores[landmark.id] = score
    return scores


SETS = st.builds(
    lambda eta, lower, rho: Thresholds(eta, eta - lower, rho), st.floats(-1, 1), st.floats(0, 0.5), st.floats(-1, 1)
)
RULES = st.builds(Rule, use_place=st.booleans(), use_references=st.booleans())


@given(seed=st.integers(0, 500), thresholds=SETS, rule=RULES, weight=st.sampled_from([0.0, 0.5]))
def test_equals_the_naive_loop(seed: int, thresholds: Thresholds, rule: Rule, weight: float) -> None:
    pack = some_pack(seed, thresholds, weight=weight)
    vectors = unit_vectors(np.random.default_rng(seed + 1), 6)
    places = [None, LANDMARKS[0].place, Place(0, 0), None, LANDMARKS[1].place, None]
    for vector, place, answer in zip(vectors, places, Recognizer([pack], rule).recognize(vectors, places), strict=True):
        scores = naive(pack, vector, place, rule)
        assert answer.score == pytest.approx(max(scores.values(), default=None), abs=1e-5)
        # float32 may fall on the other side of a threshold only where the score is next to nothing.
        assert {each for each, score in scores.items() if score > 1e-5} <= _ids(answer)
        assert _ids(answer) <= {each for each, score in scores.items() if score > -1e-5}
        assert answer.place_used == (rule.use_place and place is not None)
        assert answer.reason


@given(seed=st.integers(0, 500), eta=st.floats(-1, 1), rise=st.floats(0, 1))
def test_a_higher_threshold_never_adds_a_match(seed: int, eta: float, rise: float) -> None:
    vectors = unit_vectors(np.random.default_rng(seed), 8)
    low, high = (
        Recognizer([some_pack(seed, Thresholds(value, value, -1))]).recognize(vectors, [None] * 8)
        for value in (eta, min(2.0, eta + rise))
    )
    for one, other in zip(low, high, strict=True):
        assert _ids(other) <= _ids(one)


@given(seed=st.integers(0, 500), eta=st.floats(-1, 1))
def test_a_place_never_adds_a_match_at_the_same_thresholds(seed: int, eta: float) -> None:
    pack = some_pack(seed, Thresholds(eta, eta, -1))
    vectors = unit_vectors(np.random.default_rng(seed), 8)
    places = [LANDMARKS[number % 3].place for number in range(8)]
    rule = Rule(use_references=False)
    anywhere = Recognizer([pack], dataclasses.replace(rule, use_place=False)).recognize(vectors, places)
    for one, other in zip(anywhere, Recognizer([pack], rule).recognize(vectors, places), strict=True):
        assert _ids(other) <= _ids(one)


def test_a_landmark_without_references_is_not_asked_for_them() -> None:
    pack = some_pack(1, Thresholds(-1, -1, 2))
    answer = Recognizer([pack]).recognize(unit_vectors(np.random.default_rng(0), 1), [None])[0]
    assert _ids(answer) == {"blue_bridge"}


def test_a_photo_taken_far_from_all_landmarks_has_no_candidate() -> None:
    answer = Recognizer([some_pack(1, Thresholds(-1, -1, -1))]).recognize(
        unit_vectors(np.random.default_rng(0), 1), [Place(0, 0)]
    )[0]
    assert (answer.score, answer.best, answer.matches) == (None, None, ())
    assert "1 km square" in answer.reason


def test_blocks_do_not_change_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    recognizer = Recognizer([some_pack(1, Thresholds(0.2, 0.1, 0))])
    vectors = unit_vectors(np.random.default_rng(0), 20)
    places = [LANDMARKS[0].place if number % 3 == 0 else None for number in range(20)]
    whole = recognizer.recognize(vectors, places)
    monkeypatch.setattr("landmarq.recognize.candidates._CELLS", 60)
    for one, other in zip(whole, recognizer.recognize(vectors, places), strict=True):
        assert _ids(one) == _ids(other)
        assert one.score == pytest.approx(other.score, abs=1e-6)


def test_no_photo_gives_no_answer() -> None:
    assert Recognizer([some_pack(1, Thresholds(0, 0, 0))]).recognize(np.empty((0, 4), np.float32), []) == []


def test_json_has_the_fields_of_the_format() -> None:
    answer = Recognizer([some_pack(1, Thresholds(-1, -1, -1))]).recognize(
        unit_vectors(np.random.default_rng(0), 1), [None]
    )[0]
    line = answer.as_json("a.jpg")
    assert list(line) == ["path", "landmarks", "score", "best", "place_used", "reason"]
    assert {"id", "name", "city", "country", "lat", "lon", "similarity"} == set(line["landmarks"][0])
    assert line["best"]["id"] == line["landmarks"][0]["id"]


def test_a_contradictory_answer_is_refused() -> None:
    with pytest.raises(ValueError, match="both"):
        Recognition((), None, 0.5, False, "")


def _ids(answer: Recognition) -> set[str]:
    return {match.landmark.id for match in answer.matches}


def test_several_packs_answer_as_one_gallery() -> None:
    pack = some_pack(5, Thresholds(0.1, 0.1, -1))
    gallery = pack.gallery
    halves = []
    for low, high in ((0, 1), (1, 3)):
        own, refs = (gallery.centroid_owner >= low) & (gallery.centroid_owner < high), gallery.reference_owner
        mine = (refs >= low) & (refs < high)
        part = Gallery(
            gallery.centroids[own],
            gallery.centroid_owner[own] - low,
            gallery.references[mine],
            refs[mine] - low,
            gallery.background[:0] if low else gallery.background,
        )
        halves.append(Pack(pack.info, LANDMARKS[low:high], part))
    vectors = unit_vectors(np.random.default_rng(0), 10)
    whole, split = (Recognizer(each).recognize(vectors, [None] * 10) for each in ([pack], halves))
    assert [_ids(each) for each in whole] == [_ids(each) for each in split]


def test_a_photo_with_a_place_is_compared_with_the_landmarks_near_it_alone() -> None:
    compared: list[int] = []

    class Watched(CandidateSearch):
        def among(self, vectors: Vectors, landmarks: Ints) -> Candidates:
            compared.append(len(landmarks))
            return super().among(vectors, landmarks)

    pack = some_pack(1, Thresholds(0, 0, 0))
    zero = np.zeros(3, np.float32)
    limits = Limits(zero, zero, zero, weight=0, nearest=1)
    grid = PlaceGrid([landmark.place for landmark in pack.landmarks])
    decider = Decider(pack.gallery, grid=grid, limits=limits, search=Watched(pack.gallery))
    places = [LANDMARKS[0].place, Place(0, 0), LANDMARKS[0].place]
    decider.decide(unit_vectors(np.random.default_rng(0), 3), places, references=True)
    assert sorted(compared) == [0, 1]


def test_references_that_are_asked_for_nothing_are_not_said_to_agree() -> None:
    packs = [some_pack(3, Thresholds(0.5, 0.5, rho)) for rho in (-0.99, -2)]
    tower = packs[0].gallery.centroids[:1]  # of a landmark with references
    asked, unasked = (Recognizer([pack]).recognize(tower, [None])[0].reason for pack in packs)
    assert "reference photos agree" in asked
    assert "reference" not in unasked


def test_packs_with_vectors_of_different_length_are_refused() -> None:
    pack = some_pack(3, Thresholds(0, 0, 0))
    longer = np.eye(5, dtype=np.float32)[:1]
    gallery = build_gallery(["other"], photos={"other": longer}, references={}, background=longer[:0])
    other = Pack(pack.info, (dataclasses.replace(LANDMARKS[0], id="other"),), gallery)
    with pytest.raises(PackError, match="differ in length"):
        Recognizer([pack, other])
