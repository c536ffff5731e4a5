"""Albums to take away: CSV, GeoJSON, KML, a zip."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse

from landmarq.albums import City, albums_csv, albums_geojson, albums_kml, albums_zip
from landmarq.albums.teaching import TAUGHT_FOLDER
from landmarq.pack import GALLERY_FILE, LANDMARKS_CSV, PACK_JSON
from landmarq.server.api import problems
from landmarq.server.desk import Desk
from landmarq.server.pictures import LibraryFile, library_files, read_inside
from landmarq.server.problems import Problem
from landmarq.server.service import Served

router = APIRouter(prefix="/exports", tags=["exports"], responses=problems(404, 422, 503))

_CSV, _GEOJSON, _KML = "text/csv; charset=utf-8", "application/geo+json", "application/vnd.google-earth.kml+xml"
_ZIP = "application/zip"


def _file(kind: str) -> dict[int | str, dict[str, Any]]:
    schema = {"type": "object"} if kind == _GEOJSON else {"type": "string", "format": "binary"}
    return {200: {"description": "A file to download.", "content": {kind.split(";")[0]: {"schema": schema}}}}


@router.get("/albums.csv", response_class=Response, responses=_file(_CSV))
async def as_csv(served: Served) -> Response:
    """One row a photo and landmark."""
    cities = await served.desk.do(Desk.cities)
    # A spreadsheet takes the file for UTF-8 by its first bytes.
    return _download(("\ufeff" + albums_csv(cities)).encode(), _CSV, "albums.csv")


@router.get("/albums.geojson", response_class=Response, responses=_file(_GEOJSON))
async def as_geojson(served: Served) -> Response:
    """A point for each landmark."""
    value = json.dumps(albums_geojson(await served.desk.do(Desk.cities)), ensure_ascii=False)
    return _download(value.encode(), _GEOJSON, "albums.geojson")


@router.get("/albums.kml", response_class=Response, responses=_file(_KML))
async def as_kml(served: Served) -> Response:
    """A placemark for each landmark."""
    value = albums_kml(await served.desk.do(Desk.cities))
    return _download(value, _KML, "albums.kml")


@router.get("/albums.zip", response_class=StreamingResponse, responses=_file(_ZIP))
async def as_zip(served: Served, landmark: str = "") -> StreamingResponse:
    """The photos themselves in folders city / landmark; of one landmark or of all."""

    def chosen(desk: Desk) -> tuple[list[City], dict[str, list[LibraryFile]]]:
        cities = desk.cities()
        if landmark:
            city, album = desk.album(landmark)
            cities = [City(city.city, city.country, (album,))]
        shown = {photo.paths[0]: photo for city in cities for album in city.albums for photo, _ in album.photos}
        return cities, {path: library_files(desk, photo.stored.content) for path, photo in shown.items()}

    cities, files = await served.desk.do(chosen)

    def data(path: str) -> bytes | None:
        return next((found for file in files[path] if (found := read_inside(file)) is not None), None)

    parts: Iterator[bytes] = albums_zip(cities, open_file=data)
    headers = {"Content-Disposition": 'attachment; filename="albums.zip"'}
    return StreamingResponse(parts, media_type=_ZIP, headers=headers)


@router.get("/taught.zip", response_class=Response, responses=_file(_ZIP))
async def taught(served: Served) -> Response:
    """The packs of all taught landmarks, to be used elsewhere with --pack."""

    def packed(desk: Desk) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for folder in sorted((desk.library.folder / TAUGHT_FOLDER).glob("*/")):
                for name in (PACK_JSON, LANDMARKS_CSV, GALLERY_FILE):
                    archive.write(folder / name, f"{folder.name}/{name}")
        if not archive.namelist():
            raise Problem(404, "nothing was taught yet")
        return out.getvalue()

    return _download(await served.desk.do(packed), _ZIP, "taught.zip")


def _download(data: bytes, kind: str, name: str) -> Response:
    return Response(data, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
