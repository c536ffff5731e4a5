"""The page on which a person picks references: proposals by landmark, one key each, saved at every keystroke.

After the references come the borderline photos: ``landmarq.server.borderline``.

It is handed what it shows; it knows neither models nor vectors.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import uvicorn
from fastapi import APIRouter, FastAPI, HTTPException
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from landmarq.catalog import write_table
from landmarq.cleaning.answers import Answers
from landmarq.pages import render
from landmarq.server.borderline import Judging, Thumbnails, borderline_router, small_jpeg
from landmarq.server.config import ServeConfig
from landmarq.server.guard import Guard

ENOUGH = 5


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

    def rows(self) -> tuple[tuple[str, str], ...]:
        """Return (path, landmark) of all references."""
        return tuple(self._rows)

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
    proposals: Sequence[Proposal],
    picked: Picked,
    *,
    thumbnail: Thumbnails,
    borderline: tuple[Judging, Answers] | None = None,
    config: ServeConfig | None = None,
) -> FastAPI:
    """Return the app.

    Args:
        proposals: one a landmark, in the order in which they are asked for.
        picked: the references.
        thumbnail: makes a JPEG of a file, or raises ``PhotoError``.
        borderline: what asks about borderline photos after the references, and the answers; None: nothing does.
        config: whom the page answers.
    """
    app = FastAPI(title="landmarq: references", docs_url=None, redoc_url=None, openapi_url=None)

    def proposal(number: int) -> Proposal:
        if not 0 <= number < len(proposals):
            raise HTTPException(404, "no such landmark")
        return proposals[number]

    @app.get("/")
    def first() -> RedirectResponse:
        """Go on where the person stopped."""
        todo = (f"/landmark/{number}" for number, each in enumerate(proposals) if not picked.count(each.id))
        last = "/borderline" if borderline else f"/landmark/{len(proposals) - 1}"
        return RedirectResponse(next(todo, last), 303)

    @app.get("/landmark/{number}")
    def page(number: int) -> HTMLResponse:
        """Show a landmark's proposals."""
        shown = proposal(number)
        done = sum(picked.count(each.id) > 0 for each in proposals)
        asks = borderline is not None
        values = {"number": number, "total": len(proposals), "done": done, "enough": ENOUGH, "borderline": asks}
        return HTMLResponse(render("picking/landmark.html", landmark=shown, picked=picked.of(shown), **values))

    @app.get("/photo/{number}/{at}")
    def jpeg(number: int, at: int) -> Response:
        """Return a proposal's photo, small."""
        return small_jpeg(thumbnail, proposal(number).files, at)

    @app.post("/landmark/{number}/pick/{at}")
    def pick(number: int, at: int) -> JSONResponse:
        """Pick a photo or take it back."""
        shown = proposal(number)
        if not 0 <= at < len(shown.paths):
            raise HTTPException(404, "no such photo")
        return JSONResponse({"picked": picked.toggle(shown, at)})

    if borderline:
        app.include_router(borderline_router(*borderline, thumbnail=thumbnail))
    app.include_router(_still())
    app.add_middleware(Guard, config=config or ServeConfig())
    return app


def _still() -> APIRouter:
    """Return what never changes: the page's script and its style."""
    router = APIRouter()

    @router.get("/{name}.js")
    def script(name: Literal["picking", "borderline"]) -> Response:
        return Response(render(f"picking/{name}.js"), media_type="text/javascript")

    @router.get("/picking.css")
    def style() -> Response:
        return Response(render("picking/picking.css"), media_type="text/css")

    return router


def serve_picking(app: FastAPI, config: ServeConfig, *, ready: Callable[[str], None]) -> None:
    """Serve the page until the process is told to end; whatever was picked is saved already."""
    ready(f"http://{config.host}:{config.port}/")
    uvicorn.run(app, host=config.host, port=config.port, log_level="warning", access_log=False, server_header=False)
