"""How long cleaning takes on many vectors, how much memory, and how well it does on noise that is known.

Vectors are made up: landmarks with three views each, everyday photos of 200 scenes that have something in common,
repeated rows and copies of photos. Nothing is decoded or embedded. In one process, which takes two thirds of its memory
for the vectors alone; time grows with photos (photos x dimension x dimension). The goal, on an idle machine:

    OMP_NUM_THREADS=2 python benchmarks/cleaning.py --photos 2300000 --landmarks 11000 -o size.md

Without options, a tenth of that. The file holds what is printed: a table of stages, and one of what was found.
"""

from __future__ import annotations

import argparse
import contextlib
import resource
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from landmarq.artifacts import write_text
from landmarq.bench import this_machine
from landmarq.cleaning import (
    Claims,
    CleanConfig,
    Decisions,
    Outcome,
    decide,
    reference_similarity,
    weigh,
    without_duplicates,
)
from landmarq.cleaning.score import CleaningScore, best_threshold, plain_decisions, score_decisions, scores_table
from landmarq.types import Ints, Vectors

DIMENSION = 512
VIEWS = 3
SCENES = 200
REFERENCES = 5
BLOCK = 20_000


@dataclass(frozen=True)
class World:
    """A crawl, what its rows truly show, and which photos are copies of the one before, (n,)."""

    claims: Claims
    truth: Ints
    copy: NDArray[np.bool_]

    @property
    def picture(self) -> Ints:
        """Return a number of the picture that each photo is, (n,)."""
        return np.arange(self.claims.photos) - self.copy


def make_world(photos: int, landmarks: int, *, wrong: float, doubled: float, spread: float, seed: int) -> World:
    """Make a crawl with one row a photo, and some rows more that repeat a photo or nearly."""
    rng = np.random.default_rng(seed)
    centres = unit(rng.normal(size=(landmarks * VIEWS, DIMENSION)).astype(np.float32))
    seen = rng.normal(size=(SCENES, DIMENSION)) + rng.normal(size=DIMENSION)
    scenes = unit(seen.astype(np.float32))
    label = rng.integers(0, landmarks, photos)
    truth = label.copy()
    bad = rng.random(photos) < wrong
    everyday = bad & (rng.random(photos) < 0.4)
    truth[bad] = rng.integers(0, landmarks, int(bad.sum()))
    truth[everyday] = -1
    near = np.flatnonzero(rng.random(photos) < doubled / 2)
    near = near[near > 0]
    vectors = np.empty((photos, DIMENSION), np.float16)
    for start in range(0, photos, BLOCK):
        shows = truth[start : start + BLOCK]
        view = centres[np.maximum(shows, 0) * VIEWS + rng.integers(0, VIEWS, len(shows))]
        view = np.where(shows[:, None] >= 0, view, scenes[rng.integers(0, SCENES, len(shows))])
        vectors[start : start + BLOCK] = unit(view + noise(rng, len(shows), spread))
    vectors[near], truth[near], label[near] = vectors[near - 1], truth[near - 1], label[near - 1]
    again = rng.integers(0, photos, int(photos * doubled / 2))
    photo = np.concatenate([np.arange(photos), again])
    shown = np.repeat(np.arange(landmarks), REFERENCES)
    view = centres[shown * VIEWS + np.tile(np.arange(REFERENCES) % VIEWS, landmarks)]
    references = unit(view + noise(rng, len(shown), spread))
    claims = Claims(vectors, photo, label[photo], references, shown, landmarks)
    copy = np.zeros(photos, bool)
    copy[near] = True
    return World(claims, truth[photo], copy)


def noise(rng: np.random.Generator, n: int, spread: float) -> Vectors:
    """Return noise of a length around ``spread``, (n, 512) float32."""
    return rng.standard_normal((n, DIMENSION), np.float32) * np.float32(spread / np.sqrt(DIMENSION))


def unit(vectors: Vectors) -> Vectors:
    """Return the rows with unit length."""
    result: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return result


