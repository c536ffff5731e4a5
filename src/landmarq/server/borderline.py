"""The borderline photos after the references: keep, drop, belongs to; saved at every keystroke.

They are judged with the references as they are when the page is first asked for, in a thread of its own, and anew
once the references have changed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from landmarq.cleaning.answers import Answers
from landmarq.errors import LandmarqError, PhotoError
from landmarq.pages import render

NONE = -1
Thumbnails = Callable[[Path], bytes]


@dataclass(frozen=True)
class Question:
    """A row that a person is asked about.

    Attributes:
        path: of the photo, as the catalog writes it.
        landmark: id that the row claims, likewise.
        file: the photo.
        probability: that it shows it, 0 to 1.
        rivals: other landmarks that it may show, numbers in ``Questions.landmarks``, likeliest first.
        references: photos that surely show the claimed landmark.
    """

    path: str
    landmark: str
    file: Path
    probability: float
    rivals: tuple[int, ...]
    references: tuple[Path, ...]


@dataclass(frozen=True)
class Questions:
    """All questions, the most informative first, and (id, name) of all landmarks."""

    asked: tuple[Question, ...]
    landmarks: tuple[tuple[str, str], ...]


class Judging:
    """Makes the questions in a thread; whoever asks meanwhile is told to wait."""

    def __init__(self, judge: Callable[[], Questions], state: Callable[[], object]) -> None:
        """Remember what makes them, and what tells whether the references are still those."""
        self._judge, self._state = judge, state
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._for: object = None
        self.questions: Questions | None = None
        self.problem = ""

    def begin(self) -> None:
        """Start, unless it runs or the questions are up to date."""
        with self._lock:
            state = self._state()
            if (self._thread and self._thread.is_alive()) or (self._for == state and (self.questions or self.problem)):
                return
            self._for, self.questions, self.problem = state, None, ""
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()

    def _run(self) -> None:
        try:
            self.questions = self._judge()
        except LandmarqError as error:
            self.problem = str(error)


def borderline_router(judging: Judging, answers: Answers, *, thumbnail: Thumbnails) -> APIRouter:
    """Return the pages under ``/borderline``.

    Args:
        judging: makes the questions.
        answers: so far.
        thumbnail: makes a JPEG of a file, or raises ``PhotoError``.
    """
    router = APIRouter()

    @router.get("/borderline")
    def first() -> Response:
        """Judge, and go on with the first question that has no answer."""
        judging.begin()
        questions = judging.questions
        if questions is None:
            return HTMLResponse(render("picking/waiting.html", problem=judging.problem))
        open_ = (at for at, each in enumerate(questions.asked) if answers.get((each.path, each.landmark)) is None)
        return RedirectResponse(f"/borderline/{next(open_, len(questions.asked))}", 303)

    @router.get("/borderline/{number}")
    def page(number: int) -> Response:
        """Ask one question; after the last one say what comes next."""
        questions = judging.questions
        if questions is None:
            return RedirectResponse("/borderline", 303)
        if number == len(questions.asked):
            return HTMLResponse(render("picking/done.html", total=number, answered=len(answers)))
        return HTMLResponse(_asking(questions, _question(questions, number), number, answers))

    @router.post("/borderline/{number}/shows/{landmark}")
    def answer(number: int, landmark: int) -> JSONResponse:
        """Write down what the photo shows (-1: none); the same answer again takes it back."""
        asked = _question(judging.questions, number)
        names = judging.questions.landmarks if judging.questions else ()
        if not NONE <= landmark < len(names):
            raise HTTPException(404, "no such landmark")
        shows = "" if landmark == NONE else names[landmark][0]
        row = (asked.path, asked.landmark)
        answers.set(row, None if answers.get(row) == shows else shows)
        return JSONResponse({"answer": answers.get(row), "answered": len(answers)})

    @router.get("/borderline/{number}/photo/{at}")
    def jpeg(number: int, at: int) -> Response:
        """Return the photo (0) or a reference of the claimed landmark (from 1), small."""
        asked = _question(judging.questions, number)
        return small_jpeg(thumbnail, (asked.file, *asked.references), at)

    return router


def small_jpeg(thumbnail: Thumbnails, files: Sequence[Path], at: int) -> Response:
    """Answer with one of some photos, or that there is none."""
    if not 0 <= at < len(files):
        raise HTTPException(404, "no such photo")
    try:
        return Response(thumbnail(files[at]), media_type="image/jpeg")
    except (PhotoError, OSError):
        raise HTTPException(404, "this photo can't be read any more") from None


def _question(questions: Questions | None, number: int) -> Question:
    if questions is None or not 0 <= number < len(questions.asked):
        raise HTTPException(404, "no such question")
    return questions.asked[number]


def _asking(questions: Questions, asked: Question, number: int, answers: Answers) -> str:
    ids = [id_ for id_, _ in questions.landmarks]
    shows = answers.get((asked.path, asked.landmark))
    return render(
        "picking/borderline.html",
        number=number,
        total=len(questions.asked),
        asked=asked,
        answered=len(answers),
        landmarks=questions.landmarks,
        claimed=ids.index(asked.landmark),
        answer=None if shows is None else ids.index(shows) if shows in ids else NONE,
    )
