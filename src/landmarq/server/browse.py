"""The pages for a person."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from landmarq.albums import bursts, most_similar
from landmarq.pages import render
from landmarq.server import schemas
from landmarq.server.api import PhotoId, photo_body
from landmarq.server.desk import Desk
from landmarq.server.problems import Problem
from landmarq.server.references import nearest_references
from landmarq.server.service import Served
from landmarq.server.views import (
    AlbumView,
    Card,
    Tile,
    action_views,
    album_view,
    cards,
    failure_views,
    question_views,
    sureness,
    tile,
)
from landmarq.types import TAUGHT

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

_PAGE = 120
_SIMILAR = 60
_FAILURES = 500


@router.get("/")
async def index(served: Served) -> str:
    """All albums, by city."""

    def shown(desk: Desk) -> str:
        cities, (photos, failed) = desk.cities(), desk.library.counts()
        overview: list[tuple[object, list[Card]]] = [(city, cards(city)) for city in cities]
        in_albums = {each.stored.content for city in cities for album in city.albums for each, _ in album.photos}
        return render(
            "server/index.html",
            page="albums",
            cities=overview,
            photos=photos,
            failed=failed,
            shown=len(in_albums),
            unlooked=desk.unlooked(),
            has_roots=_has_roots(desk),
        )

    return await served.desk.do(shown)


@router.get("/landmarks/{id:path}")
async def landmark(id: str, served: Served) -> str:
    """One album; photos of one moment are grouped."""

    def shown(desk: Desk) -> str:
        city, album = desk.album(id)
        view: AlbumView = album_view(city, album, bursts(album.photos))
        return render("server/landmark.html", page="albums", album=view)

    return await served.desk.do(shown)


@router.get("/photos/{id}")
async def photo(id: PhotoId, served: Served, album: str = "") -> str:
    """One photo: what it shows, how sure, and why."""

    def shown(desk: Desk) -> str:
        body, stored = photo_body(desk, id), desk.photo(id)
        second = desk.runner_up(stored)
        return render(
            "server/photo.html",
            page="albums",
            photo=body,
            tile=tile(desk, stored.content),
            neighbours=_neighbours(desk, album, stored.content),
            album=album if any(each.id == album for each in body.landmarks) else "",
            runner_up=second and {"name": second.landmark.name, "similarity": second.similarity},
            names={each.id: each.name for each in desk.landmarks().values()},
            sure=sureness(body.recognised.score if body.recognised else None),
            references=nearest_references(desk, stored, _compared(body)),
            can_explain=served.pictures.can_explain,
        )

    return await served.desk.do(shown)


@router.get("/doubtful")
async def doubtful(served: Served) -> str:
    """Photos to confirm, most useful first."""

    def shown(desk: Desk) -> str:
        return render("server/doubtful.html", page="doubtful", questions=question_views(desk), unlooked=desk.unlooked())

    return await served.desk.do(shown)


@router.get("/teach")
async def teach(served: Served, like: str = "", start: int = 0) -> str:
    """Choose photos that show a landmark, and name it; with ``like``, the photos most like one."""

    def shown(desk: Desk) -> str:
        if like:
            content = desk.photo(like).content
            try:
                found = [each for each, _ in most_similar(desk.library, content, desk.recognizer, limit=_SIMILAR)]
            except KeyError:
                raise Problem(409, "this photo was not read with this model yet: scan first") from None
            tiles, more = [tile(desk, each) for each in found if desk.library.paths(each)], None
        else:
            tiles, more = _all_photos(desk, max(0, start))
        return render(
            "server/teach.html",
            page="teach",
            tiles=tiles,
            like=like,
            start=start,
            more=more,
            unlooked=desk.unlooked(),
            has_roots=_has_roots(desk),
        )

    return await served.desk.do(shown)


@router.get("/library")
async def library(served: Served) -> str:
    """Scanning, what was corrected, and exports."""

    def shown(desk: Desk) -> str:
        photos, failed = desk.library.counts()
        return render(
            "server/library.html",
            page="library",
            photos=photos,
            failed=failed,
            failures=failure_views(desk, limit=_FAILURES),
            unlooked=desk.unlooked(),
            has_roots=_has_roots(desk),
            actions=action_views(desk),
            taught=[each for each in desk.recognizer.landmarks if each.category == TAUGHT],
            landmarks=len(desk.recognizer.landmarks),
            albums=sum(len(city.albums) for city in desk.cities()),
        )

    return await served.desk.do(shown)


def _has_roots(desk: Desk) -> bool:
    """Tell whether the library knows which folders to scan."""
    return bool(desk.library.roots()[0])


def _compared(photo: schemas.PhotoBody) -> set[str]:
    """Return the landmarks whose references are of interest: those on a photo, else its best candidate."""
    best = photo.recognised.best if photo.recognised else None
    return {each.id for each in photo.landmarks} or ({best.id} if best else set())


def _neighbours(desk: Desk, album: str, content: int) -> tuple[str, str]:
    """Return the ids of the photos before and after one in an album; empty at its ends."""
    order = [
        each.stored
        for city in desk.cities()
        for found in city.albums
        if found.landmark.id == album
        for each, _ in found.photos
    ]
    at = next((number for number, each in enumerate(order) if each.content == content), None)
    if at is None:
        return "", ""
    before = order[at - 1].sha256 if at else ""
    return before, order[at + 1].sha256 if at + 1 < len(order) else ""


def _all_photos(desk: Desk, start: int) -> tuple[list[Tile], int | None]:
    query = (
        "select id from contents where exists (select 1 from files where content = contents.id) "
        "order by taken desc, id desc limit ? offset ?"
    )
    rows = desk.library.store.db.execute(query, (_PAGE + 1, min(start, 10**9))).fetchall()
    return [tile(desk, row[0]) for row in rows[:_PAGE]], start + _PAGE if len(rows) > _PAGE else None
