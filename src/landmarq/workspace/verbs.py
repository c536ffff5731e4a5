"""The verbs of the command line as library calls: folders in, results out."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from landmarq import albums as albums_layer
from landmarq.albums import AlbumsReport, Library
from landmarq.catalog import read_catalog
from landmarq.embed import BATCH, THUMBNAIL_SIDE, Progress, Update, Updater, VectorStore, catalog_files
from landmarq.errors import InputError, PhotoError
from landmarq.pack import Pack, open_pack
from landmarq.photos import FoundFile, Photo, PhotoReader, PhotoView, ReadLimits, Skipped, list_photos
from landmarq.recognize import Recognition, Rule
from landmarq.runtime import Runtime, open_network
from landmarq.types import Landmark
from landmarq.workspace.systems import System, open_system, pack_folders

if TYPE_CHECKING:
    from landmarq.recognize.local_check import LocalCheck

_NO_FOLDERS = "name the folders of your photos, such as: landmarq albums ~/Pictures"


def albums(
    photos: Sequence[Path],
    *,
    out: Path,
    packs: Sequence[Path] = (),
    model: Path | None = None,
    rule: Rule | None = None,
    runtime: Runtime = "openvino",
    check: LocalCheck | None = None,
    excludes: Sequence[str] = (),
    limits: ReadLimits | None = None,
    opened: Callable[[System], None] | None = None,
    progress: Progress | None = None,
) -> AlbumsReport:
    """Make albums of the landmarks in some folders of photos, or bring them up to date.

    Without photos, the folders of the last time are used; ``opened`` is told what can be recognised.

    Raises:
        InputError: a folder does not exist, or no photo in them can be read.
        PackError, ModelError: as ``open_system``.
        LibraryError, StorageError: as ``Library``.
    """
    known = (out / albums_layer.LIBRARY_FILE).is_file()
    if not photos and not known:
        raise InputError(_NO_FOLDERS)
    for root in photos:  # before the model is opened, which takes seconds
        if not root.exists():
            raise InputError(f"no such folder or photo: {root}")
    with PhotoReader(limits) as reader:
        if not known:
            reader.warm()  # a new library has photos to read: its processes start while the model opens
        system = open_system(packs, model=model, rule=rule, runtime=runtime, check=check)
        with Library(out) as library:
            before, excluded = library.roots()
            if not photos and not before:
                raise InputError(_NO_FOLDERS)
            if opened:
                opened(system)
            return albums_layer.make_albums(
                library,
                photos or before,
                network=system.network,
                recognizer=system.recognizer,
                reader=reader,
                excludes=excludes or (() if photos else excluded),
                progress=progress,
            )


def recognize(
    system: System, photos: Sequence[Path], *, limits: ReadLimits | None = None, skipped: Skipped | None = None
) -> Iterator[tuple[Path, Recognition | PhotoError]]:
    """Yield the answer for every photo in some files and folders, in order; nothing is kept.

    Raises:
        InputError: a file or folder does not exist.
    """
    wanted = system.network.info.preprocessing
    side = THUMBNAIL_SIDE if system.recognizer.check else 0
    view = PhotoView(wanted.size, wanted.filter, side)
    files = (file.path for file in list_photos(photos, skipped=skipped))
    with PhotoReader(limits) as reader:
        batch: list[tuple[Path, Photo | PhotoError]] = []
        for read in reader.photos(files, view):
            batch.append(read)
            if len(batch) == BATCH:
                yield from _answers(system, batch)
                batch = []
        yield from _answers(system, batch)


def _answers(
    system: System, batch: Sequence[tuple[Path, Photo | PhotoError]]
) -> Iterator[tuple[Path, Recognition | PhotoError]]:
    photos = [photo for _, photo in batch if isinstance(photo, Photo)]
    answers: Iterator[Recognition] = iter(())
    if photos:
        vectors = system.network.embed(np.stack([photo.pixels for photo in photos]))
        pictures = [functools.partial(_thumbnail, photo) for photo in photos]
        answers = iter(system.recognizer.recognize(vectors, [photo.place for photo in photos], pictures=pictures))
    for path, photo in batch:
        yield path, photo if isinstance(photo, PhotoError) else next(answers)


def _thumbnail(photo: Photo) -> bytes | None:
    return photo.thumbnail or None


def landmarks(packs: Sequence[Path] = ()) -> list[tuple[Pack, tuple[Landmark, ...]]]:
    """Return what each pack knows."""
    opened = [open_pack(folder) for folder in pack_folders(packs)]
    return [(pack, pack.landmarks) for pack in opened]


@dataclass(frozen=True)
class EmbedReport:
    """What one run of ``embed`` did, and how many files can't be read, by reason."""

    update: Update
    precision: str
    failed: dict[str, int]


def embed(
    catalog: Path,
    *,
    model: Path,
    out: Path,
    runtime: Runtime = "openvino",
    precision: Literal["auto", "float32"] = "auto",
    limits: ReadLimits | None = None,
    progress: Progress | None = None,
) -> EmbedReport:
    """Embed the photos of a catalog (CSV, or a folder of photos) into a vector store; resumes."""
    files: Sequence[FoundFile]
    files = list(list_photos([catalog])) if catalog.is_dir() else catalog_files(read_catalog(catalog))
    network = open_network(model, runtime=runtime, precision=precision)
    with VectorStore(out) as store, PhotoReader(limits) as reader:
        update = Updater(store, network, reader).run(files, forget=False, progress=progress)
        failed = store.failed()
    return EmbedReport(update, network.precision, failed)
