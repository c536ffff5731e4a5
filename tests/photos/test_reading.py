"""Decoding in real worker processes, also when a decoder dies, hangs or eats memory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import toys
from landmarq.errors import PhotoError
from landmarq.photos import Photo, PhotoReader, PhotoView, ReadLimits
from landmarq.photos.reading import _result
from toys import Painter

VIEW = PhotoView(32, thumbnail_side=40)


@pytest.fixture(scope="module")
def reader() -> Iterator[PhotoReader]:
    with PhotoReader(ReadLimits(workers=1, timeout_s=5, memory_mb=2048)) as opened:
        yield opened


def test_photos_come_in_order_and_one_bad_one_stops_nothing(
    reader: PhotoReader, paint: Painter, tmp_path: Path
) -> None:
    paths = [paint(f"{number}.png", "red") for number in range(3)]
    paths.insert(1, tmp_path / "gone.jpg")
    found = list(reader.photos(paths, VIEW))
    assert [path for path, _ in found] == paths
    assert [isinstance(photo, Photo) for _, photo in found] == [True, False, True, True]


def test_a_photo_tells_its_content_and_its_size_as_shown(reader: PhotoReader, paint: Painter) -> None:
    path = paint("a.jpg", "blue", size=(80, 60), taken="2020:01:02 03:04:05")
    (_, photo), (_, content) = next(reader.photos([path], VIEW)), next(reader.contents([path]))
    assert isinstance(photo, Photo)
    assert (photo.content, photo.width, photo.height) == (content, 80, 60)
    assert photo.pixels.shape == (32, 32, 3)
    assert photo.thumbnail.startswith(b"\xff\xd8")


@pytest.mark.parametrize(("accident", "reason"), [(toys.die, "crashed"), (toys.hang, "timeout"), (toys.eat, "memory")])
def test_a_decoder_in_trouble_is_that_photos_error(accident: object, reason: str, paint: Painter) -> None:
    limits = ReadLimits(workers=1, timeout_s=1.5, memory_mb=2048)
    with PhotoReader(limits) as own:
        result = _result(own._start(accident, *()), limits)  # type: ignore[arg-type]
        assert isinstance(result, PhotoError)
        assert result.reason == reason
        assert isinstance(next(own.photos([paint("a.png", "red")], VIEW))[1], Photo)


def test_reading_bytes_raises(reader: PhotoReader) -> None:
    with pytest.raises(PhotoError, match="damaged"):
        reader.read(b"no photo", Path("a.jpg"), VIEW)


def test_the_awkward_files_have_the_outcomes_of_the_docs() -> None:
    folder = Path(os.environ.get("LANDMARQ_PHOTOS", Path(__file__).parents[3] / "shared" / "photos")).parent / "awkward"
    if not folder.is_dir():
        pytest.skip("needs the awkward files beside the real photos")
    lines = (Path(__file__).parents[2] / "docs" / "photos.md").read_text(encoding="utf-8").splitlines()
    with PhotoReader(ReadLimits(workers=1)) as reader:
        found = [row_of(path, photo) for path, photo in reader.photos(sorted(folder.iterdir()), VIEW)]
    assert found == [line for line in lines if line.startswith("| `")]


def row_of(path: Path, photo: Photo | PhotoError) -> str:
    """Return the row of the table for one file."""
    if isinstance(photo, PhotoError):
        return f"| `{path.name}` | {photo.reason} | {photo} |"
    taken = f"; taken {photo.taken:%Y-%m-%d}" if photo.taken else ""
    place = "; place read" if photo.place else ""
    return f"| `{path.name}` | {photo.width} x {photo.height} | {photo.kind}{taken}{place} |"
