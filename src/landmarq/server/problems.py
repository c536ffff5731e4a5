"""Errors as problem+json (RFC 9457); no path of the disk and no trace in them."""

from __future__ import annotations

import http
import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException

from landmarq.errors import InputError, LandmarqError, PackError
from landmarq.pages import render

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """An answer that is not what was asked for; ``retry_after_s`` tells when to ask again."""

    def __init__(self, status: int, detail: str, *, retry_after_s: int | None = None) -> None:
        """Remember the status and one sentence for the caller."""
        super().__init__(detail)
        self.status, self.detail, self.retry_after_s = status, detail, retry_after_s


def problem_response(status: int, detail: str, *, retry_after_s: int | None = None) -> Response:
    """Return the response of a problem."""
    headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}
    value = {"type": "about:blank", "title": http.HTTPStatus(status).phrase, "status": status, "detail": detail}
    return JSONResponse(value, status, headers, MEDIA_TYPE)


def answer_problems(app: FastAPI) -> None:
    """Make an app answer every error as a problem."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(LandmarqError, _own)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _unexpected)


async def _problem(request: Request, error: Exception) -> Response:
    if not isinstance(error, Problem):
        raise TypeError
    if _is_page(request):
        return _page(error.status, error.detail)
    return problem_response(error.status, error.detail, retry_after_s=error.retry_after_s)


async def _own(_: Request, error: Exception) -> Response:
    if isinstance(error, InputError | PackError):
        # Their words may name a file of the disk; those that a caller can cause name only what the caller gave.
        words = str(error)
        return problem_response(422, "this can't be used" if "/" in words or "\\" in words else words)
    log.error("%s", error)
    return problem_response(503, "the library can't answer now; the server's log says why", retry_after_s=5)


async def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise TypeError
    if _is_page(request):
        return _page(error.status_code, "there is no such page" if error.status_code == 404 else str(error.detail))
    response = problem_response(error.status_code, str(error.detail))
    response.headers.update(error.headers or {})
    return response


async def _invalid(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise TypeError
    if _is_page(request):
        return _page(404, "there is no such page")
    first = error.errors()[0]
    where = ".".join(str(each) for each in first["loc"][1:])
    return problem_response(422, f"{where}: {first['msg']}" if where else str(first["msg"]))


async def _unexpected(_: Request, error: Exception) -> Response:
    log.error("unexpected", exc_info=error)
    return problem_response(500, "an error of the server; its log says more")


def _is_page(request: Request) -> bool:
    """Tell whether a person's browser asked for a page, and not a program for an answer."""
    return request.method == "GET" and "text/html" in request.headers.get("accept", "")


def _page(status: int, detail: str) -> Response:
    title = http.HTTPStatus(status).phrase
    return HTMLResponse(render("server/problem.html", page="", title=title, detail=detail), status)
