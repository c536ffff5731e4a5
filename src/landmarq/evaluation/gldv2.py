"""Google Landmarks v2 (Weyand et al., CVPR 2020): recognition by GAP, retrieval by mAP@100.

Ground truth and predictions are the CSVs of the benchmark: ``id,landmarks,Usage`` and ``id,images,Usage``, lists
apart by spaces; a prediction is ``id,landmarks`` with ``LANDMARK SCORE``, or ``id,images``. The ground truth was
mended several times, so its version stands in every result.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from landmarq import metrics
from landmarq.errors import InputError

DEPTH = 100
"""Length of the ranked answer in retrieval: mAP@100."""
MAX_FIELD = 2**24
"""Characters of one list: a landmark can have more images than the csv module's own bound lets through."""
IGNORED = "Ignored"
NONE = "None"
ALL = "all"


@dataclass(frozen=True, slots=True)
class BenchmarkFigure:
    """One figure of the benchmark.

    Attributes:
        metric: ``GAP`` or ``mAP@100``.
        version: of the ground truth, such as ``2.1``.
        usage: ``Public``, ``Private`` or ``all``.
        queries: test photos counted.
        with_answer: of these, photos with a landmark (or with images to be found).
        value: 0 to 1.
    """

    metric: str
    version: str
    usage: str
    queries: int
    with_answer: int
    value: float


@dataclass(frozen=True, slots=True)
class _Truth:
    answers: frozenset[str]
    usage: str


def version_of(path: Path) -> str:
    """Return the ground truth's version by its file's name: ``recognition_solution_v2.1.csv`` is 2.1.

    Raises:
        InputError: the name has none.
    """
    found = re.search(r"v(\d+(?:\.\d+)*)", path.stem)
    if not found:
        raise InputError(f"the name {path.name} doesn't tell the ground truth's version: give it with --version")
    return found[1]


def recognition_gap(solution: Path, predictions: Path, *, version: str) -> tuple[BenchmarkFigure, ...]:
    """Return GAP over the public, the private and all test photos; those without a landmark take part.

    Photos that the ground truth marks as ignored are left out. A photo without a prediction is not answered.

    Raises:
        InputError: files that can't be read as these CSVs, or predictions for other photos.
    """
    truth = _read_solution(solution, "landmarks")
    texts = _read_predictions(predictions, "landmarks", truth)
    answers = {name: _one_landmark(text, predictions) for name, text in texts.items()}
    figures = []
    for usage, chosen in _by_usage(truth):
        decisions = _decisions([truth[name] for name in chosen], [answers.get(name) for name in chosen])
        value = metrics.global_average_precision(decisions)
        figures.append(BenchmarkFigure("GAP", version, usage, len(chosen), decisions.n_positives, value))
    return tuple(figures)


def retrieval_map(solution: Path, predictions: Path, *, version: str) -> tuple[BenchmarkFigure, ...]:
    """Return mAP@100 over the public, the private and all queries that have images to be found.

    A query without a prediction counts as 0.

    Raises:
        InputError: files that can't be read as these CSVs, or predictions for other queries.
    """
    truth = _read_solution(solution, "images")
    answers = {name: text.split() for name, text in _read_predictions(predictions, "images", truth).items()}
    figures = []
    for usage, chosen in _by_usage(truth):
        wanted = [(truth[name].answers, answers.get(name, [])) for name in chosen if truth[name].answers]
        if not wanted:
            raise InputError(f"{solution} has no query with images to be found among the {usage} ones")
        value = float(np.mean([_average_precision(*pair) for pair in wanted]))
        figures.append(BenchmarkFigure(f"mAP@{DEPTH}", version, usage, len(chosen), len(wanted), value))
    return tuple(figures)


def _decisions(truths: Sequence[_Truth], answers: Sequence[tuple[str, float] | None]) -> metrics.Decisions:
    positive = np.array([bool(truth.answers) for truth in truths])
    right = np.array(
        [answer is not None and answer[0] in truth.answers for truth, answer in zip(truths, answers, strict=True)]
    )
    scores = np.array([-np.inf if answer is None else answer[1] for answer in answers], np.float64)
    return metrics.Decisions(scores, right, positive)


def _average_precision(wanted: frozenset[str], shown: Sequence[str]) -> float:
    places = np.array([rank for rank, image in enumerate(shown[:DEPTH]) if image in wanted], np.int64)
    if len({shown[rank] for rank in places}) < len(places):
        raise InputError("a prediction names an image twice: each image may stand once in a ranking")
    return metrics.average_precision_at(places, DEPTH, n_positives=len(wanted))


def _by_usage(truth: Mapping[str, _Truth]) -> list[tuple[str, list[str]]]:
    """Return the photos of each usage, and all of them where there are several usages; ignored ones are left out."""
    usages = sorted({each.usage for each in truth.values()} - {IGNORED})
    chosen = [(usage, [name for name, each in truth.items() if each.usage == usage]) for usage in usages]
    everything = [name for _, names in chosen for name in names]
    return [*chosen, (ALL, everything)] if len(chosen) > 1 else chosen


def _read_solution(path: Path, column: str) -> dict[str, _Truth]:
    truth: dict[str, _Truth] = {}
    for line, row in _rows(path, ("id", column, "Usage")):
        if row["id"] in truth:
            raise InputError(f"{path}, line {line}: {row['id']} stands twice")
        answers = frozenset() if row[column] == NONE else frozenset(row[column].split())
        truth[row["id"]] = _Truth(answers, row["Usage"])
    if all(each.usage == IGNORED for each in truth.values()):
        raise InputError(f"{path} has no test photos")
    return truth


def _read_predictions(path: Path, column: str, truth: Mapping[str, _Truth]) -> dict[str, str]:
    """Return the prediction of each photo that has one."""
    texts: dict[str, str] = {}
    for line, row in _rows(path, ("id", column)):
        name = row["id"]
        if name not in truth:
            raise InputError(f"{path}, line {line}: {name} is not in the ground truth: predictions for other photos")
        if name in texts:
            raise InputError(f"{path}, line {line}: {name} stands twice")
        texts[name] = row[column]
    return {name: text for name, text in texts.items() if text}


def _one_landmark(text: str, path: Path) -> tuple[str, float]:
    """Read ``LANDMARK SCORE``."""
    try:
        landmark, score = text.split()
        value = float(score)
    except ValueError:
        raise InputError(f"{path}: {text[:60]!r} is not a landmark and its score") from None
    if not math.isfinite(value):
        raise InputError(f"{path}: the score of {text[:60]!r} is not a number")
    return landmark, value


def _rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    csv.field_size_limit(MAX_FIELD)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            missing = [name for name in columns if name not in (reader.fieldnames or [])]
            if missing:
                raise InputError(f"{path} lacks the column {missing[0]!r}; its first line must be {','.join(columns)}")
            for row in reader:
                yield reader.line_num, {name: (row[name] or "").strip() for name in columns}
    except FileNotFoundError:
        raise InputError(f"no such file: {path}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} is not a CSV: {error}") from None
