"""Revisited Oxford and Paris (Radenović et al., "Revisiting Oxford and Paris", CVPR 2018).

Each query names the database images that show its landmark easily, with difficulty, or in a way that the
protocol leaves out (junk). Three set-ups ask for different ones:

    easy     easy are positives, hard and junk are left out
    medium   easy and hard are positives, junk is left out
    hard     hard are positives, easy and junk are left out
"""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from landmarq import metrics
from landmarq.errors import InputError
from landmarq.evaluation.plain_pickle import read_plain_pickle
from landmarq.types import Vectors

SETUPS = ("easy", "medium", "hard")
PRECISION_AT = (1, 5, 10)

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels of the query's image."""


@dataclass(frozen=True)
class Query:
    """A query and the database images that it names, as numbers from 0.

    Attributes:
        name: its image, without a suffix.
        box: the part of the image that shows the landmark; None where the ground truth gives none.
        easy, hard, junk: database images; no image stands in two of them.
    """

    name: str
    box: Box | None
    easy: frozenset[int]
    hard: frozenset[int]
    junk: frozenset[int]

    def positives(self, setup: str) -> frozenset[int]:
        """Return the images to be found in a set-up."""
        return {"easy": self.easy, "medium": self.easy | self.hard, "hard": self.hard}[setup]

    def left_out(self, setup: str) -> frozenset[int]:
        """Return the images that are taken from the ranking in a set-up."""
        return {"easy": self.junk | self.hard, "medium": self.junk, "hard": self.junk | self.easy}[setup]


@dataclass(frozen=True)
class GroundTruth:
    """The database's images by name, without suffix, and the queries."""

    images: tuple[str, ...]
    queries: tuple[Query, ...]

    def __post_init__(self) -> None:
        """Refuse queries that name images which the database doesn't have, or one image twice."""
        if not self.images or not self.queries:
            raise InputError("the ground truth has no images or no queries")
        for query in self.queries:
            named = [*query.easy, *query.hard, *query.junk]
            if named and not 0 <= min(named) <= max(named) < len(self.images):
                raise InputError(f"the query {query.name} names an image that the database doesn't have")
            if len(set(named)) < len(named):
                raise InputError(f"the query {query.name} names an image as two of easy, hard and junk")


def read_ground_truth(path: Path) -> GroundTruth:
    """Read an official ``gnd_roxford5k.pkl`` or ``gnd_rparis6k.pkl``; nothing in the file is run.

    Raises:
        InputError: no such file, not plain data, or not such a ground truth.
    """
    value = read_plain_pickle(path)
    try:
        names, images = _names(value["qimlist"]), _names(value["imlist"])
        if len(value["gnd"]) != len(names):
            raise ValueError(f"{len(names)} queries with {len(value['gnd'])} answers")
        queries = tuple(_query(name, truth) for name, truth in zip(names, value["gnd"], strict=True))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"{path} is not a ground truth of revisited Oxford or Paris: {error}") from None
    return GroundTruth(images, queries)


def adapted(truth: GroundTruth, moves: Path) -> GroundTruth:
    """Return the ground truth with some positives moved to junk: other angles of a landmark, or its inside.

    Boiarov and Tyantov's adapted protocol; ``moves`` is a CSV ``query,image`` of names without suffix.

    Raises:
        InputError: no such file, other columns, or a pair that is no positive of the ground truth.
    """
    numbers = {name: number for number, name in enumerate(truth.images)}
    queries = {query.name: query for query in truth.queries}
    try:
        with moves.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            if reader.fieldnames != ["query", "image"]:
                raise InputError(f"{moves}: the first line must be query,image")
            pairs = [(row["query"], row["image"]) for row in reader]
    except FileNotFoundError:
        raise InputError(f"no such file: {moves}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{moves} is not a CSV: {error}") from None
    for name, image in pairs:
        query, moved = queries.get(name), frozenset({numbers.get(image, -1)})
        if query is None or not moved <= query.positives("medium"):
            raise InputError(f"{moves}: {image} is no positive of the query {name}")
        queries[name] = dataclasses.replace(
            query, easy=query.easy - moved, hard=query.hard - moved, junk=query.junk | moved
        )
    return GroundTruth(truth.images, tuple(queries.values()))


