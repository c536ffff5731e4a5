"""How long cleaning takes on many vectors, how much memory, and how well it does on noise that is known.

Vectors are made up: landmarks with three views each, everyday photos of 200 scenes that have something in common,
exact and near duplicates. Nothing is decoded or embedded. The full size of the target is --photos 2300000
--landmarks 11000; time grows with photos (photos x dimension x dimension). Run on an idle machine:

    OMP_NUM_THREADS=2 python benchmarks/cleaning.py --photos 230000 --landmarks 1100
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landmarq.cleaning import Claims, CleanConfig, decide, reference_similarity, weigh, without_duplicates
from landmarq.cleaning.score import best_threshold, plain_decisions, score_decisions
from landmarq.types import Ints, Vectors

DIMENSION = 512
VIEWS = 3
SCENES = 200
REFERENCES = 5
BLOCK = 20_000


@dataclass(frozen=True)
class World:
    """A crawl, and what its rows truly show."""

    claims: Claims
    truth: Ints


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
    return World(claims, truth[photo])


def noise(rng: np.random.Generator, n: int, spread: float) -> Vectors:
    """Return noise of a length around ``spread``, (n, 512) float32."""
    return rng.standard_normal((n, DIMENSION), np.float32) * np.float32(spread / np.sqrt(DIMENSION))


def unit(vectors: Vectors) -> Vectors:
    """Return the rows with unit length."""
    result: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return result


def timed(what: str) -> Iterator[None]:
    """Print the wall and processor seconds between two steps of the iterator."""
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"{what:28} {time.perf_counter() - wall:8.1f} s wall {time.process_time() - cpu:8.1f} s processor, "
        f"peak {peak:.2f} GiB",
        flush=True,
    )


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
    for _ in timed("making the world"):
        world = make_world(
            arguments.photos,
            arguments.landmarks,
            wrong=arguments.wrong,
            doubled=arguments.doubled,
            spread=arguments.spread,
            seed=0,
        )
    claims = world.claims
    for _ in timed("everything below"):
        for _ in timed("weighing labels"):
            evidence = weigh(claims, config)
        for _ in timed("deciding"):
            decisions = decide(claims, evidence, config)
        for _ in timed("duplicates"):
            decisions = without_duplicates(claims, decisions, config, confirm=yes, pixels=np.ones(claims.photos))
        for _ in timed("similarity to references"):
            near = reference_similarity(claims)
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
