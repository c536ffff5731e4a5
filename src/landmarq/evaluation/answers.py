"""What a system answered, read from the lines of ``recognize --json``, whoever wrote them.

The scorer knows no more of a system than this, so that ours and its rivals are measured alike.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landmarq.errors import InputError

MAX_LINE_CHARACTERS = 1_000_000
"""A recognition takes a few hundred; a longer line is refused before it fills memory."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A system's answer for one photo.

    Attributes:
        path: the photo as the system named it.
        score: accepted where it is >= 0; None where there was no candidate, or the photo can't be read.
        best: id of the best candidate, also when rejected; empty where there was none.
        landmarks: ids of all landmarks reported, best first.
        place_used: whether the photo's place restricted the candidates.
        reason: the system's sentence; empty where it gives none.
        error: why the photo can't be read; empty where it could.
    """

    path: str
    score: float | None
    best: str
    landmarks: tuple[str, ...] = ()
    place_used: bool = False
    reason: str = ""
    error: str = ""

    def __post_init__(self) -> None:
        """Refuse an answer that contradicts itself."""
        if self.score is not None and not math.isfinite(self.score):
            raise ValueError(f"the score is {self.score}")
        if (self.score is None) != (not self.best):
            raise ValueError("score and best are both given or both null")
        accepted = self.score is not None and self.score >= 0
        if accepted != bool(self.landmarks):
            raise ValueError("landmarks are reported exactly when the score is 0 or more")
        if accepted and self.best not in self.landmarks:
            raise ValueError("the best candidate is accepted but not reported")


def read_answers(path: Path) -> tuple[Answer, ...]:
    """Read recognitions, one JSON object a line, in the format of ``landmarq recognize --json``.

    Raises:
        InputError: no such file, no lines, or a line that is not a recognition; the line is named.
    """
    try:
        with path.open(encoding="utf-8") as stream:
            answers = tuple(_answer(text, f"{path}, line {line}") for line, text in _lines(stream.readline))
    except FileNotFoundError:
        raise InputError(f"no such file: {path}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8 text") from None
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror}") from None
    if not answers:
        raise InputError(f"{path} holds no recognitions")
    return answers


def _lines(readline: Any) -> Iterator[tuple[int, str]]:
    line = 0
    while text := readline(MAX_LINE_CHARACTERS):
        line += 1
        if text.strip():
            yield line, text


def _answer(text: str, where: str) -> Answer:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise InputError(f"{where}: not a JSON object; write it with 'landmarq recognize --json'") from None
    try:
        return _from_mapping(value)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        told = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else error
        raise InputError(f"{where}: not a recognition: {told}") from None


def _from_mapping(value: dict[str, Any]) -> Answer:
    if value.get("error"):
        return Answer(str(value["path"]), None, "", error=str(value["error"]))
    best, score = value["best"], value["score"]
    if isinstance(score, bool) or not isinstance(score, int | float | None):
        raise ValueError(f"the score is {score!r}, not a number")
    return Answer(
        path=str(value["path"]),
        score=score,
        best=str(best["id"]) if best else "",
        landmarks=tuple(str(each["id"]) for each in value["landmarks"]),
        place_used=bool(value.get("place_used", False)),
        reason=str(value.get("reason", "")),
    )
