from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmarq.errors import PackError
from landmarq.gallery import Gallery, GalleryConfig, build_gallery, centroids_of, joined, open_gallery
from toys import unit_vectors


def some_gallery(seed: int, landmarks: int = 3) -> Gallery:
    rng = np.random.default_rng(seed)
    names = [f"l{number}" for number in range(landmarks)]
    return build_gallery(
        names,
        photos={name: unit_vectors(rng, int(rng.integers(1, 9))) for name in names},
        references={name: unit_vectors(rng, int(rng.integers(1, 4))) for name in names[1:]},
        background=unit_vectors(rng, 5),
    )


@given(seed=st.integers(0, 1000))
def test_a_gallery_is_read_back_as_it_was_written(seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("gallery") / "gallery.safetensors"
    gallery = some_gallery(seed)
    gallery.save(path)
    again = open_gallery(path)
    for name in ("centroids", "centroid_owner", "references", "reference_owner", "background"):
        assert np.array_equal(getattr(again, name), getattr(gallery, name))


def test_two_views_give_two_centroids_and_a_stray_photo_none() -> None:
    a, b, stray = np.eye(3, dtype=np.float32)
    vectors = np.stack([a, a, a, b, b, b, stray])
    found = centroids_of(vectors, GalleryConfig(max_diameter=0.5, min_share=0.2))
    assert np.allclose(found, [a, b])


def test_a_landmark_without_a_valid_cluster_gets_the_mean_of_all() -> None:
    vectors = np.eye(2, dtype=np.float32)
    found = centroids_of(vectors, GalleryConfig(max_diameter=0.1))
    assert np.allclose(found, [[np.sqrt(0.5), np.sqrt(0.5)]])


@pytest.mark.parametrize(("photos", "needed"), [(1, 2), (5, 2), (20, 4), (250, 50), (10_000, 50)])
def test_what_makes_a_cluster_valid(photos: int, needed: int) -> None:
    assert GalleryConfig(min_cluster=50, min_share=0.2).valid_size(photos) == needed


def test_the_mean_reference_gives_the_mean_of_the_products() -> None:
    gallery = some_gallery(3)
    means, counts = gallery.reference_means()
    photo = unit_vectors(np.random.default_rng(9), 1)[0]
    for number in range(gallery.size):
        own = gallery.references[gallery.reference_owner == number]
        assert counts[number] == len(own)
        expected = np.mean([photo @ each for each in own]) if len(own) else 0.0
        assert means[number] @ photo == pytest.approx(expected, abs=1e-6)


def test_joined_galleries_number_on() -> None:
    one, other = some_gallery(1, 2), some_gallery(2, 3)
    both = joined([one, other])
    assert both.size == 5
    assert np.array_equal(both.centroids[both.centroid_owner >= 2], other.centroids)
    assert set(both.reference_owner) == {1, 3, 4}


def test_the_background_is_thinned_evenly() -> None:
    background = unit_vectors(np.random.default_rng(0), 10)
    gallery = build_gallery(
        ["a"],
        photos={"a": background[:2]},
        references={},
        background=background,
        config=GalleryConfig(max_background=4),
    )
    assert np.array_equal(gallery.background, background[::3])


def test_a_landmark_with_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="ghost has no photo"):
        build_gallery(["ghost"], photos={}, references={}, background=np.empty((0, 3), np.float32))


@pytest.mark.parametrize("damage", [b"", b"no safetensors", b"\xff" * 64])
def test_a_damaged_gallery_is_one_clear_error(damage: bytes, tmp_path: Path) -> None:
    path = tmp_path / "gallery.safetensors"
    some_gallery(0).save(path)
    path.write_bytes(damage or path.read_bytes()[:-20])
    with pytest.raises(PackError, match="damaged"):
        open_gallery(path)


def test_vectors_that_are_not_unit_or_not_finite_are_refused() -> None:
    gallery = some_gallery(0)
    for bad in (gallery.centroids * 2, np.full_like(gallery.centroids, np.nan)):
        with pytest.raises(ValueError, match="unit vectors"):
            Gallery(bad, gallery.centroid_owner, gallery.references, gallery.reference_owner, gallery.background)


def test_a_mapped_gallery_is_the_gallery_and_its_damage_is_one_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("landmarq.gallery.gallery._MAPPED_BYTES", 0)
    path = tmp_path / "gallery.safetensors"
    gallery = some_gallery(4, 20)
    gallery.save(path)
    again = open_gallery(path)
    assert isinstance(again.centroids.base, np.memmap)
    for name in ("centroids", "centroid_owner", "references", "reference_owner", "background"):
        assert np.array_equal(getattr(again, name), getattr(gallery, name))
    whole = path.read_bytes()
    for damage in (whole[:40], whole[:-8], b"\xff" * 200, whole[:8] + b"[1, 2]" + whole[14:], b"\2" + whole[1:]):
        path.write_bytes(damage)
        with pytest.raises(PackError, match="damaged"):
            open_gallery(path)
