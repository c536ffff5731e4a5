"""What the pages show, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from landmarq.albums import Album, Burst, City, doubts
from landmarq.albums.review import NEAR_SCORE
from landmarq.embed import StoredPhoto
from landmarq.server.desk import Desk
from landmarq.server.references import nearest_references
from landmarq.types import TAUGHT, Landmark


@dataclass(frozen=True, slots=True)
class Card:
    """An album in the overview."""

    id: str
    name: str
    cover: str
    count: int
    dates: str
    taught: bool


@dataclass(frozen=True, slots=True)
class Tile:
    """A photo in a grid; ``ratio`` is the name of a class of the style sheet."""

    id: str
    name: str
    date: str
    ratio: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Moment:
    """A photo, or several of one moment, of which the best is shown."""

    best: Tile
    others: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class AlbumView:
    """An album's page."""

    landmark: Landmark
    city: str
    country: str
    count: int
    dates: str
    moments: tuple[Moment, ...]
    taught: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A doubtful photo: does it show the landmark? ``compare`` is the address of a picture that does; may be empty."""

    tile: Tile
    landmark: Landmark
    similarity: float
    in_album: bool
    compare: str


@dataclass(frozen=True, slots=True)
class ActionView:
    """Something that a person did, in words."""

    id: int
    text: str
    made: str
    undone: bool
    photo: str


def cards(city: City) -> list[Card]:
    """Return the albums of a city."""
    return [
        Card(
            album.landmark.id,
            album.landmark.name,
            album.cover.stored.sha256,
            len(album.photos),
            dates_of(album),
            album.landmark.category == TAUGHT,
        )
        for album in city.albums
    ]


def album_view(city: City, album: Album, groups: Sequence[Burst]) -> AlbumView:
    """Return the page of an album."""
    moments = []
    for group in groups:
        tiles = [_tile(photo.stored, photo.paths[0]) for photo, _ in group.photos]
        best = next(each for each in tiles if each.id == group.best.stored.sha256)
        moments.append(Moment(best, tuple(each for each in tiles if each is not best)))
    return AlbumView(
        album.landmark,
        city.city,
        city.country,
        len(album.photos),
        dates_of(album),
        tuple(moments),
        album.landmark.category == TAUGHT,
    )


def tile(desk: Desk, content: int) -> Tile:
    """Return a photo of the library for a grid."""
    return _tile(desk.library.store.photos([content])[content], desk.library.paths(content)[0])


def sureness(score: float | None) -> str:
    """Say in words how far a photo is from the threshold; near to it is what the page of doubtful photos asks about."""
    if score is None:
        return ""
    if abs(score) > NEAR_SCORE:
        return "Sure" if score > 0 else "Not near enough"
    return "Just sure enough" if score >= 0 else "Just not sure enough"


def question_views(desk: Desk) -> list[Question]:
    """Return the doubtful photos, most useful first."""
    known = desk.landmarks()
    covers = {album.landmark.id: album.cover.stored.sha256 for city in desk.cities() for album in city.albums}
    asked = [each for each in doubts(desk.library, desk.recognizer) if each.landmark in known]
    stored = desk.library.store.photos([each.content for each in asked])
    return [
        Question(
            tile(desk, each.content),
            known[each.landmark],
            each.similarity,
            each.score >= 0,
            _compared(desk, stored[each.content], each.landmark, covers.get(each.landmark, "")),
        )
        for each in asked
    ]


def _compared(desk: Desk, photo: StoredPhoto, landmark: str, cover: str) -> str:
    """Return the address of a picture that shows the landmark, to compare a photo with; empty where there is none."""
    references = nearest_references(desk, photo, {landmark})
    if references:
        return references[0].picture
    return f"/media/{cover}/thumbnail.jpg" if cover not in {"", photo.sha256} else ""


def failure_views(desk: Desk, *, limit: int) -> list[tuple[str, str]]:
    """Return the name of each file that could not be read, not where it lies, and why."""
    return [(Path(path).name, error) for path, error in desk.library.failures()[:limit]]


def action_views(desk: Desk) -> list[ActionView]:
    """Return what a person did, latest first."""
    known = desk.landmarks()
    return [
        ActionView(
            action.id,
            _words(action.changes, known),
            day(action.made),
            action.undone,
            action.changes[0][0] if desk.has(action.changes[0][0]) else "",
        )
        for action in desk.library.corrections.actions(limit=200)
    ]


def dates_of(album: Album) -> str:
    """Return the months that an album spans."""
    if album.dates is None:
        return ""
    first, last = (f"{moment:%B %Y}" for moment in album.dates)
    return first if first == last else f"{first} – {last}"


def day(moment: datetime | None) -> str:
    """Return a day in words."""
    return f"{moment.day} {moment:%b %Y}" if moment else ""


def _tile(stored: StoredPhoto, path: str) -> Tile:
    ratio = max(0.4, min(2.5, stored.width / max(1, stored.height)))
    # The content security policy allows no style in the page itself, so the shapes are classes.
    return Tile(
        stored.sha256, Path(path).name, day(stored.taken), f"ratio-{round(10 * ratio)}", stored.width, stored.height
    )


def _words(changes: Sequence[tuple[str, str, bool]], known: dict[str, Landmark]) -> str:
    def name(landmark: str) -> str:
        return known[landmark].name if landmark in known else landmark

    photos = len({sha256 for sha256, _, _ in changes})
    count = "1 photo" if photos == 1 else f"{photos} photos"
    shown = next((name(landmark) for _, landmark, shows in changes if shows), "")
    not_shown = next((name(landmark) for _, landmark, shows in changes if not shows), "")
    if shown:
        return f"{count}: it is {shown}" + (f", not {not_shown}" if not_shown else "")
    return f"{count}: not {not_shown}"
