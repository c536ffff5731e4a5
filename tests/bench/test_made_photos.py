from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from landmarq.bench.made_photos import SIDES, make_photos, natural_noise, with_comment
from landmarq.photos import PhotoView, encode_jpeg, read_photo, read_rgb
from toys import Painter


def test_made_photos_have_the_size_and_weight_of_real_ones_and_each_its_own_bytes(
    tmp_path: Path, paint: Painter
) -> None:
    source = paint("small.jpg", "green", size=(640, 480))
    for sources in ((), (source,)):
        files = make_photos(tmp_path / "p", megapixels=1, count=6, rng=np.random.default_rng(0), sources=sources)
        photos = [read_photo(file, PhotoView(32)) for file in files]
        assert {(photo.width, photo.height) for photo in photos} == {SIDES[1]}
        assert len({photo.content for photo in photos}) == 6
        # A photo of one colour is all grain.
        assert 0.15 < photos[0].file_bytes / (photos[0].width * photos[0].height) < 0.4


def test_enlarging_keeps_the_picture(tmp_path: Path, paint: Painter) -> None:
    (file,) = make_photos(
        tmp_path / "p", megapixels=1, count=1, rng=np.random.default_rng(0), sources=[paint("a.png", "#d02010")]
    )
    assert read_rgb(file, at_least=5000).mean(axis=(0, 1)) == pytest.approx([0xD0, 0x20, 0x10], abs=3)


def test_a_comment_changes_the_bytes_and_not_the_picture(tmp_path: Path) -> None:
    jpeg = encode_jpeg(natural_noise(np.random.default_rng(0), 64))
    for name, data in (("one.jpg", jpeg), ("other.jpg", with_comment(jpeg, b"hello"))):
        (tmp_path / name).write_bytes(data)
    one, other = (read_rgb(tmp_path / name, at_least=64) for name in ("one.jpg", "other.jpg"))
    assert np.array_equal(one, other)
    assert b"hello" in (tmp_path / "other.jpg").read_bytes()
