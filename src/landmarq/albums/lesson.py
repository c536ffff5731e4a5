"""A lesson: the photos that teach a landmark, made into a pack of one landmark without a model.

Nothing is trained: the photos are its references, and their clusters its centroids, as for any landmark with
few photos.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from landmarq.albums.library import Library
from landmarq.errors import InputError, PackError
from landmarq.gallery import GalleryConfig, build_gallery, joined
from landmarq.pack import STRICTNESSES, Pack, PackInfo, Thresholds
from landmarq.recognize import Recognizer
from landmarq.types import TAUGHT, Landmark, Place, Vectors

MIN_PHOTOS, MAX_PHOTOS = 3, 200

_CONFIG = GalleryConfig(max_diameter=0.5)
"""Of 3 to 5 photos those that are half alike share a centroid: the mean tells more than each of them alone."""

_MARGIN = 0.02
"""How far above the nearest background photo a taught landmark's threshold stands at least."""

_UNASKED = -2.0
"""A rho that every photo reaches: the mean of a few photos from different sides is far from each of them."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a person teaches.

    Attributes:
        name: of the landmark.
        photos: contents of the library that show it.
        city, country: under which its album stands; may be empty.
        place: where it stands; without it, the middle of where its photos were taken. Where they have no GPS
            either, no photo with GPS can enter its album, for none is known to be near.
    """

    name: str
    photos: tuple[int, ...]
    city: str = ""
    country: str = ""
    place: Place | None = None

    def __post_init__(self) -> None:
        """Refuse a lesson without a name, or with too few or too many photos."""
        if not self.name.strip() or len(self.name) > 120:
            raise InputError("a landmark needs a name of at most 120 letters")
        count = len(set(self.photos))
        if not MIN_PHOTOS <= count <= MAX_PHOTOS:
            photos = "1 photo" if count == 1 else f"{count} photos"
            raise InputError(f"{photos}: a landmark is taught from {MIN_PHOTOS} to {MAX_PHOTOS} different ones")


def lesson_pack(library: Library, lesson: Lesson, recognizer: Recognizer) -> Pack:
    """Make the pack of a lesson.

    Raises:
        InputError: a photo is not in the library, or was not embedded by the recogniser's model.
    """
    vectors, photos = _vectors(library, lesson.photos, recognizer), _shas(library, lesson.photos)
    landmark = Landmark(
        id=taught_id(lesson.name.strip(), photos),
        name=lesson.name.strip(),
        city=lesson.city.strip() or "Elsewhere",
        country=lesson.country.strip(),
        region="",
        place=lesson.place or _middle(library, lesson.photos),
        category=TAUGHT,
    )
    return _build(landmark, vectors, photos, recognizer)


def _build(landmark: Landmark, vectors: Vectors, photos: Sequence[str], recognizer: Recognizer) -> Pack:
    gallery = build_gallery(
        [landmark.id],
        photos={},
        references={landmark.id: vectors},
        background=np.empty((0, vectors.shape[1]), np.float32),
        config=_CONFIG,
    )
    info = PackInfo(
        name=landmark.name,
        model=recognizer.model,
        thresholds=_thresholds(gallery.centroids, recognizer),
        background=recognizer.packs[0].info.background,
        calibration={"kind": TAUGHT},
        origin="taught by a person",
        gallery={**dataclasses.asdict(_CONFIG), "photos": list(photos)},
    )
    return Pack(info, (landmark,), gallery)


def as_strict_as_packs(pack: Pack, recognizer: Recognizer) -> Pack:
    """Return a taught pack with the thresholds that it would be given now: those of other packs may have changed.

    Raises:
        PackError: it is damaged.
    """
    if pack.gallery.dimension != recognizer.packs[0].gallery.dimension:
        raise PackError(f"{pack.info.name} is damaged: its vectors are not as long as those of its model")
    thresholds = _thresholds(pack.gallery.centroids, recognizer)
    background = recognizer.packs[0].info.background
    return dataclasses.replace(pack, info=dataclasses.replace(pack.info, thresholds=thresholds, background=background))


