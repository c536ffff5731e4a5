"""The references nearest to a photo: those of a taught landmark are photos of the library, others come with a pack."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from urllib.parse import quote

import numpy as np

from landmarq.embed import StoredPhoto
from landmarq.pack import Pack
from landmarq.server.desk import Desk
from landmarq.types import Vectors

_MOST = 4


@dataclass(frozen=True, slots=True)
class ReferenceView:
    """A reference as a photo's page shows it.

    Attributes:
        picture: its address here.
        photo: id of the photo of this library that it is; empty where it came with a pack.
        name: of the landmark on it.
        similarity: to the photo of the page.
        credit: author and licence of a pack's picture.
    """

    picture: str
    photo: str
    name: str
    similarity: float
    credit: str


def nearest_references(desk: Desk, stored: StoredPhoto, landmarks: Collection[str]) -> list[ReferenceView]:
    """Return the references of some landmarks that are nearest to a photo and can be shown, nearest first."""
    store = desk.library.store
    try:
        vector = store.vectors([stored.content], model=store.model(desk.recognizer.model))[0]
    except KeyError:
        return []
    found = [view for pack in desk.recognizer.packs for view in _shown(desk, pack, vector, landmarks)]
    others = [view for view in found if view.photo != stored.sha256]
    return sorted(others, key=lambda view: -view.similarity)[:_MOST]


def reference_jpeg(desk: Desk, landmark: str, reference: int) -> bytes | None:
    """Return the picture of a pack's reference; None where there is none."""
    pictures = (each for pack in desk.recognizer.packs for each in pack.pictures)
    wanted = (each for each in pictures if (each.landmark, each.reference) == (landmark, reference))
    return next((each.jpeg() for each in wanted), None)


def _shown(desk: Desk, pack: Pack, vector: Vectors, landmarks: Collection[str]) -> Iterator[ReferenceView]:
    numbers = [number for number, each in enumerate(pack.landmarks) if each.id in landmarks]
    pictures = {each.reference: each for each in pack.pictures}
    taught = [str(each) for each in pack.info.gallery.get("photos", [])]
    for row in np.flatnonzero(np.isin(pack.gallery.reference_owner, numbers)).tolist():
        name = pack.landmarks[pack.gallery.reference_owner[row]].name
        similarity = float(pack.gallery.references[row] @ vector)
        if row in pictures:
            picture = pictures[row]
            address = f"/media/references/{row}.jpg?landmark={quote(picture.landmark, safe='')}"
            yield ReferenceView(
                address, "", name, similarity, ", ".join(filter(None, (picture.author, picture.licence)))
            )
        elif row < len(taught) and desk.has(taught[row]):
            yield ReferenceView(f"/media/{taught[row]}/thumbnail.jpg", taught[row], name, similarity, "")
