"""The six-image case is worked out on paper in each test's comments."""

from __future__ import annotations

import math
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from landmarq.errors import InputError
from landmarq.evaluation.revisited import GroundTruth, Query, adapted, read_ground_truth, score_revisited
from landmarq.types import Vectors

IMAGES = ("a", "b", "c", "d", "e", "f")
# Query 1 ranks a b c d e f: easy b and e, hard c, junk a; d and f are irrelevant.
# Query 2 ranks f e d c b a: hard f; no easy images, so it is left out of the easy set-up.
TRUTH = GroundTruth(
    IMAGES,
    (
        Query("q1", (0, 0, 10, 10), frozenset({1, 4}), frozenset({2}), frozenset({0})),
        Query("q2", None, frozenset(), frozenset({5}), frozenset()),
    ),
)
FALLING = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4]


def vectors(*rows: list[float]) -> Vectors:
    return np.array(rows, np.float32)


# One dimension a query: the database's coordinate is the similarity itself.
DATABASE = vectors(*([first, second] for first, second in zip(FALLING, FALLING[::-1], strict=True)))
QUERIES = np.eye(2, dtype=np.float32)


def figures(truth: GroundTruth, **options: Any) -> dict[str, Any]:
    got = score_revisited(truth, queries=QUERIES, database=DATABASE, **options)
    return {each.setup: (each.queries, each.mean_average_precision, each.mean_precision_at) for each in got}


def test_the_six_image_case_on_paper() -> None:
    got = figures(TRUTH)
    # Easy, q1 alone: junk a and hard c go; b d e f remain, positives at ranks 0 and 2.
    # AP = ((1 + 1)/2 + (1/2 + 2/3)/2) / 2; mP@1 = 1, mP@5 and mP@10 are cut at the last positive: 2/3.
    assert got["easy"] == (1, pytest.approx((1 + (1 / 2 + 2 / 3) / 2) / 2), pytest.approx((1, 2 / 3, 2 / 3)))
    # Medium: q1 without a is b c d e f: ranks 0, 1, 3; AP = (1 + 1 + (2/3 + 3/4)/2) / 3. q2: f first, AP = 1.
    q1 = (1 + 1 + (2 / 3 + 3 / 4) / 2) / 3
    assert got["medium"] == (2, pytest.approx((q1 + 1) / 2), pytest.approx((1, (3 / 4 + 1) / 2, (3 / 4 + 1) / 2)))
    # Hard: q1 without a, b and e is c d f: rank 0. Both queries are perfect.
    assert got["hard"] == (2, 1, (1, 1, 1))


def test_distractors_in_shards_on_paper() -> None:
    shards = [vectors([0.65, 0], [0.1, 0]), vectors([0.75, 0.95])]
    got = figures(TRUTH, distractors=lambda: iter(shards))
    # Hard, q1: 0.75 stands before c (0.7): rank 1, AP = (0 + 1/2)/2. q2: 0.95 stands before f (0.9): the same.
    assert got["hard"] == (2, pytest.approx(1 / 4), (0, 1 / 2, 1 / 2))
    # Easy, q1: b, [0.75], [0.65], d, e: ranks 0 and 4.
    assert got["easy"][1] == pytest.approx((1 + (1 / 4 + 2 / 5) / 2) / 2)


def naive(truth: GroundTruth, similarities: np.ndarray, setup: str) -> tuple[float, float]:
    """Walk down each query's sorted ranking; return mAP and mP@5."""
    precisions, areas = [], []
    for query, row in zip(truth.queries, similarities, strict=True):
        wanted, out = query.positives(setup), query.left_out(setup)
        if not wanted:
            continue
        order = sorted((-similarity, number in wanted, number) for number, similarity in enumerate(row))
        ranking = [number for _, _, number in order if number not in out]
        area, before, last = 0.0, 1.0, 0
        for rank, number in enumerate(ranking):
            found = len(wanted & set(ranking[: rank + 1]))
            after = found / (rank + 1)
            if number in wanted:
                area, last = area + (before + after) / 2 / len(wanted), rank + 1
            before = after
        areas.append(area)
        depth = min(5, last)
        precisions.append(len(wanted & set(ranking[:depth])) / depth)
    return float(np.mean(areas)), float(np.mean(precisions))


