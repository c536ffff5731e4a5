"""The main job: photos in, albums out, doing only what has changed since the last time."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from landmarq.albums.library import Library
from landmarq.albums.site import write_site
from landmarq.albums.teaching import taught_packs
from landmarq.albums.tree import City, album_tree
from landmarq.embed import Progress, Update, Updater
from landmarq.errors import InputError
from landmarq.photos import PhotoReader, Skipped, list_photos
from landmarq.recognize import Recognizer
from landmarq.runtime import Network


@dataclass(frozen=True)
class AlbumsReport:
    """What one run did.

    Attributes:
        update: files listed, opened, embedded.
        decided: photos decided from their vectors.
        cities: the albums.
        photos: files that were read, now or before.
        failed: files that could not be, by reason.
        skipped: RAW and video files by kind.
        denied: folders that may not be entered.
    """

    update: Update
    decided: int
    cities: tuple[City, ...]
    photos: int
    failed: dict[str, int]
    skipped: dict[str, int]
    denied: tuple[Path, ...]

    @property
    def photos_in_albums(self) -> int:
        """Number of photos in albums, each counted once."""
        return len({photo.stored.content for city in self.cities for a in city.albums for photo, _ in a.photos})


def make_albums(
    library: Library,
    roots: Sequence[Path],
    *,
    network: Network,
    recognizer: Recognizer,
    reader: PhotoReader,
    excludes: Sequence[str] = (),
    progress: Progress | None = None,
) -> AlbumsReport:
    """Bring a library and its albums up to date with the photos under some folders.

    What was taught to the library is recognised too, and corrections are honoured.
    The photos are only read. Stopped at any moment, the next run goes on where this one was.

    Raises:
        InputError: a folder does not exist, or no photo in them can be read.
        StorageError: no space, or the library's folder can't be written.
    """
    skipped = Skipped({}, [])
    # What landmarq itself wrote is not among a person's photos, also where the albums lie in their folder.
    own = f"{os.path.abspath(library.folder)}{os.sep}"  # noqa: PTH100 - as the listing does: links stay links
    listed = list_photos(roots, excludes=excludes, skipped=skipped)
    files = [file for file in listed if not str(file.path).startswith(own)]
    if not files:
        raise InputError(_no_photos(roots, excludes, skipped))
    library.remember_roots([root.absolute() for root in roots], list(excludes))
    update = Updater(library.store, network, reader, thumbnails=True).run(files, kept=skipped.denied, progress=progress)
    recognizer = recognizer.with_packs(taught_packs(library, recognizer))
    decided = library.decide(recognizer)
    cities = album_tree(library.album_photos(), library.known_landmarks(recognizer))
    photos, failed = library.counts()
    if not photos:
        reasons = ", ".join(f"{count} {reason}" for reason, count in failed.items())
        raise InputError(f"none of the {len(files)} files could be read as a photo ({reasons})")
    write_site(library, cities)
    return AlbumsReport(update, decided, tuple(cities), photos, failed, skipped.kinds, tuple(skipped.denied))


def _no_photos(roots: Sequence[Path], excludes: Sequence[str], skipped: Skipped) -> str:
    """Say that there is nothing to read, and what else was found there."""
    instead = [f"may not look into {folder}" for folder in skipped.denied[:1]]
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(skipped.kinds.items()))
    instead += [f"skipped {kinds}"] if kinds else []
    instead += [f"left out what fits {' or '.join(excludes)}"] if excludes else []
    return f"no photos in {', '.join(map(str, roots))}" + (f": {'; '.join(instead)}" if instead else "")
