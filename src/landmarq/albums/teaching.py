"""Teaching: a landmark of one's own from a few photos, at work in seconds.

A taught landmark is a pack of one landmark without a model, kept in the library's folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from landmarq.albums.corrections import corrected
from landmarq.albums.lesson import Lesson, lesson_pack, taught_again, taught_id
from landmarq.albums.library import Library
from landmarq.artifacts import storage_errors
from landmarq.catalog import read_landmarks
from landmarq.errors import CatalogError, InputError, PackError
from landmarq.pack import GALLERY_FILE, LANDMARKS_CSV, PACK_JSON, Pack, open_pack
from landmarq.recognize import Recognizer
from landmarq.types import TAUGHT, Landmark

log = logging.getLogger(__name__)

TAUGHT_FOLDER = "taught"

_BLOCK = 20_000
_ROUNDING = 1e-5


@dataclass(frozen=True)
class Preview:
    """What would happen if a taught landmark were accepted; nothing has happened yet.

    Attributes:
        pack: the taught pack, not yet saved.
        entering: (content, similarity) of photos that would be in its album, those that teach it among them,
            nearest first.
        contested: (content, similarity, other landmark's id) of photos that it would claim too but that are in
            another landmark's album: they stay there.
        shared: (content, other landmark's id) of photos that teach it and are in another landmark's album: they
            would be in both.
        alike: name and similarity of the known landmark whose centroid is nearest; empty without one.
    """

    pack: Pack
    entering: tuple[tuple[int, float], ...]
    contested: tuple[tuple[int, float, str], ...]
    shared: tuple[tuple[int, str], ...]
    alike: tuple[tuple[str, float], ...]

    @property
    def landmark(self) -> Landmark:
        """The taught landmark."""
        return self.pack.landmarks[0]


def taught_packs(library: Library, recognizer: Recognizer) -> tuple[Pack, ...]:
    """Return the packs taught to a library, for a recogniser's model.

    One that was taught under another model is made again from its photos' stored vectors. One that can't be
    used is left out, with a warning: it must not keep the albums from being made.
    """
    found = []
    known = {landmark.id for landmark in recognizer.landmarks}
    for folder in sorted((library.folder / TAUGHT_FOLDER).glob("*/")):
        try:
            pack = open_pack(folder)
            if pack.info.model != recognizer.model:
                pack = taught_again(library, pack, recognizer)
                pack.save(folder)
        except PackError as error:
            log.warning("the taught landmark in %s is left out: %s", folder.name, error)
            continue
        if not known.intersection(landmark.id for landmark in pack.landmarks):
            known.update(landmark.id for landmark in pack.landmarks)
            found.append(pack)
    return tuple(found)


def preview(library: Library, lesson: Lesson, recognizer: Recognizer) -> Preview:
    """Work out what a lesson would do to the albums; takes seconds for 100,000 photos and opens none.

    Args:
        library: whose photos teach.
        lesson: what is taught.
        recognizer: with all packs that are in use, taught ones too.

    Raises:
        InputError: a photo is not in the library, or was not embedded by this model.
    """
    pack = lesson_pack(library, lesson, recognizer)
    recognizer = _without(recognizer, {landmark.id for landmark in pack.landmarks})  # taught a second time
    rulings = library.corrections.rulings()
    entering, contested = [], []
    for content, similarity, other in _claims(library, pack, recognizer):
        if other and content not in lesson.photos and rulings.get(content, {}).get(other, True):
            contested.append((content, similarity, other))
        else:
            entering.append((content, similarity))
    there = {content for content, _ in entering}
    missing = [content for content in dict.fromkeys(lesson.photos) if content not in there]
    if missing:  # what teaches a landmark shows it, also where it would not be recognised
        vectors = library.store.vectors(missing, model=library.store.model(recognizer.model))
        similarities = (vectors @ pack.gallery.centroids.T).max(axis=1)
        entering += [(content, float(similarity)) for content, similarity in zip(missing, similarities, strict=True)]
    return Preview(
        pack,
        tuple(sorted(entering, key=lambda each: -each[1])),
        tuple(sorted(contested, key=lambda each: -each[1])),
        tuple(each for each in _shared(library, lesson, recognizer) if each[1] != pack.landmarks[0].id),
        _alike(pack, recognizer),
    )


def _shared(library: Library, lesson: Lesson, recognizer: Recognizer) -> Iterator[tuple[int, str]]:
    """Yield (content, landmark's id) of the albums, taught ones aside, that a lesson's photos are in now."""
    contents = list(dict.fromkeys(lesson.photos))
    photos = library.store.photos(contents)
    vectors = library.store.vectors(contents, model=library.store.model(recognizer.model))
    rulings = library.corrections.rulings()
    answers = recognizer.recognize(vectors, [photos[content].place for content in contents])
    taught = {landmark.id for landmark in recognizer.landmarks if landmark.category == TAUGHT}
    for content, answer in zip(contents, answers, strict=True):
        matches = [(match.landmark.id, match.similarity) for match in answer.matches]
        for landmark, _ in corrected(matches, rulings.get(content, {})):
            if landmark not in taught:
                yield content, landmark


def _claims(library: Library, pack: Pack, recognizer: Recognizer) -> Iterator[tuple[int, float, str]]:
    """Yield (content, similarity, other) of each photo on which a taught landmark passes.

    ``other`` is the id of a landmark on it that was not taught; empty without one.
    """
    extended = recognizer.with_packs([pack])
    number = len(recognizer.landmarks)
    for every, all_vectors in library.store.each_vector(library.store.model(recognizer.model), batch=_BLOCK):
        near = (all_vectors @ pack.gallery.centroids.T).max(axis=1) >= _least(pack, recognizer)
        contents, vectors = every[near], all_vectors[near]
        photos = library.store.photos(contents.tolist())
        decided = extended.decide_all(vectors, [photos[content].place for content in contents.tolist()])
        for at in np.flatnonzero(decided.matched_landmark == number):
            row = int(decided.matched_photo[at])
            matched = [extended.landmarks[each] for each in decided.matched_landmark[decided.matched_photo == row]]
            other = next((landmark.id for landmark in matched if landmark.category != TAUGHT), "")
            yield int(contents[row]), float(decided.matched_similarity[at]), other


def accept(library: Library, taught: Preview, recognizer: Recognizer) -> Recognizer:
    """Keep a taught landmark and decide the library anew; its own photos are in its album whatever comes.

    Args:
        library: where it is kept.
        taught: what ``preview`` returned.
        recognizer: that ``preview`` was given.

    Returns:
        The recogniser with the taught landmark.
    """
    extended = _without(recognizer, {taught.landmark.id}).with_packs([taught.pack])
    taught.pack.save(library.folder / TAUGHT_FOLDER / taught.landmark.id)
    photos = [library.store.content_of(sha256) for sha256 in taught.pack.info.gallery["photos"]]
    library.corrections.it_is([content for content in photos if content is not None], taught.landmark)
    library.decide(extended)
    return extended


def load_taught(library: Library, folder: Path, recognizer: Recognizer) -> Recognizer:
    """Take over a pack that was taught elsewhere, and decide the library anew.

    Raises:
        PackError: damaged, made with another model, not a taught pack, or known already.
    """
    pack = open_pack(folder)
    if any(landmark.category != TAUGHT for landmark in pack.landmarks):
        raise PackError(f"{pack.info.name} is not a taught pack: name it with --pack instead")
    extended = recognizer.with_packs([pack])
    digest = hashlib.sha256("\n".join(landmark.id for landmark in pack.landmarks).encode()).hexdigest()
    pack.save(library.folder / TAUGHT_FOLDER / (taught_id(pack.info.name, [digest])))
    library.decide(extended)
    return extended


def forget(library: Library, landmark: str, recognizer: Recognizer) -> Recognizer:
    """Forget a taught landmark: its pack and album go, and what was said of it.

    Raises:
        InputError: it was not taught to this library.
    """
    folder, gone = _folder_of(library, landmark)
    with storage_errors(folder):
        for name in (PACK_JSON, LANDMARKS_CSV, GALLERY_FILE):
            (folder / name).unlink(missing_ok=True)
        folder.rmdir()
    for each in gone:
        library.corrections.forget(each)
    remaining = _without(recognizer, gone)
    library.decide(remaining)
    return remaining


def _without(recognizer: Recognizer, gone: Set[str]) -> Recognizer:
    """Return the recogniser without the packs that know some landmarks."""
    rest = [pack for pack in recognizer.packs if gone.isdisjoint(each.id for each in pack.landmarks)]
    return (
        recognizer
        if len(rest) == len(recognizer.packs)
        else Recognizer(rest, recognizer.rule, index_folder=recognizer.index_folder)
    )


def _folder_of(library: Library, landmark: str) -> tuple[Path, set[str]]:
    """Return the folder of the pack that knows a landmark, and all that it knows."""
    for folder in (library.folder / TAUGHT_FOLDER).glob("*/"):
        with contextlib.suppress(CatalogError):
            known = {each.id for each in read_landmarks(folder / LANDMARKS_CSV)}
            if landmark in known:
                return folder, known
    raise InputError(f"no landmark {landmark} was taught")


def _least(pack: Pack, recognizer: Recognizer) -> float:
    """Return a similarity below which a taught landmark passes nowhere: it spares deciding on most photos."""
    thresholds, weight = pack.thresholds(recognizer.rule.strictness), recognizer.packs[0].info.background.weight
    return min(thresholds.eta, thresholds.eta_place) - weight - _ROUNDING  # a background similarity is -1 at least


def _alike(pack: Pack, recognizer: Recognizer) -> tuple[tuple[str, float], ...]:
    found = [
        (known.landmarks[known.gallery.centroid_owner[at]].name, float(similarities[at]))
        for known in recognizer.packs
        for similarities in [(known.gallery.centroids @ pack.gallery.centroids.T).max(axis=1)]
        for at in [int(similarities.argmax())]
    ]
    return tuple(sorted(found, key=lambda each: -each[1])[:1])
