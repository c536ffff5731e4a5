from __future__ import annotations

import errno
import io
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from landmarq.errors import PhotoError
from landmarq.photos import read_rgb, squash, thumbnail
from landmarq.photos.decode import heif_ready, open_photo, to_rgb
from landmarq.photos.kinds import kind_of_content
from toys import Painter

CORNERS = np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [255, 255, 0]]], np.uint8)


def corners(size: int = 64) -> Image.Image:
    """A picture with a red, a green, a blue and a yellow quarter."""
    return Image.fromarray(CORNERS).resize((size, size), Image.Resampling.NEAREST)


def quarters(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> list[list[int]]:
    """Return the colours in the middle of the quarters, rounded to 0 and 255."""
    height, width = pixels.shape[:2]
    spots = [
        (height // 4, width // 4),
        (height // 4, 3 * width // 4),
        (3 * height // 4, width // 4),
        (3 * height // 4, 3 * width // 4),
    ]
    return [[255 * int(value > 127) for value in pixels[row, column]] for row, column in spots]


UPRIGHT = quarters(np.asarray(corners()))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF", "GIF"])
def test_every_format_is_read_whatever_its_name_says(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    corners().save(path, kind)
    assert quarters(read_rgb(path, at_least=64)) == UPRIGHT


def test_of_a_film_the_first_frame_is_read(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("black", "white")]
    corners().save(tmp_path / "film.gif", save_all=True, append_images=frames)
    assert quarters(read_rgb(tmp_path / "film.gif", at_least=64)) == UPRIGHT


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(orientation: int, tmp_path: Path) -> None:
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Pillow's transposes that the viewer's turn takes back
    picture = corners()
    if orientation > 1:
        picture = picture.transpose(Image.Transpose(undo[orientation]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture.save(tmp_path / "turned.jpg", exif=exif, quality=95)
    assert quarters(read_rgb(tmp_path / "turned.jpg", at_least=64)) == UPRIGHT


@pytest.mark.parametrize("mode", ["CMYK", "L", "RGBA", "LA", "P", "1"])
def test_every_mode_becomes_rgb(mode: str, tmp_path: Path) -> None:
    kind = "TIFF" if mode == "CMYK" else "PNG"
    corners().convert(mode).save(tmp_path / "photo", kind)
    pixels = read_rgb(tmp_path / "photo", at_least=64)
    assert pixels.shape == (64, 64, 3)
    assert pixels.dtype == np.uint8


def test_sixteen_bit_grey_is_scaled_and_not_clipped(tmp_path: Path) -> None:
    Image.fromarray(np.array([[0, 32768, 65535]], np.uint16)).save(tmp_path / "grey.png")
    assert read_rgb(tmp_path / "grey.png", at_least=1)[0, :, 0].tolist() == [0, 128, 255]


def test_transparent_parts_become_white(tmp_path: Path) -> None:
    Image.new("RGBA", (8, 8), (255, 0, 0, 0)).save(tmp_path / "clear.png")
    assert read_rgb(tmp_path / "clear.png", at_least=8)[0, 0].tolist() == [255, 255, 255]


def test_a_large_jpeg_is_decoded_at_a_reduced_scale(tmp_path: Path) -> None:
    corners(2048).save(tmp_path / "large.jpg")
    pixels = read_rgb(tmp_path / "large.jpg", at_least=256)
    assert pixels.shape == (256, 256, 3)
    assert quarters(pixels) == UPRIGHT


def test_a_picture_of_absurd_size_is_refused_by_its_header(tmp_path: Path) -> None:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    data = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    data += struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    (tmp_path / "bomb.png").write_bytes(data)
    with pytest.raises(PhotoError, match="60000 x 60000") as raised:
        read_rgb(tmp_path / "bomb.png", at_least=256)
    assert raised.value.reason == "too-large"


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.jpg", b"", "damaged"),
        ("text.jpg", b"hello", "damaged"),
        ("notes.txt", b"hello", "unsupported"),
        ("clip.mp4", b"\0\0\0\x18ftypisom", "video"),
        ("clip", b"\0\0\0\x18ftypqt  ", "video"),
        ("photo.nef", b"II*\0", "raw"),
        ("cut.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "damaged"),
    ],
)
def test_what_is_no_photo_says_so(name: str, data: bytes, reason: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(PhotoError) as raised:
        read_rgb(tmp_path / name, at_least=64)
    assert raised.value.reason == reason


def test_a_truncated_photo_is_damaged(tmp_path: Path) -> None:
    corners(512).save(tmp_path / "cut.jpg")
    (tmp_path / "cut.jpg").write_bytes((tmp_path / "cut.jpg").read_bytes()[:4000])
    with pytest.raises(PhotoError, match="damaged"):
        read_rgb(tmp_path / "cut.jpg", at_least=512)


def test_a_missing_photo_says_so(tmp_path: Path) -> None:
    with pytest.raises(PhotoError, match="no such file"):
        read_rgb(tmp_path / "gone.jpg", at_least=64)


def test_squash_keeps_the_whole_photo() -> None:
    wide = corners().resize((200, 50))
    assert quarters(squash(wide, size=32)) == UPRIGHT


def test_a_thumbnail_has_no_exif_and_fits(paint: Painter) -> None:
    path = paint("a.jpg", "red", size=(400, 300), taken="2020:01:02 03:04:05")
    image = to_rgb(open_photo(path.read_bytes(), name=path, at_least=300).image)
    small = Image.open(io.BytesIO(thumbnail(image, side=100)))
    assert (small.size, small.format, dict(small.getexif())) == ((100, 75), "JPEG", {})


def test_formats_are_told_apart_by_their_bytes() -> None:
    assert kind_of_content(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic") == "heif"
    assert kind_of_content(b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif") == "avif"
    assert kind_of_content(b"\0\0\0\x18ftypcrx \0\0\0\0") == "raw"
    assert kind_of_content(b"II*\0\x10\0\0\0CR\x02\0") == "raw"
    assert kind_of_content(b"RIFF\0\0\0\0WEBPVP8 ") == "webp"


@pytest.mark.parametrize(("code", "reason"), [(errno.EIO, "disk"), (errno.EACCES, "permission")])
def test_what_the_disk_does_not_give_is_that_photos_error(
    code: int, reason: str, paint: Painter, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = paint("a.jpg", "red")

    def fail(file: Path) -> bytes:
        raise OSError(code, os.strerror(code), file)

    monkeypatch.setattr(Path, "read_bytes", fail)
    with pytest.raises(PhotoError) as raised:
        read_rgb(path, at_least=16)
    assert raised.value.reason == reason


def test_heic_without_its_decoder_names_the_install_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("landmarq.photos.decode.heif_ready", lambda: False)
    (tmp_path / "a.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")
    with pytest.raises(PhotoError, match=r"landmarq\[heic\]") as raised:
        read_rgb(tmp_path / "a.heic", at_least=64)
    assert raised.value.reason == "heic"


@pytest.mark.skipif(not heif_ready(), reason="needs the extra heic")
def test_damaged_heic_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "a.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\xff" * 200)
    with pytest.raises(PhotoError, match="damaged"):
        read_rgb(tmp_path / "a.heic", at_least=64)
