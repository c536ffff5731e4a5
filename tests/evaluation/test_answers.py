from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from landmarq.errors import InputError
from landmarq.evaluation.answers import Answer, read_answers
from landmarq.recognize import Match, Recognition
from landmarq.types import Landmark, Place

GOOD: dict[str, Any] = {
    "path": "a.jpg",
    "landmarks": [{"id": "eiffel", "similarity": 0.7}],
    "score": 0.2,
    "best": {"id": "eiffel", "similarity": 0.7},
    "place_used": True,
    "reason": "near",
}


def written(folder: Path, *lines: object) -> Path:
    path = folder / "answers.jsonl"
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
    return path


def test_reads_what_recognitions_write(tmp_path: Path) -> None:
    eiffel = Match(Landmark("eiffel", "Eiffel Tower", "Paris", "France", "europe", Place(48.9, 2.3)), 0.7)
    accepted = Recognition((eiffel,), eiffel, 0.2, place_used=True, reason="near")
    rejected = Recognition((), eiffel, -0.1, place_used=False, reason="far")
    nothing = Recognition((), None, None, place_used=True, reason="nothing near")
    path = written(
        tmp_path,
        accepted.as_json("a.jpg"),
        rejected.as_json("b.jpg"),
        nothing.as_json("c.jpg"),
        "",
        {"path": "d.jpg", "error": "damaged"},
    )
    assert read_answers(path) == (
        Answer("a.jpg", 0.2, "eiffel", ("eiffel",), place_used=True, reason="near"),
        Answer("b.jpg", -0.1, "eiffel", reason="far"),
        Answer("c.jpg", None, "", place_used=True, reason="nothing near"),
        Answer("d.jpg", None, "", error="damaged"),
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "not a JSON object"),
        ("[1]", "not a recognition"),
        ('"text"', "not a recognition"),
        ("[" * 100_000, "not a JSON object"),
        ({**GOOD, "score": float("nan")}, "the score is nan"),
        ({**GOOD, "score": "0.2"}, "not a number"),
        ({**GOOD, "score": True}, "not a number"),
        ({**GOOD, "score": -0.2}, "exactly when the score is 0 or more"),
        ({**GOOD, "landmarks": []}, "exactly when the score is 0 or more"),
        ({**GOOD, "score": None}, "both given or both null"),
        ({**GOOD, "best": {"id": "big_ben"}}, "accepted but not reported"),
        ({"path": "a.jpg"}, "'best' is missing"),
    ],
)
def test_a_line_that_is_no_recognition_is_named(tmp_path: Path, line: object, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        read_answers(written(tmp_path, GOOD, line))
    assert "line 2" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_file_and_no_lines(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_answers(tmp_path / "none.jsonl")
    with pytest.raises(InputError, match="no recognitions"):
        read_answers(written(tmp_path))
    with pytest.raises(InputError, match="can't be read"):
        read_answers(tmp_path)
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(InputError, match="not UTF-8"):
        read_answers(tmp_path / "photo.jpg")
