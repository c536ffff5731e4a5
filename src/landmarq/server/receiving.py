"""Uploads as they arrive: bounded in number and in bytes, and held in memory until they are answered.

To write them to the disk would cost more than decoding them.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Iterator, Sequence

from fastapi import Request
from starlette.requests import ClientDisconnect

from landmarq.server.batching import Upload
from landmarq.server.config import ServeConfig
from landmarq.server.multipart import MultipartError, Part, boundary_of, parts_of
from landmarq.server.problems import Problem
from landmarq.types import Place

_MOST_FIELDS = 16

Form = Sequence[Part]


class Uploads:
    """Bounds how many requests are being received, and what all requests hold until they are answered."""

    def __init__(self, config: ServeConfig, *, refused: Callable[[], None]) -> None:
        """Remember the bounds; ``refused`` is called for each request that is sent away."""
        self._config, self._refused = config, refused
        self._places = config.max_uploads
        self._bytes = config.max_held_mb * 2**20

    @contextlib.asynccontextmanager
    async def receive(self, request: Request) -> AsyncIterator[Form]:
        """Give the form of a multipart request once it is all there.

        Raises:
            Problem: 422 or 400, it can't be read; 429, too much is being received or held.
        """
        boundary = boundary_of(request.headers.get("content-type", ""))
        if boundary is None:
            raise Problem(422, "send the photos as multipart/form-data, each as a part named photo")
        # The guard lets no body grow beyond its length, nor beyond the most where it tells none.
        length = int(request.headers.get("content-length", self._config.most_bytes))
        with self._holding(length):
            with self._place():
                body = await _body(request)
            try:
                form = parts_of(body, boundary, max_files=self._config.most_photos, max_fields=_MOST_FIELDS)
            except MultipartError as error:
                raise Problem(400, f"the upload can't be read: {error}") from None
            yield form

    @contextlib.contextmanager
    def _place(self) -> Iterator[None]:
        if self._places <= 0:
            raise self._full("too many uploads at once: ask again later")
        self._places -= 1
        try:
            yield
        finally:
            self._places += 1

    @contextlib.contextmanager
    def _holding(self, size: int) -> Iterator[None]:
        if size > self._bytes:
            raise self._full("too much is being worked on: ask again later")
        self._bytes -= size
        try:
            yield
        finally:
            self._bytes += size

    def _full(self, detail: str) -> Problem:
        self._refused()
        return Problem(429, detail, retry_after_s=2)


async def _body(request: Request) -> bytearray:
    body = bytearray()
    try:
        async with contextlib.aclosing(request.stream()) as stream:
            async for piece in stream:
                body += piece
    except ClientDisconnect:
        raise Problem(400, "the upload broke off") from None
    return body


def photos_of(form: Form) -> list[Upload]:
    """Return the photos of a form, in their order.

    Raises:
        Problem: 422, there is none.
    """
    photos = [Upload(part.file_name or "photo", part.data) for part in form if part.name == "photo" and _is_file(part)]
    if not photos:
        raise Problem(422, "there is no photo: send each as a file part named photo")
    return photos


def place_of(form: Form) -> Place | None:
    """Return the place that a form gives, or None.

    Raises:
        Problem: 422, it is none.
    """
    fields = {part.name: bytes(part.data[:64]).decode("utf-8", "replace") for part in form if not _is_file(part)}
    if not fields.keys() & {"lat", "lon"}:
        return None
    try:
        return Place(float(fields["lat"]), float(fields["lon"]))
    except (KeyError, ValueError):
        raise Problem(422, "lat and lon go together: -90 to 90 and -180 to 180 degrees") from None


def _is_file(part: Part) -> bool:
    return part.file_name is not None
