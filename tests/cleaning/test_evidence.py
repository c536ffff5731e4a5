from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cleaning_world import World, make_world
from landmarq.cleaning import Claims, CleanConfig, reference_similarity, weigh
from landmarq.cleaning.evidence import _Regression
from landmarq.cleaning.ridge import make_ridge
from landmarq.cleaning.rivals import Candidates
from landmarq.types import Vectors

CONFIG = CleanConfig()


def regression(world: World) -> tuple[_Regression, Vectors, Vectors]:
    """The regression of a world in which each photo is compared with its claimed landmark alone, and its numbers."""
    claims = world.claims
    ridge = make_ridge(claims.vectors, claims.references, noise=0.5)
    weights = np.zeros((claims.photos, 2), np.float32)
    weights[:, 0] = 1
    found = Candidates(claims.label[:, None].astype(np.int32), np.ones(claims.photos, np.int64))
    made = _Regression(claims, ridge, found, weights)
    return made, ridge.numbers(claims.vectors), ridge.numbers(claims.references)


def test_leaving_a_photo_out_is_what_fitting_without_it_gives(world: World) -> None:
    # The closed form against the honest way: fit again without the photo, its numbers and its label.
    claims = world.claims
    made, numbers, own = regression(world)
    labels = np.concatenate([claims.label, claims.reference_label])
    share = np.bincount(labels, minlength=claims.landmarks + 1) / len(labels)
    typical = made._typical((made._ridge.inverse @ made._sums.T).T.astype(np.float32), share.astype(np.float32))
    made.round(np.ones_like(made.weights), temperature=1 / typical, lack=0.0, progress=None)
    targets = np.zeros((claims.photos, claims.landmarks + 1))
    targets[np.arange(claims.photos), claims.label] = 1
    sure = np.zeros((len(own), claims.landmarks + 1))
    sure[np.arange(len(own)), claims.reference_label] = 1
    normal = np.linalg.inv(made._ridge.inverse)
    photos = [0, 17, 101]
    refitted = []
    for photo in photos:
        row = numbers[photo].astype(np.float64)
        fitted = np.linalg.solve(
            normal - np.outer(row, row), numbers.T @ targets + own.T @ sure - np.outer(row, targets[photo])
        )
        scores = row @ fitted - share
        refitted.append(scores[[claims.label[photo], -1]])
    odds = np.exp(np.array(refitted))
    assert np.allclose(made.weights[photos], odds / odds.sum(axis=1, keepdims=True), atol=1e-3)


def test_where_views_differ_right_and_wrong_rows_come_apart_better_than_by_the_mean_similarity() -> None:
    world = make_world(views=3, dimension=32)
    claims, right = world.claims, world.claims.label == world.truth
    probability = weigh(claims, CONFIG).of(claims.photo, claims.label)
    plain = reference_similarity(claims).mean

    def balance(scores: Vectors) -> float:
        both = [((scores >= at)[right].mean() + (scores < at)[~right].mean()) / 2 for at in np.unique(scores)]
        return float(max(both))

    assert balance(probability) > 0.93
    assert 1 - balance(probability) < (1 - balance(plain)) / 2


def test_a_row_of_another_landmark_is_a_photo_of_that(world: World) -> None:
    best, probability = weigh(world.claims, CONFIG).best()
    moved = (world.truth >= 0) & (world.truth != world.claims.label) & (probability > 0.8)
    assert moved.sum() > 10
    assert (best[moved] == world.truth[moved]).mean() > 0.9


def test_probabilities_sum_to_one_and_the_order_of_rows_does_not_matter(world: World) -> None:
    claims = world.claims
    evidence = weigh(claims, CONFIG)
    assert np.allclose(evidence.probability.sum(axis=1) + evidence.everyday, 1, atol=1e-5)
    order = np.random.default_rng(1).permutation(len(claims.photo))
    shuffled = dataclasses.replace(claims, photo=claims.photo[order], label=claims.label[order])
    again = weigh(shuffled, CONFIG)
    assert np.allclose(again.of(claims.photo, claims.label), evidence.of(claims.photo, claims.label), atol=1e-5)


def test_of_two_labels_of_one_photo_at_most_one_is_believed(world: World) -> None:
    claims = world.claims
    other = (claims.label + 1) % claims.landmarks
    both = dataclasses.replace(
        claims, photo=np.concatenate([claims.photo] * 2), label=np.concatenate([claims.label, other])
    )
    probability = weigh(both, CONFIG).of(both.photo, both.label)
    assert (probability[: len(other)] + probability[len(other) :]).max() <= 1 + 1e-5


def test_a_row_that_says_no_landmark_is_taken_at_its_word(world: World) -> None:
    claims = world.claims
    none = dataclasses.replace(claims, label=np.where(claims.photo < 5, -1, claims.label))
    evidence = weigh(none, CONFIG)
    assert np.allclose(evidence.everyday[:5], 1)
    assert (evidence.of(none.photo, none.label)[:5] == 0).all()


@pytest.mark.parametrize("landmarks", [2, 3, 4])
def test_of_few_landmarks_everyday_photos_are_found_too(landmarks: int) -> None:
    right, everyday = [], []
    for seed in range(6):
        world = make_world(landmarks=landmarks, dimension=64, wrong=0.3, seed=seed)
        claims = world.claims
        probability = weigh(claims, CONFIG).of(claims.photo, claims.label)
        right.append(probability[claims.label == world.truth])
        everyday.append(probability[world.truth < 0])
    assert (np.concatenate(right) > 0.5).mean() > 0.95
    assert (np.concatenate(everyday) < 0.5).mean() > 0.9


def test_one_landmark_with_one_photo_is_judged_too() -> None:
    one = np.eye(4, dtype=np.float32)
    claims = Claims(one[:2], np.arange(2), np.zeros(2, np.int64), one[:1], np.zeros(1, np.int64), 1)
    probability = weigh(claims, CleanConfig()).of(claims.photo, claims.label)
    assert probability[0] > probability[1]


def test_many_copies_of_one_picture_are_no_trouble() -> None:
    rng = np.random.default_rng(0)
    two = np.eye(4, dtype=np.float32)[:2]
    label = np.repeat([0, 1], 500)
    vectors = two[label] + rng.normal(scale=1e-6, size=(1000, 4)).astype(np.float32)
    claims = Claims(vectors, np.arange(1000), label, two, np.arange(2), 2)
    assert (weigh(claims, CONFIG).of(claims.photo, claims.label) > 0.9).all()
