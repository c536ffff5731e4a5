"""Uploads as they arrive: bounded in number and in bytes, and held in memory until they are answered."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Iterator

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from landmarq.server.batching import Upload
from landmarq.server.config import ServeConfig
from landmarq.server.problems import Problem
from landmarq.types import Place

_MOST_FIELDS = 16


class _Parser(MultiPartParser):
    """Keeps photos in memory: to write each piece of them to the disk costs more than decoding them."""

    spool_max_size = 0  # no size is too large: what all of them take is bounded by ``Uploads``


class Uploads:
    """Bounds how many requests are being received, and what all requests hold until they are answered."""

    def __init__(self, config: ServeConfig, *, refused: Callable[[], None]) -> None:
        """Remember the bounds; ``refused`` is called for each request that is sent away."""
        self._config, self._refused = config, refused
        self._places = config.max_uploads
        self._bytes = config.max_held_mb * 2**20

    @contextlib.asynccontextmanager
    async def receive(self, request: Request) -> AsyncIterator[FormData]:
        """Give the form of a multipart request once it is all there.

        Raises:
            Problem: 422 or 400, it can't be read; 429, too much is being received or held.
        """
        if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
            raise Problem(422, "send the photos as multipart/form-data, each as a part named photo")
        # The guard lets no body grow beyond its length, nor beyond the most where it tells none.
        length = int(request.headers.get("content-length", self._config.max_body_mb * 2**20))
        with self._holding(length):
            with self._place():
                form = await self._read(request)
            try:
                yield form
            finally:
                await form.close()

    async def _read(self, request: Request) -> FormData:
        try:
            async with contextlib.aclosing(request.stream()) as stream:
                parser = _Parser(request.headers, stream, max_files=self._config.max_photos, max_fields=_MOST_FIELDS)
                return await parser.parse()
        except MultiPartException as error:
            raise Problem(400, f"the upload can't be read: {error.message}") from None
        except ClientDisconnect:
            raise Problem(400, "the upload broke off") from None
        except (ValueError, KeyError):
            raise Problem(400, "the upload can't be read") from None

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


def photos_of(form: FormData) -> list[Upload]:
    """Return the photos of a form, in their order.

    Raises:
        Problem: 422, there is none.
    """
    parts = [part for part in form.getlist("photo") if isinstance(part, UploadFile)]
    if not parts:
        raise Problem(422, "there is no photo: send each as a file part named photo")
    return [Upload(part.filename or "photo", part.file) for part in parts]


def place_of(form: FormData) -> Place | None:
    """Return the place that a form gives, or None.

    Raises:
        Problem: 422, it is none.
    """
    lat, lon = form.get("lat"), form.get("lon")
    if lat is None and lon is None:
        return None
    try:
        return Place(float(str(lat)), float(str(lon)))
    except ValueError:
        raise Problem(422, "lat and lon go together: -90 to 90 and -180 to 180 degrees") from None
