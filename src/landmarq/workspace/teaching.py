"""``teach`` as a library call: photos by their files, the library by its folder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from landmarq.albums import (
    Lesson,
    Library,
    Preview,
    accept,
    album_tree,
    load_taught,
    preview,
    taught_packs,
    write_site,
)
from landmarq.embed import Progress, Updater
from landmarq.errors import InputError
from landmarq.photos import FoundFile, PhotoReader, ReadLimits, list_photos
from landmarq.recognize import Recognizer
from landmarq.types import Place
from landmarq.workspace.systems import System


@dataclass(frozen=True)
class TeachReport:
    """What teaching one landmark does.

    Attributes:
        preview: the taught pack, and what enters its album.
        entering: paths of the photos that enter, nearest first.
        contested: path and landmark's name of photos that stay in another landmark's album.
        accepted: whether it was done, or only looked at.
    """

    preview: Preview
    entering: tuple[str, ...]
    contested: tuple[tuple[str, str], ...]
    accepted: bool


def teach(
    system: System,
    name: str,
    photos: Sequence[Path],
    *,
    library: Path,
    city: str = "",
    country: str = "",
    place: Place | None = None,
    only_preview: bool = False,
    pack: Path | None = None,
    limits: ReadLimits | None = None,
    progress: Progress | None = None,
) -> TeachReport:
    """Teach a library a landmark from photos; photos that it does not know yet are read first.

    Args:
        system: packs and network.
        name: of the landmark.
        photos: files and folders; all of them show it.
        library: the library's folder; made where it is not there.
        city: under which its album stands.
        country: likewise.
        place: where it stands; default: the middle of where the photos were taken.
        only_preview: change nothing, only tell what would enter.
        pack: folder to save the taught pack to as well, to be used elsewhere.
        limits: of reading photos.
        progress: called while photos are read.

    Raises:
        InputError: too few photos, or one can't be read.
    """
    files = list(list_photos(photos))
    with Library(library) as opened, PhotoReader(limits) as reader:
        Updater(opened.store, system.network, reader, thumbnails=True).run(files, forget=False, progress=progress)
        recognizer = system.recognizer.with_packs(taught_packs(opened, system.recognizer))
        lesson = Lesson(name, _contents(opened, files), city, country, place)
        report, _ = _taught(opened, lesson, recognizer, only_preview=only_preview)
        if pack:
            report.preview.pack.save(pack)
    return report


def teach_folders(
    system: System,
    folders: Sequence[Path],
    *,
    library: Path,
    only_preview: bool = False,
    limits: ReadLimits | None = None,
    progress: Progress | None = None,
) -> list[TeachReport]:
    """Teach a landmark for each folder of photos that a person sorted already; its name is the folder's.

    Raises:
        InputError: a folder holds too few photos.
    """
    by_name = {folder: list(list_photos([folder])) for folder in folders}
    reports = []
    with Library(library) as opened, PhotoReader(limits) as reader:
        files = list({file.path: file for each in by_name.values() for file in each}.values())
        Updater(opened.store, system.network, reader, thumbnails=True).run(files, forget=False, progress=progress)
        recognizer = system.recognizer.with_packs(taught_packs(opened, system.recognizer))
        for folder, found in by_name.items():
            lesson = Lesson(folder.name, _contents(opened, found))
            report, recognizer = _taught(opened, lesson, recognizer, only_preview=only_preview)
            reports.append(report)
    return reports


def load(system: System, folder: Path, *, library: Path) -> tuple[str, ...]:
    """Take over a pack that was taught elsewhere into a library; return the names of its landmarks.

    Raises:
        PackError: damaged, made with another model, not a taught pack, or there already.
    """
    with Library(library) as opened:
        recognizer = system.recognizer.with_packs(taught_packs(opened, system.recognizer))
        extended = load_taught(opened, folder, recognizer)
        _write(opened, extended)
    return tuple(landmark.name for landmark in extended.packs[-1].landmarks)


def _write(library: Library, recognizer: Recognizer) -> None:
    write_site(library, album_tree(library.album_photos(), library.known_landmarks(recognizer)))


def _taught(
    library: Library, lesson: Lesson, recognizer: Recognizer, *, only_preview: bool
) -> tuple[TeachReport, Recognizer]:
    seen = preview(library, lesson, recognizer)
    names = {landmark.id: landmark.name for landmark in recognizer.landmarks}
    report = TeachReport(
        seen,
        tuple(path for content, _ in seen.entering for path in library.paths(content)),
        tuple((path, names[other]) for content, _, other in seen.contested for path in library.paths(content)),
        not only_preview,
    )
    if not only_preview:
        recognizer = accept(library, seen, recognizer)
        _write(library, recognizer)
    return report, recognizer


def _contents(library: Library, files: Sequence[FoundFile]) -> tuple[int, ...]:
    known = library.store.files()
    found = []
    for file in files:
        content = known[os.fsencode(file.path)].content
        if content is None:
            raise InputError(f"{file.path} can't be read as a photo: teach from others")
        found.append(content)
    return tuple(dict.fromkeys(found))
