from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cleaning_world import World
from landmarq.cleaning.rivals import candidates


@pytest.mark.parametrize("rivals", [1, 3, 20])
def test_claimed_landmarks_come_first_and_none_stands_twice(world: World, rivals: int) -> None:
    claims = world.claims
    twice = dataclasses.replace(
        claims,
        photo=np.append(claims.photo, [0, 0, 7]),
        label=np.append(claims.label, [(claims.label[0] + 2) % 8, claims.label[0], (claims.label[7] + 1) % 8]),
    )
    center = claims.vectors.mean(axis=0)
    made = candidates(twice, rivals=rivals, center=center)
    found, counts = made.landmark, made.claimed
    assert counts[0] == 2
    assert counts[7] == 2
    assert counts[8] == 1
    assert set(found[0, :2]) == {claims.label[0], (claims.label[0] + 2) % 8}
    for row in found:
        real = row[row >= 0]
        assert len(set(real)) == len(real)
    assert found[8, 1] == -1
    assert (found[8, 2:] >= 0).sum() == min(rivals, 7)


def test_the_nearest_rival_is_the_landmark_that_the_photo_truly_shows(world: World) -> None:
    claims = world.claims
    found = candidates(claims, rivals=2, center=claims.vectors.mean(axis=0)).landmark
    moved = (world.truth >= 0) & (world.truth != claims.label)
    assert (found[moved, 1:] == world.truth[moved, None]).any(axis=1).mean() > 0.85
