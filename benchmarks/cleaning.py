"""How long cleaning takes on many vectors, how much memory, and how well it does on noise that is known.

Vectors are made up: landmarks with three views each, everyday photos of 200 scenes that have something in common,
repeated rows and copies of photos. Nothing is decoded or embedded. In one process, which takes two thirds of its memory
for the vectors alone; time grows with photos (photos x dimension x dimension). The goal, on an idle machine:

    OMP_NUM_THREADS=2 python benchmarks/cleaning.py --photos 2300000 --landmarks 11000

Without options, a tenth of that.
"""

from __future__ import annotations

import argparse
import contextlib
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
from landmarq.cleaning.score import best_threshold, plain_decisions, score_decisions
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


@contextlib.contextmanager
def timed(what: str) -> Iterator[None]:
    """Print the seconds that the block took, by the clock and of the processor, and the process's peak until then."""
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    print(
        f"{what:28} {time.perf_counter() - wall:8.1f} s by the clock {time.process_time() - cpu:8.1f} s of processor, "
        f"peak {peak:.2f} GB",
        flush=True,
    )


def duplicates_left(world: World, decisions: Decisions) -> tuple[int, int]:
    """Return how many repeated rows and copies there are among kept ones, and how many of those stayed."""
    claims = world.claims
    single = decisions.same_as < 0
    picture = np.arange(claims.photos) - world.copy
    stays = np.flatnonzero((decisions.outcome == Outcome.KEPT) & single)
    key = picture[claims.photo[stays]] * claims.landmarks + claims.label[stays]
    dropped = int((~single).sum())
    left = len(stays) - len(np.unique(key))
    return dropped + left, left


def yes(pairs: Ints) -> NDArray[np.bool_]:
    """Confirm all pairs: there are no pixels."""
    return np.ones(len(pairs), bool)


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0] if __doc__ else "")
    parser.add_argument("--photos", type=int, default=230_000)
    parser.add_argument("--landmarks", type=int, default=1_100)
    parser.add_argument("--wrong", type=float, default=0.28)
    parser.add_argument("--doubled", type=float, default=0.05)
    parser.add_argument("--spread", type=float, default=1.5)
    arguments = parser.parse_args()
    config = CleanConfig()
    with timed("making the world"):
        world = make_world(
            arguments.photos,
            arguments.landmarks,
            wrong=arguments.wrong,
            doubled=arguments.doubled,
            spread=arguments.spread,
            seed=0,
        )
    claims = world.claims
    with timed("all of cleaning"):
        with timed("weighing labels"):
            evidence = weigh(claims, config)
        with timed("deciding"):
            decisions = decide(claims, evidence, config)
        with timed("duplicates"):
            decisions = without_duplicates(claims, decisions, config, confirm=yes, pixels=np.ones(claims.photos))
        with timed("similarity to references"):
            near = reference_similarity(claims)
    print("the goal, at 2,300,000 photos and 11,000 landmarks: 600 s by the clock on two cores, 4 GB")
    repeated, left = duplicates_left(world, decisions)
    print(f"of {repeated} repeats of a kept row {left} stayed")
    probability = evidence.of(claims.photo, claims.label)
    plain = plain_decisions(near.mean, claims.label, threshold=best_threshold(near.mean, claims.label == world.truth))
    for name, made, scores in (("landmarq", decisions, probability), ("mean similarity", plain, near.mean)):
        score, _ = score_decisions(name, made, claims.label, world.truth, scores=scores)
        print(
            f"{name}: {score.right_kept:.1%} of {score.right} right rows kept, {score.wrong_removed:.1%} of "
            f"{score.wrong} wrong ones removed; best on average {score.best_balance:.1%}, its own {score.balance:.1%}"
        )


if __name__ == "__main__":
    main()