@st.composite
def cases(draw: st.DrawFn) -> tuple[GroundTruth, np.ndarray]:
    """Draw a small ground truth in which each set-up has a positive, and similarities with ties."""
    size = draw(st.integers(4, 9))
    queries = []
    for number in range(draw(st.integers(1, 3))):
        kinds = [1, 2, *draw(st.lists(st.sampled_from([0, 1, 2, 3]), min_size=size - 2, max_size=size - 2))]
        kinds = draw(st.permutations(kinds))
        sets = [frozenset(i for i, kind in enumerate(kinds) if kind == wanted) for wanted in (1, 2, 3)]
        queries.append(Query(f"q{number}", None, *sets))
    rows = st.lists(st.sampled_from([0.125, 0.25, 0.5, 0.75]), min_size=size, max_size=size)
    similarities = np.array([draw(rows) for _ in queries], np.float32)
    return GroundTruth(tuple(f"i{i}" for i in range(size)), tuple(queries)), similarities


def scored(truth: GroundTruth, similarities: np.ndarray, *shards: np.ndarray) -> dict[str, float]:
    queries = np.eye(len(similarities), dtype=np.float32)
    got = score_revisited(
        truth, queries=queries, database=similarities.T, distractors=lambda: (shard.T for shard in shards)
    )
    return {each.setup: each.mean_average_precision for each in got}


@given(cases())
def test_is_the_naive_walk(case: tuple[GroundTruth, np.ndarray]) -> None:
    truth, similarities = case
    queries = np.eye(len(similarities), dtype=np.float32)
    for each in score_revisited(truth, queries=queries, database=similarities.T):
        area, precision = naive(truth, similarities, each.setup)
        assert each.mean_average_precision == pytest.approx(area)
        assert each.mean_precision_at[1] == pytest.approx(precision)


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_the_database_and_of_shards_never_matters(
    case: tuple[GroundTruth, np.ndarray], random: Any
) -> None:
    truth, similarities = case
    order = list(range(len(truth.images)))
    random.shuffle(order)
    place = {old: new for new, old in enumerate(order)}
    moved = GroundTruth(
        tuple(truth.images[old] for old in order),
        tuple(
            Query(q.name, None, *(frozenset(place[i] for i in part) for part in (q.easy, q.hard, q.junk)))
            for q in truth.queries
        ),
    )
    assert scored(moved, similarities[:, order]) == pytest.approx(scored(truth, similarities))
    extra = similarities[:, :3] - np.float32(0.0625)
    assert scored(truth, similarities, extra) == scored(truth, similarities, extra[:, 1:], extra[:, :1])


@given(cases(), st.sampled_from([-1.0, 0.25, 0.5, 0.9]))
def test_junk_never_matters(case: tuple[GroundTruth, np.ndarray], similarity: float) -> None:
    truth, similarities = case
    changed = similarities.copy()
    for row, query in enumerate(truth.queries):
        changed[row, sorted(query.junk)] = similarity
    assert scored(truth, changed) == scored(truth, similarities)


@given(cases(), st.sampled_from([-1.0, 0.125, 0.5, 0.9]))
def test_a_wrong_distractor_never_helps(case: tuple[GroundTruth, np.ndarray], similarity: float) -> None:
    truth, similarities = case
    before = scored(truth, similarities)
    after = scored(truth, similarities, np.full((len(similarities), 1), similarity, np.float32))
    assert all(after[setup] <= before[setup] + 1e-12 for setup in before)


def test_trapezoids_lie_near_scikit_learns_steps_and_never_far() -> None:
    # Where j positives stand among k photos the step takes j/k, the trapezoid its mean with (j-1)/(k-1), so that
    # the trapezoid's area is smaller by (1/p) sum of (j/k - (j-1)/(k-1)) / 2: worked out and added here.
    rng = np.random.default_rng(7)
    relevant = rng.random(50) < 0.3
    row = rng.normal(size=50).astype(np.float32) + relevant
    truth = GroundTruth(
        tuple(map(str, range(50))),
        (
            Query(
                "q",
                None,
                frozenset(np.flatnonzero(relevant).tolist()[1:]),
                frozenset(np.flatnonzero(relevant).tolist()[:1]),
                frozenset(),
            ),
        ),
    )
    ours = scored(truth, row[None, :].astype(np.float32))["medium"]
    found = np.flatnonzero(relevant[np.argsort(-row)]) + 1
    j = np.arange(1, len(found) + 1)
    before = np.where(found > 1, (j - 1) / np.maximum(found - 1, 1), 1)
    assert ours + np.mean((j / found - before) / 2) == pytest.approx(average_precision_score(relevant, row))


