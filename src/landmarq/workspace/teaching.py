"""``teach`` as a library call: photos by their files, the library by its folder."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from landmarq.albums import (
    Contested,
    Lesson,
    Library,
    Preview,
    accept,
    album_tree,
    joined_pack,
    load_taught,
    preview,
    taught_packs,
    write_site,
)
from landmarq.catalog import read_landmarks
from landmarq.embed import Progress, Updater
from landmarq.errors import InputError
from landmarq.photos import FoundFile, PhotoReader, ReadLimits, list_photos
from landmarq.recognize import Recognizer
from landmarq.types import Landmark, Place
from landmarq.workspace.systems import System


@dataclass(frozen=True)
class TeachReport:
    """What teaching one landmark does.

    Attributes:
        preview: the taught pack, and what enters its album.
        entering: paths of the photos that enter, nearest first.
        contested: path and photo of those that are in the albums of landmarks that were not taught.
        moved: contents of those that leave them for this one's.
        names: of all landmarks, by id.
        accepted: whether it was done, or only looked at.
    """

    preview: Preview
    entering: tuple[str, ...]
    contested: tuple[tuple[str, Contested], ...]
    moved: frozenset[int]
    names: Mapping[str, str]
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
    move: bool = False,
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
        move: take photos that look more like it out of the albums of others; without it, they stay there.
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
        report, _ = _taught(opened, lesson, recognizer, only_preview=only_preview, move=move)
        if pack:
            report.preview.pack.save(pack)
    return report


def teach_folders(
    system: System,
    folders: Sequence[Path],
    *,
    library: Path,
    landmarks: Path | None = None,
    only_preview: bool = False,
    move: bool = False,
    pack: Path | None = None,
    limits: ReadLimits | None = None,
    progress: Progress | None = None,
) -> list[TeachReport]:
    """Teach a landmark for each folder of photos that a person sorted already.

    Args:
        system: packs and network.
        folders: each holds photos of one landmark.
        library: the library's folder; made where it is not there.
        landmarks: landmark table with the name, city and place of each folder, found by its name as the id;
            without it, the folder's name is the landmark's.
        only_preview: change nothing, only tell what would enter.
        move: take photos that look more like it out of the albums of others; without it, they stay there.
        pack: folder to save all of them to as one pack, to be used elsewhere.
        limits: of reading photos.
        progress: called while photos are read.

    Raises:
        InputError: a folder holds too few photos, or is not in the table.
        CatalogError: the table can't be read.
    """
    by_name = {folder: list(list_photos([folder])) for folder in folders}
    if not by_name:
        raise InputError("there is no folder of photos to teach from")
    known = {each.id: each for each in read_landmarks(landmarks)} if landmarks else None
    named = {folder: _named(folder, known, landmarks) for folder in by_name}
    reports = []
    with Library(library) as opened, PhotoReader(limits) as reader:
        files = list({file.path: file for each in by_name.values() for file in each}.values())
        Updater(opened.store, system.network, reader, thumbnails=True).run(files, forget=False, progress=progress)
        recognizer = system.recognizer.with_packs(taught_packs(opened, system.recognizer))
        for folder, found in by_name.items():
            about = named[folder]
            lesson = Lesson(about.name, _contents(opened, found), about.city, about.country, about.place)
            report, recognizer = _taught(opened, lesson, recognizer, only_preview=only_preview, move=move)
            reports.append(report)
    if pack:
        joined_pack([report.preview.pack for report in reports], name=pack.name).save(pack)
    return reports


def _named(folder: Path, known: Mapping[str, Landmark] | None, table: Path | None) -> Landmark:
    """Return what a folder's photos show; its id does not matter."""
    if known is None:
        return Landmark(folder.name, folder.name, city="", country="", region="", place=None)
    if folder.name not in known:
        raise InputError(f"{table} has no landmark with the id {folder.name}, as the folder is named")
    return known[folder.name]


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
    library: Library, lesson: Lesson, recognizer: Recognizer, *, only_preview: bool, move: bool
) -> tuple[TeachReport, Recognizer]:
    seen = preview(library, lesson, recognizer)
    moved = frozenset(each.content for each in seen.contested if move and each.nearer)
    report = TeachReport(
        seen,
        tuple(path for content, _ in seen.entering for path in library.paths(content)),
        tuple((path, each) for each in seen.contested for path in library.paths(each.content)),
        moved,
        {id_: landmark.name for id_, landmark in library.known_landmarks(recognizer).items()},
        not only_preview,
    )
    if not only_preview:
        recognizer = accept(library, seen, recognizer, move=moved)
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