def _thresholds(centroids: Vectors, recognizer: Recognizer) -> dict[str, Thresholds]:
    """Return thresholds at least as strict as those of the packs, and out of reach of their background photos.

    Taught packs do not count where there are others: one that lies near the background makes no other one stricter.
    """
    packs = [pack for pack in recognizer.packs if pack.info.calibration.get("kind") != TAUGHT] or recognizer.packs
    nearest = max((float((pack.gallery.background @ centroids.T).max(initial=-1)) for pack in packs), default=-1.0)
    found, eta_place = {}, -1.0
    for strictness in reversed(STRICTNESSES):  # the loosest first: no stricter one is below it
        sets = [pack.thresholds(strictness) for pack in packs]
        eta = max(nearest + _MARGIN, *(each.eta for each in sets))
        raised = eta - max(each.eta for each in sets)
        eta_place = max(eta_place, min(max(each.eta_place for each in sets) + raised, eta))
        found[str(strictness)] = Thresholds(eta=eta, eta_place=eta_place, rho=_UNASKED)
    return found


def joined_pack(packs: Sequence[Pack], *, name: str) -> Pack:
    """Return one pack of several taught with one recogniser, as strict as the strictest of them."""
    first = packs[0].info
    thresholds = {}
    for strictness in STRICTNESSES:
        sets = [pack.thresholds(strictness) for pack in packs]
        thresholds[str(strictness)] = Thresholds(
            eta=max(each.eta for each in sets),
            eta_place=max(each.eta_place for each in sets),
            rho=_UNASKED,
        )
    photos = [photo for pack in packs for photo in pack.info.gallery["photos"]]
    info = dataclasses.replace(first, name=name, thresholds=thresholds, gallery={**first.gallery, "photos": photos})
    landmarks = tuple(landmark for pack in packs for landmark in pack.landmarks)
    return Pack(info, landmarks, joined([pack.gallery for pack in packs]))


def _middle(library: Library, contents: Sequence[int]) -> Place | None:
    """Return the median of where some photos were taken: one that lies far off moves it little."""
    places = [photo.place for photo in library.store.photos(contents).values() if photo.place]
    if not places:
        return None
    return Place(float(np.median([place.lat for place in places])), float(np.median([place.lon for place in places])))


def taught_again(library: Library, pack: Pack, recognizer: Recognizer) -> Pack:
    """Make a taught pack again for another model, from the stored vectors of its photos.

    Raises:
        PackError: too few of its photos are left, or they have no vector of the recogniser's model.
    """
    photos = [str(each) for each in pack.info.gallery.get("photos", [])]
    contents = [content for content in map(library.store.content_of, photos) if content is not None]
    if len(contents) < MIN_PHOTOS or len(pack.landmarks) != 1:
        raise PackError("it was taught with another model and its photos are gone: teach it again")
    try:
        vectors = _vectors(library, contents, recognizer)
    except InputError as error:
        raise PackError(str(error)) from None
    return _build(pack.landmarks[0], vectors, _shas(library, contents), recognizer)


def _vectors(library: Library, contents: Sequence[int], recognizer: Recognizer) -> Vectors:
    try:
        return library.store.vectors(list(contents), model=library.store.model(recognizer.model))
    except KeyError:
        raise InputError(
            "a photo of the lesson was not read with this model yet: scan first, or run `landmarq albums`"
        ) from None


def _shas(library: Library, contents: Sequence[int]) -> list[str]:
    photos = library.store.photos(contents)
    return [photos[content].sha256 for content in contents]


def taught_id(name: str, photos: Sequence[str]) -> str:
    """Return the id of a taught landmark, from its name and the SHA-256 of its photos: plain letters, unique."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()
    slug = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:40]
    digest = hashlib.sha256("\n".join([name, *sorted(photos)]).encode()).hexdigest()[:8]
    return "_".join(part for part in ("taught", slug, digest) if part)
