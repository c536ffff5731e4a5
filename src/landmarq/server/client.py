"""A client of the HTTP API: the same frozen answers as the server's, and the same errors."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import httpx2

from landmarq.errors import LandmarqError
from landmarq.server import schemas
from landmarq.types import Place


class ServerError(LandmarqError):
    """The server answered a problem, or not at all; ``status`` is 0 then."""

    def __init__(self, message: str, *, status: int, retry_after_s: float | None = None) -> None:
        """Keep the words, the HTTP status and when to ask again."""
        super().__init__(message)
        self.status, self.retry_after_s = status, retry_after_s


class Client:
    """Asks one server; a context manager.

    >>> with Client("http://127.0.0.1:8090") as client:  # doctest: +SKIP
    ...     client.recognize([Path("tower.jpg")])[0].landmarks
    """

    def __init__(self, address: str, *, token: str = "", timeout_s: float = 120.0, patience_s: float = 60.0) -> None:
        """Remember where to ask.

        Args:
            address: such as ``http://127.0.0.1:8090``.
            token: for servers beyond this machine.
            timeout_s: seconds that one answer may take.
            patience_s: seconds to come back again and again while the server's queue is full; 0 gives up at once.
        """
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx2.Client(base_url=address, headers=headers, timeout=timeout_s)
        self._patience_s = patience_s

    def __enter__(self) -> Client:
        """Return the client."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self._http.close()

    def recognize(
        self, photos: Sequence[Path | tuple[str, bytes]], *, place: Place | None = None
    ) -> list[schemas.AnswerBody]:
        """Name the landmarks on photos: files, or (name, bytes); one answer each, in their order.

        Raises:
            ServerError: the server refused, or can't be reached.
        """
        parts = [(photo.name, photo.read_bytes()) if isinstance(photo, Path) else photo for photo in photos]
        fields = {"lat": str(place.lat), "lon": str(place.lon)} if place else {}
        answer = self._ask("POST", "/v1/recognize", files=[("photo", part) for part in parts], data=fields)
        return schemas.AnswersBody.model_validate_json(answer).photos

    def landmarks(self) -> list[schemas.LandmarkBody]:
        """Return every landmark that the server can recognise."""
        return schemas.LandmarksBody.model_validate_json(self._ask("GET", "/v1/landmarks")).landmarks

    def albums(self) -> schemas.AlbumsBody:
        """Return the albums of the server's library."""
        return schemas.AlbumsBody.model_validate_json(self._ask("GET", "/v1/albums"))

    def photo(self, id_: str) -> schemas.PhotoBody:
        """Return what is known of one photo of the library."""
        return schemas.PhotoBody.model_validate_json(self._ask("GET", f"/v1/photos/{id_}"))

    def _ask(
        self,
        method: str,
        address: str,
        *,
        files: Sequence[tuple[str, tuple[str, bytes]]] | None = None,
        data: dict[str, str] | None = None,
    ) -> bytes:
        give_up = time.monotonic() + self._patience_s
        while True:
            try:
                answer = self._http.request(method, address, files=files, data=data)
            except httpx2.HTTPError as error:
                raise ServerError(f"the server can't be reached: {error}", status=0) from None
            if answer.is_success:
                return answer.content
            wait_s = _seconds(answer.headers.get("retry-after", "0"))
            if answer.status_code != 429 or time.monotonic() + wait_s > give_up:
                raise ServerError(_words(answer), status=answer.status_code, retry_after_s=wait_s or None)
            time.sleep(wait_s)


def _seconds(retry_after: str) -> float:
    """Return when to ask again; a proxy may name a date in place of seconds: then in a second."""
    return float(retry_after) if retry_after.isdecimal() else 1.0


def _words(answer: httpx2.Response) -> str:
    try:
        return schemas.ProblemBody.model_validate_json(answer.content).detail
    except ValueError:
        return f"the server answered {answer.status_code}"
