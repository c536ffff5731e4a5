from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cleaning_world import World, make_world
from landmarq.cleaning import CleanConfig, weigh
from landmarq.cleaning.grouping import groups_of

CONFIG = CleanConfig(together=1)


@pytest.fixture(scope="module")
def many() -> World:
    return make_world(landmarks=24)


@pytest.mark.parametrize("most", [1, 5, 24, 100])
def test_every_landmark_is_in_one_group(many: World, most: int) -> None:
    groups = list(groups_of(many.claims, most=most))
    assert sorted(np.concatenate(groups).tolist()) == list(range(24))
    assert max(map(len, groups)) <= most


def test_landmarks_that_look_alike_are_in_one_group(many: World) -> None:
    claims = many.claims
    # Four families: landmarks of one differ little.
    family = np.repeat(np.eye(4, 16) * 3, 18, axis=0)
    vectors = claims.references + family
    alike = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    groups = groups_of(dataclasses.replace(claims, references=alike), most=6)
    assert all(len({int(landmark) // 6 for landmark in group}) == 1 for group in groups)


def test_groups_judge_nearly_as_all_together_do(many: World) -> None:
    claims = many.claims
    right = claims.label == many.truth
    # In 16 dimensions 24 landmarks overlap. In groups of six, most wrong rows show one that the group does not know.
    for group in (6, 24):
        probability = weigh(claims, dataclasses.replace(CONFIG, group=group)).of(claims.photo, claims.label)
        assert (probability[right] > 0.5).mean() > 0.95
        assert (probability[~right] < 0.5).mean() > 0.75


def test_a_photo_of_two_groups_has_one_landmark_at_most(many: World) -> None:
    claims = many.claims
    some = np.random.default_rng(0).permutation(claims.photos)[:100]
    other = (claims.label[some] + 12) % 24
    both = dataclasses.replace(
        claims, photo=np.concatenate([claims.photo, some]), label=np.concatenate([claims.label, other])
    )
    evidence = weigh(both, dataclasses.replace(CONFIG, group=6))
    assert np.allclose(evidence.probability.sum(axis=1) + evidence.everyday, 1, atol=1e-5)
    probability = evidence.of(both.photo, both.label)
    right = (claims.label == many.truth)[some]
    assert (probability[some][right] > 0.5).mean() > 0.9
    assert (probability[claims.photos :][right] < 0.5).mean() > 0.9


def test_a_row_that_says_no_landmark_is_taken_at_its_word_in_all_groups(many: World) -> None:
    claims = many.claims
    none = dataclasses.replace(claims, label=np.where(claims.photo < 5, -1, claims.label))
    assert np.allclose(weigh(none, dataclasses.replace(CONFIG, group=6)).everyday[:5], 1)
