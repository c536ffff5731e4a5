"""The verbs of the command line as library calls: folders in, results out."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from landmarq import albums as albums_layer
from landmarq.albums import AlbumsReport, Library
from landmarq.catalog import read_catalog, read_landmarks, read_references
from landmarq.embed import (
    BATCH,
    THUMBNAIL_SIDE,
    LandmarkVectors,
    Progress,
    Update,
    Updater,
    VectorStore,
    by_landmark,
    catalog_files,
    catalog_vectors,
)
from landmarq.errors import CatalogError, InputError, PhotoError
from landmarq.gallery import GalleryConfig, build_gallery
from landmarq.pack import Pack, PackInfo, ReferencePicture, open_pack
from landmarq.photos import FoundFile, Photo, PhotoReader, PhotoView, ReadLimits, Skipped, list_photos
from landmarq.recognize import Recognition, Rule
from landmarq.runtime import Runtime, open_network, read_model
from landmarq.types import Landmark
from landmarq.workspace.attributions import write_attributions
from landmarq.workspace.provisional import provisional_thresholds
from landmarq.workspace.reference_pictures import write_reference_pictures
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
    view = PhotoView(wanted.size, wanted.filter, side, side)
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


@dataclass(frozen=True)
class GalleryReport:
    """What one run of ``gallery`` built.

    Attributes:
        landmarks: number of landmarks; ``centroids`` and ``several`` (the share with more than one) describe them.
        pictures: references whose picture the pack carries.
        left_out: landmarks of the table for which there is no photo.
        unread: photos without a vector.
    """

    landmarks: int
    centroids: int
    several: float
    references: int
    pictures: int
    background: int
    left_out: tuple[str, ...]
    unread: int


def gallery(
    catalog: Path,
    *,
    landmarks: Path,
    vectors: Path,
    model: Path,
    out: Path,
    references: Path | None = None,
    roles: Sequence[str] = (),
    config: GalleryConfig | None = None,
    name: str = "",
    licence: str = "",
    origin: str = "",
    pictures: bool = False,
) -> GalleryReport:
    """Build a pack of a catalog's landmarks from stored vectors.

    Its thresholds are provisional, from the background alone, until ``calibrate`` sets them. With ``pictures`` it
    carries a small picture of each reference whose row names a licence.
    """
    config = config or GalleryConfig()
    fingerprint = read_model(model)[0].fingerprint
    rows = read_catalog(catalog)
    rows = rows.with_roles(*roles) if roles else rows
    if not len(rows):
        raise CatalogError(f"{catalog} has no rows of the roles {', '.join(roles)}")
    table = read_landmarks(landmarks)
    with VectorStore(vectors) as store:
        photos = LandmarkVectors(store, rows, model=fingerprint)
        listed = read_references(references) if references else None
        picked = catalog_vectors(store, listed, model=fingerprint) if listed else None
        chosen = by_landmark(picked) if picked else {}
        kept = tuple(each for each in table if each.id in photos or each.id in chosen)
        if not kept:
            raise CatalogError(f"no landmark of {landmarks} has a photo in {catalog}")
        built = build_gallery(
            [each.id for each in kept],
            photos=photos,
            references=chosen,
            background=photos.evenly("", at_most=config.max_background),
            config=config,
        )
    info = PackInfo(
        name=name or out.name,
        model=fingerprint,
        thresholds=provisional_thresholds(built),
        calibration={"kind": "provisional"},
        licence=licence,
        origin=origin,
        gallery=dataclasses.asdict(config),
    )
    shown: tuple[ReferencePicture, ...] = ()
    if pictures and listed and picked:
        rows_of = [row for each in kept for row in picked.rows if row.landmark == each.id]
        shown = write_reference_pictures(out, listed, rows_of)
    Pack(info, kept, built, shown).save(out)
    known = {each.id for each in kept}
    write_attributions(out, rows, landmarks=known)
    return GalleryReport(
        landmarks=len(kept),
        centroids=len(built.centroids),
        several=built.share_with_several_centroids,
        references=len(built.references),
        pictures=len(shown),
        background=len(built.background),
        left_out=tuple(each.id for each in table if each.id not in known),
        unread=photos.unread,
    )
