"""Albums to take away: CSV, GeoJSON, KML, a zip."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator

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


@router.get("/albums.csv", response_class=Response)
async def as_csv(served: Served) -> Response:
    """One row a photo and landmark."""
    cities = await served.desk.do(Desk.cities)
    # A spreadsheet takes the file for UTF-8 by its first bytes.
    return _download(("\ufeff" + albums_csv(cities)).encode(), "text/csv; charset=utf-8", "albums.csv")


@router.get("/albums.geojson", response_class=Response)
async def as_geojson(served: Served) -> Response:
    """A point for each landmark."""
    value = json.dumps(albums_geojson(await served.desk.do(Desk.cities)), ensure_ascii=False)
    return _download(value.encode(), "application/geo+json", "albums.geojson")


@router.get("/albums.kml", response_class=Response)
async def as_kml(served: Served) -> Response:
    """A placemark for each landmark."""
    value = albums_kml(await served.desk.do(Desk.cities))
    return _download(value, "application/vnd.google-earth.kml+xml", "albums.kml")


@router.get("/albums.zip", response_class=StreamingResponse)
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
    return StreamingResponse(parts, media_type="application/zip", headers=headers)


@router.get("/taught.zip", response_class=Response)
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

    return _download(await served.desk.do(packed), "application/zip", "taught.zip")


def _download(data: bytes, kind: str, name: str) -> Response:
    return Response(data, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
