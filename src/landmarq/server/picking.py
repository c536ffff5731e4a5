"""The page on which a person picks references: proposals by landmark, one key each, saved at every keystroke.

It is handed what it shows; it knows neither models nor vectors.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from fastapi import APIRouter, FastAPI, HTTPException
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from landmarq.catalog import write_table
from landmarq.errors import PhotoError
from landmarq.pages import render
from landmarq.server.config import ServeConfig
from landmarq.server.guard import Guard

ENOUGH = 5
Thumbnails = Callable[[Path], bytes]


@dataclass(frozen=True)
class Proposal:
    """A landmark and the photos that are proposed for it, at most 9; ``paths`` as they go into references.csv."""

    id: str
    name: str
    paths: tuple[str, ...]
    files: tuple[Path, ...]


class Picked:
    """The references so far; every change is on disk before it is answered."""

    def __init__(self, file: Path, before: Sequence[tuple[str, str]]) -> None:
        """Start from the rows (path, landmark) that the file holds."""
        self._file = file
        self._rows = list(dict.fromkeys(before))
        self._lock = threading.Lock()

    def of(self, proposal: Proposal) -> list[int]:
        """Return the places of a proposal's photos that are picked."""
        return [at for at, path in enumerate(proposal.paths) if (path, proposal.id) in self._rows]

    def count(self, landmark: str) -> int:
        """Return how many references a landmark has."""
        return sum(id_ == landmark for _, id_ in self._rows)

    def toggle(self, proposal: Proposal, at: int) -> list[int]:
        """Pick a photo, or take it back; return the picked ones."""
        with self._lock:
            row = (proposal.paths[at], proposal.id)
            if row in self._rows:
                self._rows.remove(row)
            else:
                self._rows.append(row)
            write_table(self._file, ("path", "landmark"), self._rows)
            return self.of(proposal)


def picking_app(
    proposals: Sequence[Proposal], picked: Picked, *, thumbnail: Thumbnails, config: ServeConfig | None = None
) -> FastAPI:
    """Return the app.

    Args:
        proposals: one a landmark, in the order in which they are asked for.
        picked: the references.
        thumbnail: makes a JPEG of a file, or raises ``PhotoError``.
        config: whom the page answers.
    """
    app = FastAPI(title="landmarq: references", docs_url=None, redoc_url=None, openapi_url=None)

    def proposal(number: int) -> Proposal:
        if not 0 <= number < len(proposals):
            raise HTTPException(404, "no such landmark")
        return proposals[number]

    def photo(number: int, at: int) -> Proposal:
        found = proposal(number)
        if not 0 <= at < len(found.paths):
            raise HTTPException(404, "no such photo")
        return found

    @app.get("/")
    def first() -> RedirectResponse:
        """Go on where the person stopped."""
        todo = (number for number, each in enumerate(proposals) if not picked.count(each.id))
        return RedirectResponse(f"/landmark/{next(todo, len(proposals) - 1)}", 303)

    @app.get("/landmark/{number}")
    def page(number: int) -> HTMLResponse:
        """Show a landmark's proposals."""
        shown = proposal(number)
        done = sum(picked.count(each.id) > 0 for each in proposals)
        values = {"number": number, "total": len(proposals), "done": done, "enough": ENOUGH}
        return HTMLResponse(render("picking/landmark.html", landmark=shown, picked=picked.of(shown), **values))

    @app.get("/photo/{number}/{at}")
    def jpeg(number: int, at: int) -> Response:
        """Return a proposal's photo, small."""
        file = photo(number, at).files[at]
        try:
            return Response(thumbnail(file), media_type="image/jpeg")
        except (PhotoError, OSError):
            raise HTTPException(404, "this photo can't be read any more") from None

    @app.post("/landmark/{number}/pick/{at}")
    def pick(number: int, at: int) -> JSONResponse:
        """Pick a photo or take it back."""
        return JSONResponse({"picked": picked.toggle(photo(number, at), at)})

    app.include_router(_still())
    app.add_middleware(Guard, config=config or ServeConfig())
    return app


def _still() -> APIRouter:
    """Return what never changes: the page's script and its style."""
    router = APIRouter()

    @router.get("/picking.js")
    def script() -> Response:
        return Response(render("picking/picking.js"), media_type="text/javascript")

    @router.get("/picking.css")
    def style() -> Response:
        return Response(render("picking/picking.css"), media_type="text/css")

    return router


def serve_picking(app: FastAPI, config: ServeConfig, *, ready: Callable[[str], None]) -> None:
    """Serve the page until the process is told to end; whatever was picked is saved already."""
    ready(f"http://{config.host}:{config.port}/")
    uvicorn.run(app, host=config.host, port=config.port, log_level="warning", access_log=False, server_header=False)