def official() -> dict[str, Any]:
    """A ground truth as the published files hold it: arrays and lists."""
    return {
        "imlist": list(IMAGES),
        "qimlist": ["q1", "q2"],
        "gnd": [
            {"bbx": [0.0, 0.0, 10.0, 10.0], "easy": np.array([1, 4]), "hard": [2], "junk": np.array([0])},
            {"bbx": None, "easy": [], "hard": np.array([5]), "junk": []},
        ],
    }


def saved(folder: Path, value: Any) -> Path:
    path = folder / "gnd_roxford5k.pkl"
    path.write_bytes(pickle.dumps(value, 2))
    return path


def test_reads_the_published_form(tmp_path: Path) -> None:
    assert read_ground_truth(saved(tmp_path, official())) == TRUTH


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"gnd": []}, "2 queries with 0 answers"),
        ({"imlist": None}, "lists of names"),
        ({"imlist": ["a", "a"]}, "stands twice"),
        ({"imlist": ["a"]}, "doesn't have"),
        ({"qimlist": []}, "0 queries with 2"),
        ({"gnd": [{"easy": [1]}] * 2}, "hard"),
        ({"gnd": [{"easy": [1], "hard": [1], "junk": []}] * 2}, "two of easy, hard and junk"),
        ({"gnd": [{"easy": [1, 1], "hard": [], "junk": []}] * 2}, "stands twice"),
        ({"gnd": [{"easy": ["x"], "hard": [], "junk": []}] * 2}, "lists of numbers"),
        ({"gnd": [{"easy": [1], "hard": [], "junk": [], "bbx": [5, 5, 1, 1]}] * 2}, "box of q1 is empty"),
        ({"gnd": [{"easy": [1], "hard": [], "junk": [], "bbx": [5, 5]}] * 2}, "not a ground truth"),
    ],
)
def test_what_is_no_ground_truth_is_refused(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_ground_truth(saved(tmp_path, {**official(), **change}))


def test_a_pickle_that_is_no_dict(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a ground truth"):
        read_ground_truth(saved(tmp_path, [1, 2]))


def test_the_adapted_protocol_moves_positives_to_junk(tmp_path: Path) -> None:
    moves = tmp_path / "moves.csv"
    moves.write_text("query,image\nq1,e\nq1,c\n")
    got = adapted(TRUTH, moves)
    assert got.queries[0] == Query("q1", (0, 0, 10, 10), frozenset({1}), frozenset(), frozenset({0, 2, 4}))
    assert got.queries[1] == TRUTH.queries[1]
    assert figures(got)["easy"][1] == 1, "b stands first once e is junk"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("query,image\nq1,a\n", "a is no positive of the query q1"),
        ("query,image\nq9,b\n", "b is no positive of the query q9"),
        ("query,image\nq1,zzz\n", "zzz is no positive"),
        ("q,i\nq1,b\n", "first line must be query,image"),
    ],
)
def test_moves_that_do_not_fit_are_refused(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "moves.csv").write_text(text)
    with pytest.raises(InputError, match=words):
        adapted(TRUTH, tmp_path / "moves.csv")
    with pytest.raises(InputError, match="no such file"):
        adapted(TRUTH, tmp_path / "none.csv")


def test_vectors_of_another_data_set_and_nan_are_refused() -> None:
    with pytest.raises(InputError, match="of another data set"):
        score_revisited(TRUTH, queries=QUERIES, database=DATABASE[:5])
    broken = DATABASE.copy()
    broken[3, 0] = math.nan
    with pytest.raises(InputError, match="NaN"):
        score_revisited(TRUTH, queries=QUERIES, database=broken)
    with pytest.raises(InputError, match="NaN"):
        score_revisited(TRUTH, queries=QUERIES, database=DATABASE, distractors=lambda: [broken[3:4]])


def test_no_query_with_a_positive_is_an_error_and_not_a_zero() -> None:
    empty = GroundTruth(IMAGES, (Query("q", None, frozenset({1}), frozenset(), frozenset()),))
    with pytest.raises(InputError, match="set-up hard"):
        score_revisited(empty, queries=QUERIES[:1], database=DATABASE)
