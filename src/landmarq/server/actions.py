"""What a person does on the pages: corrections, teaching, scanning. Each is a POST of JSON."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from landmarq.albums import Lesson, Preview, accept, forget, preview
from landmarq.server import commands, schemas
from landmarq.server.api import landmark_body, problems
from landmarq.server.desk import Desk
from landmarq.server.problems import Problem
from landmarq.server.scanning import as_event
from landmarq.server.service import Served
from landmarq.types import TAUGHT, Place

router = APIRouter(prefix="/v1", tags=["albums"])

_MOST_SHOWN, _MOST_CONTESTED = 120, 1000
_PROBLEMS = problems(404, 409, 422, 503)


@router.post("/corrections/not-this", responses=_PROBLEMS)
async def not_this(body: commands.NotThis, served: Served) -> schemas.Done:
    """Say that photos do not show a landmark; takes effect at once."""
    action = await served.desk.do(
        lambda desk: desk.library.corrections.not_this(_contents(desk, body.photos), body.landmark)
    )
    return schemas.Done(action=action)


@router.post("/corrections/it-is", responses=_PROBLEMS)
async def it_is(body: commands.ItIs, served: Served) -> schemas.Done:
    """Say that photos show a landmark; takes effect at once."""

    def corrected(desk: Desk) -> int:
        known = desk.landmarks()
        if body.landmark not in known:
            raise Problem(404, "there is no such landmark")
        return desk.library.corrections.it_is(
            _contents(desk, body.photos), known[body.landmark], not_these=[body.instead_of] if body.instead_of else []
        )

    return schemas.Done(action=await served.desk.do(corrected))


@router.post("/corrections/undo", responses=_PROBLEMS)
async def undo(body: commands.Undo, served: Served) -> schemas.Done:
    """Take back what was said; takes effect at once."""
    await served.desk.do(lambda desk: desk.library.corrections.undo(body.action))
    return schemas.Done(action=body.action)


@router.post("/teach/preview", responses=_PROBLEMS)
async def teach_preview(body: commands.Teach, served: Served) -> schemas.PreviewBody:
    """Tell what would enter the album of a taught landmark; nothing changes yet."""
    if (body.lat is None) != (body.lon is None):
        raise Problem(422, "lat and lon go together")
    place = None if body.lat is None or body.lon is None else Place(body.lat, body.lon)

    def previewed(desk: Desk) -> schemas.PreviewBody:
        lesson = Lesson(body.name, tuple(_contents(desk, body.photos)), body.city, body.country, place)
        seen = preview(desk.library, lesson, desk.recognizer)
        return _preview_body(desk, seen)

    return await served.desk.do(previewed)


@router.post("/teach/accept", responses=_PROBLEMS)
async def teach_accept(body: commands.Accept, served: Served) -> schemas.Accepted:
    """Accept a preview: the landmark is taught, and the library decided anew."""

    def accepted(desk: Desk) -> str:
        moved = _contents(desk, body.move)
        taught = desk.take_preview(body.preview)
        desk.recognizer = accept(desk.library, taught, desk.recognizer, move=moved)
        return taught.landmark.id

    return schemas.Accepted(landmark=await served.desk.do(accepted))


@router.post("/teach/forget", responses=_PROBLEMS)
async def teach_forget(body: commands.Forget, served: Served) -> schemas.Accepted:
    """Forget a taught landmark: its album goes."""

    def forgotten(desk: Desk) -> None:
        if not any(each.id == body.landmark and each.category == TAUGHT for each in desk.recognizer.landmarks):
            raise Problem(404, "no such landmark was taught")
        desk.recognizer = forget(desk.library, body.landmark, desk.recognizer)

    await served.desk.do(forgotten)
    return schemas.Accepted(landmark=body.landmark)


@router.get("/scan")
async def scan(served: Served) -> schemas.ScanBody:
    """Tell how the scan stands."""
    return schemas.ScanBody(**asdict(served.scanner.status))


@router.post("/scan/start", responses=_PROBLEMS)
async def scan_start(served: Served) -> schemas.ScanBody:
    """Look for new and changed photos, or go on with a paused scan."""
    roots, _ = await served.desk.do(lambda desk: desk.library.roots())
    if not roots:
        raise Problem(409, "the library has no folders yet: run `landmarq albums` on them once")
    return schemas.ScanBody(**asdict(await served.scanner.start()))


@router.post("/scan/pause", responses=_PROBLEMS)
async def scan_pause(served: Served) -> schemas.ScanBody:
    """Pause the scan; nothing that was done is lost."""
    return schemas.ScanBody(**asdict(await served.scanner.pause()))


@router.get("/scan/events", include_in_schema=False)
async def scan_events(served: Served) -> StreamingResponse:
    """Send the scan's progress as it goes (server-sent events)."""

    async def events() -> AsyncIterator[str]:
        async for status in served.scanner.watch():
            yield as_event(status)

    return StreamingResponse(events(), media_type="text/event-stream")


def _contents(desk: Desk, photos: Sequence[str]) -> list[int]:
    return [desk.photo(sha256).content for sha256 in dict.fromkeys(photos)]


def _preview_body(desk: Desk, seen: Preview) -> schemas.PreviewBody:
    known = desk.landmarks()
    photos = desk.library.store.photos
    entering = [
        schemas.Entering(id=photos([content])[content].sha256, name=desk.name(content), similarity=similarity)
        for content, similarity in seen.entering[:_MOST_SHOWN]
        if desk.library.paths(content)
    ]
    contested = [
        schemas.Contested(
            id=photos([each.content])[each.content].sha256,
            name=desk.name(each.content),
            similarity=each.similarity,
            albums=[known[other].name for other in each.others],
            similarity_there=each.similarity_there,
            nearer=each.nearer,
            teaches=each.teaches,
        )
        for each in seen.contested[:_MOST_CONTESTED]
        if desk.library.paths(each.content)
    ]
    return schemas.PreviewBody(
        preview=desk.keep_preview(seen),
        landmark=landmark_body(seen.landmark),
        entering=entering,
        count=len(seen.entering),
        contested=contested,
        contested_count=len(seen.contested),
        alike=seen.alike[0][0] if seen.alike else "",
        alike_similarity=seen.alike[0][1] if seen.alike else None,
    )
