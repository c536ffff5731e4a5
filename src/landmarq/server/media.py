"""Pictures and static files for the pages."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import Response

from landmarq.pages import render
from landmarq.server.api import PhotoId
from landmarq.server.desk import Desk
from landmarq.server.problems import Problem
from landmarq.server.references import reference_jpeg
from landmarq.server.service import Served

router = APIRouter(include_in_schema=False)

_FILES = {path.name: path for path in (Path(__file__).parent / "static").iterdir()}
_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_KEPT = {"Cache-Control": "private, max-age=3600"}


@router.get("/media/{id}/thumbnail.jpg")
async def thumbnail(id: PhotoId, served: Served) -> Response:
    """Return a photo's thumbnail."""

    def found(desk: Desk) -> bytes | None:
        return desk.library.store.thumbnail(desk.photo(id).content)

    jpeg = await served.desk.do(found)
    if jpeg is None:
        raise Problem(404, "this photo has no thumbnail")
    return Response(jpeg, media_type="image/jpeg", headers=_KEPT)


@router.get("/media/{id}/preview.jpg")
async def preview(id: PhotoId, served: Served) -> Response:
    """Return a photo at the size of a screen, without its EXIF."""
    return Response(await served.pictures.preview(id), media_type="image/jpeg", headers=_KEPT)


@router.get("/media/{id}/why.png")
async def why(id: PhotoId, landmark: str, served: Served) -> Response:
    """Return the heat map of a landmark, to lay over the photo."""
    return Response(await served.pictures.layer(id, landmark), media_type="image/png", headers=_KEPT)


@router.get("/media/references/{reference}.jpg")
async def reference(reference: int, landmark: str, served: Served) -> Response:
    """Return the picture of a reference that came with a pack."""
    jpeg = await served.desk.do(lambda desk: reference_jpeg(desk, landmark, reference))
    if jpeg is None:
        raise Problem(404, "this reference has no picture")
    return Response(jpeg, media_type="image/jpeg", headers=_KEPT)


@router.get("/static/albums.css")
async def albums_css() -> Response:
    """Return the style that the pages share with the albums on the disk."""
    return Response(render("albums/style.css"), media_type="text/css", headers={"Cache-Control": "no-cache"})


@router.get("/static/{name}")
async def static(name: str) -> Response:
    """Return a file that comes with landmarq; only those of its folder."""
    if name not in _FILES:
        raise Problem(404, "there is no such file")
    path = _FILES[name]
    return Response(path.read_bytes(), media_type=_KINDS[path.suffix], headers={"Cache-Control": "no-cache"})
