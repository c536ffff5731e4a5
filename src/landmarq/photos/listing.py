"""Which files lie in a person's folders: names, sizes and times only, no file is opened."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from landmarq.errors import InputError
from landmarq.photos.kinds import PHOTO_SUFFIXES, kind_of_name

# Files that photo folders are full of and that no photo hides behind.
_TEXTS = ".aae .csv .db .html .ini .json .md .pdf .sqlite .txt .xml .xmp"
_NEVER_PHOTOS = frozenset(_TEXTS.split())

_ALBUMS = {"albums.json", "index.html", "library.sqlite", "thumbs"}
"""What a folder holds that landmarq made albums in: small copies of photos that were found elsewhere."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """One file as the file system lists it; a change of size or time means that it must be read again."""

    path: Path
    size: int
    mtime_ns: int


@dataclass
class Skipped:
    """What a listing left out, counted by kind (``raw``, ``video``), and what it could not enter."""

    kinds: dict[str, int]
    denied: list[Path]


def list_photos(
    roots: Sequence[Path], *, excludes: Sequence[str] = (), skipped: Skipped | None = None
) -> Iterator[FoundFile]:
    """Yield every file that may be a photo, each once, folders in the order given and names sorted.

    Hidden files and folders are left out, so are folders that landmarq made albums in; links to folders are not
    followed. RAW and video files are counted in ``skipped``. A root may be a single file.

    Args:
        roots: folders (searched recursively) and files.
        excludes: patterns such as ``*/screenshots/*`` or ``tmp``, matched against the path under a root and
            against each name on it.
        skipped: filled in while the listing runs.

    Raises:
        InputError: a root does not exist.
    """
    skipped = skipped or Skipped({}, [])
    seen: set[Path] = set()
    for root in roots:
        root = Path(os.path.abspath(root))  # noqa: PTH100 - resolve() would follow links: people know their own paths
        if not root.exists():
            raise InputError(f"no such folder or photo: {root}")
        for found in [_found_file(root)] if root.is_file() else _walk(root, excludes, skipped):
            if found.path not in seen:
                seen.add(found.path)
                if _may_be_photo(found.path, skipped):
                    yield found


def _walk(root: Path, excludes: Sequence[str], skipped: Skipped) -> Iterator[FoundFile]:
    folders = [root]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(folder) as entries:
                ordered = sorted(entries, key=lambda entry: entry.name)
        except FileNotFoundError:
            continue  # deleted while we looked
        except OSError:  # no permission, a network drive that is away, a disk that fails
            skipped.denied.append(folder)
            continue
        if {entry.name for entry in ordered} >= _ALBUMS:
            continue
        inner = []
        for entry in ordered:
            if entry.name.startswith(".") or (excludes and _excluded(Path(entry.path).relative_to(root), excludes)):
                continue
            if entry.is_dir(follow_symlinks=False):
                inner.append(Path(entry.path))
                continue
            try:
                stat = entry.stat() if entry.is_file() else None
            except OSError:  # a link in a circle, or into a folder that may not be entered
                continue
            if stat:
                yield FoundFile(Path(entry.path), stat.st_size, stat.st_mtime_ns)
        folders.extend(reversed(inner))


def _found_file(path: Path) -> FoundFile:
    stat = path.stat()
    return FoundFile(path, stat.st_size, stat.st_mtime_ns)


def _excluded(relative: Path, excludes: Sequence[str]) -> bool:
    return any(fnmatch.fnmatch(relative.as_posix(), each) or fnmatch.fnmatch(relative.name, each) for each in excludes)


def _may_be_photo(path: Path, skipped: Skipped) -> bool:
    suffix = path.suffix.lower()
    if suffix in PHOTO_SUFFIXES:
        return True
    kind = kind_of_name(path)
    if kind:
        skipped.kinds[kind] = skipped.kinds.get(kind, 0) + 1
    return not kind and suffix not in _NEVER_PHOTOS
