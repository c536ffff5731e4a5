"""RootSIFT: unit descriptors, surest points first, found again in a turned view."""

from __future__ import annotations

import numpy as np
import pytest

from landmarq.local_features import RootSift, RootSiftConfig, match_one_to_one, root_sift
from textured import moved, view


def test_descriptors_have_unit_length_and_points_lie_in_the_photo() -> None:
    found = root_sift(view(0))
    assert len(found) > 50
    np.testing.assert_allclose(np.linalg.norm(found.descriptors, axis=1), 1, atol=0.03)
    assert (found.points >= 0).all()
    assert (found.points <= [160, 128]).all()


def test_a_turned_view_has_the_same_points() -> None:
    one, other = root_sift(view(0)), root_sift(view(0, turn=20, zoom=1.1, shift=5))
    rows, columns = match_one_to_one(one, other)
    wanted = moved(one.points[rows], turn=20, zoom=1.1, shift=5)
    right = np.linalg.norm(wanted - other.points[columns], axis=1) < 3
    assert len(rows) > 20
    assert right.mean() > 0.8


def test_large_photos_are_brought_to_the_wanted_side() -> None:
    photo = np.repeat(np.repeat(view(0), 4, axis=0), 4, axis=1)
    assert root_sift(photo, RootSiftConfig(side=128)).points.max() <= 160


def test_no_more_points_than_asked_for() -> None:
    few = root_sift(view(0), RootSiftConfig(points=20))
    many = root_sift(view(0), RootSiftConfig(points=500))
    assert len(few) == 20
    assert len(many) > 20


def test_a_photo_without_texture_has_no_points() -> None:
    assert len(root_sift(np.full((64, 64, 3), 99, np.uint8))) == 0


def test_other_settings_are_another_describer() -> None:
    assert RootSift().fingerprint == RootSift(RootSiftConfig()).fingerprint
    assert RootSift().fingerprint != RootSift(RootSiftConfig(contrast=0.03)).fingerprint


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="RootSIFT"):
        RootSiftConfig(side=3)
