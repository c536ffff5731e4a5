"""Many photos described, each once, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

from landmarq.artifacts import file_fingerprint
from landmarq.errors import PhotoError
from landmarq.local_features.features import LocalFeatures
from landmarq.local_features.store import FeatureStore
from landmarq.photos import read_rgb
from landmarq.types import Pixels

BATCH = 16
"""Photos described and kept together: what a crash costs at most."""

Progress = Callable[[int, int], None]
"""Called with (photos done, photos to do)."""


class Describer(Protocol):
    """Finds the local features of photos.

    Attributes:
        fingerprint: SHA-256 of all that decides what it finds.
        at_least: shorter side, pixels, at which large photos are to be decoded.
    """

    fingerprint: str
    at_least: int

    def describe(self, photos: Sequence[Pixels]) -> list[LocalFeatures]:
        """Return the features of each photo (h, w, 3) uint8 RGB."""


def describe_files(
    files: Sequence[Path], describer: Describer, *, store: FeatureStore, progress: Progress | None = None
) -> list[str | PhotoError]:
    """Describe the photos that the store does not have yet; stopped at any moment, the next run goes on.

    Returns:
        The SHA-256 (hex) of each file, by which the store knows its features, or why it can't be read.
    """
    with ThreadPoolExecutor() as pool:
        contents = list(pool.map(_content, files))
        known = store.known(describer.fingerprint)
        todo = {
            sha256: file
            for sha256, file in zip(contents, files, strict=True)
            if isinstance(sha256, str) and sha256 not in known
        }
        errors: dict[str, PhotoError] = {}
        done = 0
        for batch in _batches(list(todo.items())):
            read: dict[str, Pixels] = {}
            photos = pool.map(lambda entry: _read(entry[1], describer.at_least), batch)
            for (sha256, _), photo in zip(batch, photos, strict=True):
                if isinstance(photo, PhotoError):
                    errors[sha256] = photo
                else:
                    read[sha256] = photo
            store.add(describer.fingerprint, zip(read, describer.describe(list(read.values())), strict=True))
            done += len(batch)
            if progress:
                progress(done, len(todo))
    return [errors.get(each, each) if isinstance(each, str) else each for each in contents]


def _batches(entries: list[tuple[str, Path]]) -> Iterator[list[tuple[str, Path]]]:
    return (entries[start : start + BATCH] for start in range(0, len(entries), BATCH))


def _content(file: Path) -> str | PhotoError:
    try:
        return file_fingerprint(file)
    except OSError as error:
        return PhotoError(f"can't be read: {error.strerror}", reason="missing")


def _read(file: Path, at_least: int) -> Pixels | PhotoError:
    try:
        return read_rgb(file, at_least=at_least)
    except PhotoError as error:
        return error
