"""The HTTP API for programs: /v1, health and metrics."""

from __future__ import annotations

import asyncio
import http
import time
from pathlib import PurePath
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from landmarq.albums import City
from landmarq.errors import PhotoError
from landmarq.recognize import Recognition
from landmarq.server import schemas
from landmarq.server.desk import Desk
from landmarq.server.problems import MEDIA_TYPE, Problem
from landmarq.server.receiving import photos_of, place_of
from landmarq.server.service import Served
from landmarq.types import TAUGHT, Landmark

router = APIRouter()

PhotoId = Annotated[str, Path(description="SHA-256 of the photo's file, hex.", pattern="^[0-9a-f]{64}$")]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI text of the problems that a route may answer."""
    return {status: _problem(status) for status in statuses}


def _problem(status: int) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/ProblemBody"}
    described = {"description": http.HTTPStatus(status).phrase, "content": {MEDIA_TYPE: {"schema": schema}}}
    if status in {429, 503}:
        described["headers"] = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
    return described


_UPLOAD = {
    "responses": {"200": {"content": {"application/json": {"example": schemas.EXAMPLE_ANSWERS}}}},
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["photo"],
                    "properties": {
                        "photo": {
                            "type": "array",
                            "minItems": 1,
                            "items": {"type": "string", "format": "binary"},
                            "description": "One or several photos: JPEG, PNG, WebP, AVIF, HEIC, TIFF or GIF.",
                        },
                        "lat": {"type": "number", "minimum": -90, "maximum": 90, "example": 48.8584},
                        "lon": {"type": "number", "minimum": -180, "maximum": 180, "example": 2.2945},
                    },
                }
            }
        },
    },
}


@router.post(
    "/v1/recognize",
    response_model=schemas.AnswersBody,
    response_model_exclude_unset=True,
    responses=problems(422, 429, 503),
    openapi_extra=_UPLOAD,
    tags=["recognize"],
)
async def recognize(request: Request, served: Served) -> schemas.AnswersBody:
    """Name the landmarks on uploaded photos, and say why or why not.

    `lat` and `lon` say where the photos were taken; without them the GPS in each photo counts. A photo that
    can't be read gets an `error`, and the others their answers. Nothing is kept.
    """
    started = time.perf_counter()
    async with served.uploads.receive(request) as form:
        photos, place = photos_of(form), place_of(form)
        served.batcher.metrics.seconds.labels("receive").observe(time.perf_counter() - started)
        with served.batcher.places(len(photos)):
            received = time.perf_counter()
            try:
                async with asyncio.timeout(served.config.answer_s):
                    answers = await served.batcher.answer(photos, place)
            except TimeoutError:
                raise Problem(503, "the answer took too long", retry_after_s=10) from None
        served.batcher.metrics.seconds.labels("answer").observe(time.perf_counter() - received)
    return schemas.AnswersBody(
        photos=[answer_body(photo.name, each) for photo, each in zip(photos, answers, strict=True)]
    )


@router.get("/v1/landmarks", responses=problems(503), tags=["recognize"])
async def landmarks(served: Served) -> schemas.LandmarksBody:
    """List every landmark that can be recognised, and those that a person named."""
    known = await served.desk.do(Desk.landmarks)
    ordered = sorted(known.values(), key=lambda each: (each.country, each.city, each.name, each.id))
    return schemas.LandmarksBody(landmarks=[landmark_body(each) for each in ordered])


@router.get("/v1/albums", responses=problems(503), tags=["library"])
async def albums(served: Served) -> schemas.AlbumsBody:
    """List the albums: cities, landmarks, photos; corrections honoured."""
    cities, (photos, failed) = await served.desk.do(lambda desk: (desk.cities(), desk.library.counts()))
    return schemas.AlbumsBody(
        cities=[_city_body(city) for city in cities], photos=photos, unreadable=sum(failed.values())
    )


@router.get("/v1/photos/{id}", responses=problems(404, 422, 503), tags=["library"])
async def photo(id: PhotoId, served: Served) -> schemas.PhotoBody:
    """Tell what is known of one photo of the library."""
    return await served.desk.do(lambda desk: photo_body(desk, id))


@router.get("/v1/photos/{id}/explanations", responses=problems(404, 422, 503), tags=["library"])
async def explanations(id: PhotoId, landmark: str, served: Served) -> schemas.ExplanationsBody:
    """Tell why a photo is near to a landmark: what each cell of it adds to the similarity."""
    found = await served.pictures.explanations(id, [landmark])
    return schemas.ExplanationsBody(
        explanations=[
            schemas.ExplanationBody(
                landmark=each.landmark,
                similarity=each.similarity,
                cells=[[float(cell) for cell in row] for row in each.cells],
                box=schemas.BoxBody(left=each.box.left, top=each.box.top, right=each.box.right, bottom=each.box.bottom),
            )
            for each in found
        ]
    )


@router.get("/healthz", tags=["operation"])
async def healthz() -> schemas.HealthBody:
    """Tell that the server lives."""
    return schemas.HealthBody(status="ok")


@router.get("/readyz", responses=problems(503), tags=["operation"])
async def readyz(served: Served) -> schemas.HealthBody:
    """Tell whether the server can answer: the library is open, and photos are taken to the network."""
    if not served.desk.is_open:
        raise Problem(503, "the library is being opened", retry_after_s=2)
    if not served.batcher.is_running:
        raise Problem(503, "photos are not recognised any more: start the server again", retry_after_s=30)
    return schemas.HealthBody(status="ok")


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    tags=["operation"],
)
async def metrics(served: Served) -> Response:
    """Return figures for Prometheus."""
    return Response(served.batcher.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


def landmark_body(landmark: Landmark) -> schemas.LandmarkBody:
    """Return a landmark as the API shows it."""
    place = landmark.place
    return schemas.LandmarkBody(
        id=landmark.id,
        name=landmark.name,
        city=landmark.city,
        country=landmark.country,
        lat=place.lat if place else None,
        lon=place.lon if place else None,
        taught=landmark.category == TAUGHT,
    )


def answer_body(name: str, answer: Recognition | PhotoError) -> schemas.AnswerBody:
    """Return an answer as the API shows it: the JSON of ``recognize --json``, with a name for the path."""
    if isinstance(answer, PhotoError):
        return schemas.AnswerBody(name=name, error=str(answer))
    return schemas.AnswerBody.model_validate(answer.as_json(name, path_key="name"))


def photo_body(desk: Desk, id_: str) -> schemas.PhotoBody:
    """Return all that is known of a photo.

    Raises:
        Problem: 404, there is none.
    """
    stored = desk.photo(id_)
    name, shown, answer = desk.name(stored.content), desk.album_photo(stored.content), desk.recognition(stored)
    known = desk.landmarks()
    return schemas.PhotoBody(
        id=stored.sha256,
        name=name,
        width=stored.width,
        height=stored.height,
        taken=stored.taken.isoformat() if stored.taken else None,
        lat=stored.place.lat if stored.place else None,
        lon=stored.place.lon if stored.place else None,
        landmarks=[_match_body(known[each], similarity) for each, similarity in (shown.matches if shown else ())],
        corrected=dict(desk.library.corrections.rulings().get(stored.content, {})),
        recognised=answer_body(name, answer) if answer else None,
    )


def _match_body(landmark: Landmark, similarity: float | None) -> schemas.MatchBody:
    values = landmark_body(landmark).model_dump(exclude={"taught"})
    return schemas.MatchBody(**values, similarity=similarity)


def _city_body(city: City) -> schemas.CityBody:
    return schemas.CityBody(
        city=city.city,
        country=city.country,
        landmarks=[
            schemas.AlbumBody(
                id=album.landmark.id,
                name=album.landmark.name,
                photos=[
                    schemas.AlbumPhotoBody(
                        id=each.stored.sha256,
                        name=PurePath(each.paths[0]).name,
                        taken=each.stored.taken.isoformat() if each.stored.taken else None,
                        similarity=similarity,
                    )
                    for each, similarity in album.photos
                ],
            )
            for album in city.albums
        ],
    )
