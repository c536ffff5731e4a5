from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from landmarq.errors import PhotoError
from landmarq.photos import read_crop


@pytest.fixture
def quarters(tmp_path: Path) -> Path:
    """A photo of four colours: red, green above, blue, white below."""
    pixels = np.zeros((40, 60, 3), np.uint8)
    pixels[:20, :30], pixels[:20, 30:], pixels[20:, :30], pixels[20:, 30:] = (
        (255, 0, 0),
        (0, 255, 0),
        (0, 0, 255),
        (255, 255, 255),
    )
    path = tmp_path / "q.png"
    Image.fromarray(pixels).save(path)
    return path


def test_a_box_is_cut_before_the_photo_is_squashed(quarters: Path) -> None:
    for box, colour in (((0, 0, 30, 20), (255, 0, 0)), ((30.4, 19.6, 60, 40), (255, 255, 255))):
        got = read_crop(quarters, box, size=8)
        assert got.shape == (8, 8, 3)
        assert np.all(got == colour)


def test_what_lies_beyond_the_photo_is_cut_off(quarters: Path) -> None:
    assert np.all(read_crop(quarters, (-5, -5, 30, 20), size=4) == (255, 0, 0))
    assert np.all(read_crop(quarters, (30, 20, 99, 99), size=4) == (255, 255, 255))


def test_the_box_is_in_pixels_of_the_full_upright_photo(tmp_path: Path) -> None:
    pixels = np.zeros((800, 1200, 3), np.uint8)
    pixels[:, 600:] = 255
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn: what was right is now below
    Image.fromarray(pixels).save(tmp_path / "turned.jpg", exif=exif)
    assert read_crop(tmp_path / "turned.jpg", (0, 0, 800, 590), size=4).max() < 10
    assert read_crop(tmp_path / "turned.jpg", (0, 610, 800, 1200), size=4).min() > 245


def test_a_box_outside_is_an_error(quarters: Path) -> None:
    for box in ((60, 0, 70, 10), (10, 10, 10, 20), (0, 30, 20, 20)):
        with pytest.raises(PhotoError, match="outside"):
            read_crop(quarters, box, size=4)