@dataclass
class Stages:
    """What each stage took: name, seconds by the clock, seconds of the processor, peak of the process's memory."""

    rows: list[tuple[str, float, float, float]] = field(default_factory=list)

    @contextlib.contextmanager
    def timed(self, what: str) -> Iterator[None]:
        """Measure a block."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
        self.rows.append((what, time.perf_counter() - wall, time.process_time() - cpu, peak))

    def table(self) -> str:
        """Return the stages as a table in Markdown."""
        head = "| stage | s by the clock | s of processor | peak, GB |\n|---|---|---|---|\n"
        lines = (f"| {what} | {wall:.1f} | {cpu:.1f} | {peak:.2f} |" for what, wall, cpu, peak in self.rows)
        return head + "\n".join(lines) + "\n"


def duplicates_left(world: World, decisions: Decisions) -> tuple[int, int]:
    """Return how many repeated rows and copies there are among kept ones, and how many of those stayed."""
    claims = world.claims
    single = decisions.same_as < 0
    stays = np.flatnonzero((decisions.outcome == Outcome.KEPT) & single)
    key = world.picture[claims.photo[stays]] * claims.landmarks + claims.label[stays]
    dropped = int((~single).sum())
    left = len(stays) - len(np.unique(key))
    return dropped + left, left


def clean(world: World, stages: Stages) -> tuple[Decisions, list[CleaningScore]]:
    """Clean the world; return the decisions and the scores of this rule and the paper's."""
    claims, config = world.claims, CleanConfig()
    picture = world.picture

    def same(pairs: Ints) -> NDArray[np.bool_]:
        # There are no pixels to compare.
        found: NDArray[np.bool_] = picture[pairs[:, 0]] == picture[pairs[:, 1]]
        return found

    with stages.timed("all of cleaning"):
        with stages.timed("weighing labels"):
            evidence = weigh(claims, config)
        with stages.timed("deciding"):
            decisions = decide(claims, evidence, config)
        with stages.timed("duplicates"):
            decisions = without_duplicates(claims, decisions, config, confirm=same, pixels=np.ones(claims.photos))
        with stages.timed("similarity to references"):
            near = reference_similarity(claims)
    probability = evidence.of(claims.photo, claims.label)
    plain = plain_decisions(near.mean, claims.label, threshold=best_threshold(near.mean, claims.label == world.truth))
    scored = (("landmarq", decisions, probability), ("mean similarity", plain, near.mean))
    return decisions, [
        score_decisions(name, made, claims.label, world.truth, scores=scores)[0] for name, made, scores in scored
    ]


def report(world: World, decisions: Decisions, stages: Stages, scores: Sequence[CleaningScore]) -> str:
    """Return what is told of a run."""
    claims = world.claims
    repeated, left = duplicates_left(world, decisions)
    return (
        f"{this_machine().as_text()}\n\n"
        f"{claims.photos} photos, {len(claims.photo)} rows, {claims.landmarks} landmarks; the goal, at 2300000 photos "
        f"and 11000 landmarks: 600 s by the clock on two cores, 4 GB\n\n"
        f"{stages.table()}\n{scores_table(scores)}\nof {repeated} repeats of a kept row {left} stayed\n"
    )


def main() -> None:
    """Run the benchmark; print its tables and write them."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0] if __doc__ else "")
    parser.add_argument("--photos", type=int, default=230_000)
    parser.add_argument("--landmarks", type=int, default=1_100)
    parser.add_argument("--wrong", type=float, default=0.28)
    parser.add_argument("--doubled", type=float, default=0.05)
    parser.add_argument("--spread", type=float, default=1.5)
    parser.add_argument("-o", "--out", type=Path)
    options = parser.parse_args()
    stages = Stages()
    shape = {"wrong": options.wrong, "doubled": options.doubled, "spread": options.spread}
    with stages.timed("making the world"):
        world = make_world(options.photos, options.landmarks, **shape, seed=0)
    decisions, scores = clean(world, stages)
    text = report(world, decisions, stages, scores)
    print(text)
    if options.out:
        write_text(options.out, text)


if __name__ == "__main__":
    main()