@dataclass(frozen=True, slots=True)
class SetupFigures:
    """The means over the queries that have positives in a set-up.

    Attributes:
        setup: ``easy``, ``medium`` or ``hard``.
        queries: queries counted; those without a positive are left out.
        mean_average_precision: mAP by trapezoids, 0 to 1.
        mean_precision_at: mP at ``PRECISION_AT``, 0 to 1.
    """

    setup: str
    queries: int
    mean_average_precision: float
    mean_precision_at: tuple[float, ...]


def score_revisited(
    truth: GroundTruth,
    *,
    queries: Vectors,
    database: Vectors,
    distractors: Callable[[], Iterable[Vectors]] = tuple,
) -> tuple[SetupFigures, ...]:
    """Rank the database and the distractors for each query and score the three set-ups.

    Distractors are read shard by shard and none is kept: of each only how many stand before a positive counts.

    Args:
        truth: what is on the images.
        queries: (q, d) unit rows, in the order of ``truth.queries``.
        database: (n, d) unit rows, in the order of ``truth.images``.
        distractors: called once; yields further vectors (m, d) of images that show none of the landmarks.

    Raises:
        InputError: other counts than the ground truth's, a vector that is NaN, or no query with a positive in a set-up.
    """
    if len(queries) != len(truth.queries) or len(database) != len(truth.images):
        raise InputError(
            f"the ground truth has {len(truth.queries)} queries and {len(truth.images)} images; "
            f"the vectors are {len(queries)} and {len(database)}: of another data set"
        )
    similarities = queries @ database.T
    pairs = [
        (query, setup) for setup in SETUPS for query in range(len(queries)) if truth.queries[query].positives(setup)
    ]
    ranks = _ranks(truth, pairs, similarities, (queries @ shard.T for shard in distractors()))
    return tuple(_figures(setup, [ranks[pair] for pair in pairs if pair[1] == setup]) for setup in SETUPS)


def _ranks(
    truth: GroundTruth, pairs: Sequence[tuple[int, str]], similarities: np.ndarray, distractors: Iterable[np.ndarray]
) -> dict[tuple[int, str], metrics.Ranks]:
    """Return the positives' ranks for each (query, set-up)."""
    ranks, ahead = {}, {}
    for number, setup in pairs:
        query, row = truth.queries[number], similarities[number]
        positives = sorted(query.positives(setup))
        others = np.delete(row, [*positives, *query.left_out(setup)])
        ranks[number, setup] = metrics.ranks_of_positives(row[positives], [others])
        ahead[number, setup] = row[positives]
    for shard in distractors:
        for number, setup in pairs:
            alone = metrics.ranks_of_positives(ahead[number, setup], [shard[number]])
            ranks[number, setup] += alone - np.arange(len(alone))
    return ranks


def _figures(setup: str, ranks: Sequence[metrics.Ranks]) -> SetupFigures:
    if not ranks:
        raise InputError(f"no query has a positive in the set-up {setup}")
    return SetupFigures(
        setup,
        len(ranks),
        float(np.mean([metrics.trapezoid_average_precision(each) for each in ranks])),
        tuple(float(np.mean([metrics.precision_at(each, k) for each in ranks])) for k in PRECISION_AT),
    )


def _names(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) and name for name in value):
        raise ValueError("imlist and qimlist must be lists of names")
    if len(set(value)) < len(value):
        raise ValueError("a name stands twice in a list")
    return tuple(value)


def _query(name: str, truth: Any) -> Query:
    easy, hard, junk = (frozenset(_numbers(truth[key])) for key in ("easy", "hard", "junk"))
    box = truth.get("bbx")
    if box is None:
        return Query(name, None, easy, hard, junk)
    left, top, right, bottom = (float(side) for side in box)
    if not (left < right and top < bottom):
        raise ValueError(f"the box of {name} is empty")
    return Query(name, (left, top, right, bottom), easy, hard, junk)


def _numbers(value: Any) -> list[int]:
    if not isinstance(value, list | tuple) or not all(isinstance(each, int) for each in value):
        raise ValueError("easy, hard and junk must be lists of numbers")
    if len(set(value)) < len(value):
        raise ValueError("a number stands twice in a list")
    return list(value)
