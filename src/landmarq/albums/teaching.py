"""Teaching: a landmark of one's own from a few photos, at work in seconds.

A taught landmark is a pack of one landmark without a model, kept in the library's folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
from collections.abc import Collection
from pathlib import Path

from landmarq.albums.lesson import as_strict_as_packs, taught_again, taught_id
from landmarq.albums.library import Library
from landmarq.albums.preview import Preview, without_landmarks
from landmarq.artifacts import storage_errors
from landmarq.catalog import read_landmarks
from landmarq.errors import CatalogError, InputError, PackError
from landmarq.pack import GALLERY_FILE, LANDMARKS_CSV, PACK_JSON, Pack, open_pack
from landmarq.recognize import Recognizer
from landmarq.types import TAUGHT

log = logging.getLogger(__name__)

TAUGHT_FOLDER = "taught"


def taught_packs(library: Library, recognizer: Recognizer) -> tuple[Pack, ...]:
    """Return the packs taught to a library, for a recogniser's model.

    They are as strict as the recogniser's packs are now. One that was taught under another model is made again from
    its photos' stored vectors. One that can't be used is left out, with a warning: it must not keep the albums from
    being made.
    """
    found = []
    known = {landmark.id for landmark in recognizer.landmarks}
    for folder in sorted((library.folder / TAUGHT_FOLDER).glob("*/")):
        try:
            pack = open_pack(folder)
            now = taught_again(library, pack, recognizer) if pack.info.model != recognizer.model else pack
            now = as_strict_as_packs(now, recognizer)
            if now.info != pack.info:
                now.save(folder)
        except PackError as error:
            log.warning("the taught landmark in %s is left out: %s", folder.name, error)
            continue
        if not known.intersection(landmark.id for landmark in pack.landmarks):
            known.update(landmark.id for landmark in pack.landmarks)
            found.append(now)
    return tuple(found)


def accept(library: Library, taught: Preview, recognizer: Recognizer, *, move: Collection[int] = ()) -> Recognizer:
    """Keep a taught landmark and decide the library anew; its own photos are in its album whatever comes.

    Args:
        library: where it is kept.
        taught: what ``preview`` returned.
        recognizer: that ``preview`` was given.
        move: contested photos that are to leave the other albums for this one. Each move is a correction: it lasts,
            and can be undone.

    Returns:
        The recogniser with the taught landmark.

    Raises:
        InputError: a photo of ``move`` is not contested.
    """
    moves: dict[tuple[str, ...], list[int]] = {}
    others = {each.content: each.others for each in taught.contested}
    for content in dict.fromkeys(move):
        if content not in others:
            raise InputError("a photo can only be moved from the album of another landmark, as the preview names it")
        moves.setdefault(others[content], []).append(content)
    landmark, corrections = taught.landmark, library.corrections
    extended = without_landmarks(recognizer, {landmark.id}).with_packs([taught.pack])
    taught.pack.save(library.folder / TAUGHT_FOLDER / landmark.id)
    photos = [library.store.content_of(sha256) for sha256 in taught.pack.info.gallery["photos"]]
    corrections.it_is([content for content in photos if content is not None], landmark)
    moved = [corrections.it_is(contents, landmark, not_these=there) for there, contents in moves.items()]
    library.remember_moves(landmark.id, library.moves(landmark.id) + moved)
    library.decide(extended)
    return extended


def load_taught(library: Library, folder: Path, recognizer: Recognizer) -> Recognizer:
    """Take over a pack that was taught elsewhere, and decide the library anew; it is as strict as the packs here.

    Raises:
        PackError: damaged, made with another model, not a taught pack, or known already.
    """
    pack = open_pack(folder)
    if any(landmark.category != TAUGHT for landmark in pack.landmarks):
        raise PackError(f"{pack.info.name} is not a taught pack: name it with --pack instead")
    if pack.info.model == recognizer.model:
        pack = as_strict_as_packs(pack, recognizer)
    extended = recognizer.with_packs([pack])
    digest = hashlib.sha256("\n".join(landmark.id for landmark in pack.landmarks).encode()).hexdigest()
    pack.save(library.folder / TAUGHT_FOLDER / (taught_id(pack.info.name, [digest])))
    library.decide(extended)
    return extended


def forget(library: Library, landmark: str, recognizer: Recognizer) -> Recognizer:
    """Forget a taught landmark: its pack and album go, and what was said of it; photos that it took go back.

    Raises:
        InputError: it was not taught to this library.
    """
    folder, gone = _folder_of(library, landmark)
    with storage_errors(folder):
        for name in (PACK_JSON, LANDMARKS_CSV, GALLERY_FILE):
            (folder / name).unlink(missing_ok=True)
        folder.rmdir()
    for each in gone:
        for action in library.moves(each):
            library.corrections.undo(action)  # what left another album for this one goes back
        library.corrections.forget(each)
    remaining = without_landmarks(recognizer, gone)
    library.decide(remaining)
    return remaining


def _folder_of(library: Library, landmark: str) -> tuple[Path, set[str]]:
    """Return the folder of the pack that knows a landmark, and all that it knows."""
    for folder in (library.folder / TAUGHT_FOLDER).glob("*/"):
        with contextlib.suppress(CatalogError):
            known = {each.id for each in read_landmarks(folder / LANDMARKS_CSV)}
            if landmark in known:
                return folder, known
    raise InputError(f"no landmark {landmark} was taught")
