"""What a lesson would do to the albums, before anything is done."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass

import numpy as np

from landmarq.albums.corrections import corrected
from landmarq.albums.lesson import Lesson, lesson_pack
from landmarq.albums.library import Library
from landmarq.pack import Pack
from landmarq.recognize import Decisions, Recognizer
from landmarq.types import TAUGHT, Landmark

_BLOCK = 20_000
_ROUNDING = 1e-5


@dataclass(frozen=True, slots=True)
class Contested:
    """A photo that a taught landmark claims and that is in the albums of others, which were not taught.

    Unless a person moves it, it stays there; one that teaches the landmark is then in both.

    Attributes:
        content: the photo.
        similarity: to the taught landmark.
        others: ids of the landmarks whose albums it is in, nearest first.
        similarity_there: to the nearest of them; None where the recogniser does not see any.
        teaches: it is one of the lesson's photos.
        confirmed: a person said that it shows one of the others.
    """

    content: int
    similarity: float
    others: tuple[str, ...]
    similarity_there: float | None
    teaches: bool
    confirmed: bool

    @property
    def nearer(self) -> bool:
        """Whether it looks more like the taught landmark, and nobody said otherwise: a reason to move it."""
        return not self.confirmed and self.similarity > (self.similarity_there or 0.0)


@dataclass(frozen=True)
class Preview:
    """What would happen if a taught landmark were accepted; nothing has happened yet.

    Attributes:
        pack: the taught pack, not yet saved.
        entering: (content, similarity) of photos that would be in its album, those that teach it among them,
            nearest first.
        contested: photos that it claims and that are in the albums of others, those first that are so much nearer
            to it.
        alike: name and similarity of the known landmark whose centroid is nearest; empty without one.
    """

    pack: Pack
    entering: tuple[tuple[int, float], ...]
    contested: tuple[Contested, ...]
    alike: tuple[tuple[str, float], ...]

    @property
    def landmark(self) -> Landmark:
        """The taught landmark."""
        return self.pack.landmarks[0]


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
    recognizer = without_landmarks(recognizer, {landmark.id for landmark in pack.landmarks})  # taught a second time
    lessons = set(lesson.photos)
    entering: dict[int, float] = {}
    contested: list[Contested] = []
    for claim in _claims(library, pack, recognizer, lessons):
        if not claim.others or claim.teaches:
            entering[claim.content] = claim.similarity
        if claim.others:
            contested.append(claim)
    return Preview(
        pack,
        tuple(sorted(entering.items(), key=lambda each: -each[1])),
        tuple(sorted(contested, key=lambda each: ((each.similarity_there or 0.0) - each.similarity, each.content))),
        _alike(pack, recognizer),
    )


def without_landmarks(recognizer: Recognizer, gone: Set[str]) -> Recognizer:
    """Return the recogniser without the packs that know some landmarks."""
    rest = [pack for pack in recognizer.packs if gone.isdisjoint(each.id for each in pack.landmarks)]
    return (
        recognizer
        if len(rest) == len(recognizer.packs)
        else Recognizer(rest, recognizer.rule, index_folder=recognizer.index_folder, check=recognizer.check)
    )


def _claims(library: Library, pack: Pack, recognizer: Recognizer, lessons: Set[int]) -> Iterator[Contested]:
    """Yield the photos that a taught landmark would have: those on which it passes, and those that teach it.

    ``others`` are empty where no landmark that was not taught is on the photo.
    """
    extended, rulings = recognizer.with_packs([pack]), library.corrections.rulings()
    taught = {landmark.id for landmark in extended.landmarks if landmark.category == TAUGHT}
    id_, least = pack.landmarks[0].id, _least(pack, recognizer)
    for every, all_vectors in library.store.each_vector(library.store.model(recognizer.model), batch=_BLOCK):
        similarity = (all_vectors @ pack.gallery.centroids.T).max(axis=1)
        teaching = np.isin(every, list(lessons))
        near = (similarity >= least) | teaching
        contents = every[near].tolist()
        photos = library.store.photos(contents)
        decided = extended.decide_all(all_vectors[near], [photos[content].place for content in contents])
        matched = _matched(decided, extended, photos=len(contents))
        for row, (content, own) in enumerate(zip(contents, similarity[near].tolist(), strict=True)):
            ruled = rulings.get(content, {})
            if content in lessons or (id_ in dict(matched[row]) and ruled.get(id_, True)):
                others = [each for each in corrected(matched[row], ruled) if each[0] not in taught]
                yield Contested(
                    content,
                    own,
                    others=tuple(other for other, _ in others),
                    similarity_there=max((there for _, there in others if there is not None), default=None),
                    teaches=content in lessons,
                    confirmed=any(ruled.get(other, False) for other, _ in others),
                )


def _matched(decided: Decisions, recognizer: Recognizer, *, photos: int) -> list[list[tuple[str, float]]]:
    """Return (landmark's id, similarity) of all that passed on each photo."""
    found: list[list[tuple[str, float]]] = [[] for _ in range(photos)]
    columns = (decided.matched_photo, decided.matched_landmark, decided.matched_similarity.astype(float))
    for row, landmark, similarity in zip(*(each.tolist() for each in columns), strict=True):
        found[row].append((recognizer.landmarks[landmark].id, similarity))
    return found


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
