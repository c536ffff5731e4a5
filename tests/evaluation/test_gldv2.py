from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from landmarq.errors import InputError
from landmarq.evaluation.gldv2 import recognition_gap, retrieval_map, version_of

SOLUTION = """id,landmarks,Usage
p1,7 8,Public
p2,,Public
p3,7,Private
p4,9,Private
p5,,Private
p6,7,Ignored
"""
# By score: p1 right (0.9), p5 without a landmark (0.8), p3 right (0.7), p2 (0.6); p4 has no prediction.
PREDICTIONS = "id,landmarks\np1,8 0.9\np2,7 0.6\np3,7 0.7\np4,\np5,9 0.8\np6,1 99\n"


def written(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text)
    return folder / name


def test_gap_on_paper(tmp_path: Path) -> None:
    solution = written(tmp_path, "recognition_solution_v2.1.csv", SOLUTION)
    got = recognition_gap(solution, written(tmp_path, "p.csv", PREDICTIONS), version=version_of(solution))
    shown = {figure.usage: (figure.queries, figure.with_answer, figure.value) for figure in got}
    assert shown == {
        "Public": (2, 1, 1),
        "Private": (3, 2, pytest.approx((1 / 2) / 2)),  # p5 stands before p3; p4 is not answered
        "all": (5, 3, pytest.approx((1 + 2 / 3) / 3)),
    }
    assert {(figure.metric, figure.version) for figure in got} == {("GAP", "2.1")}


RETRIEVAL = "id,images,Usage\nq1,a b c,Public\nq2,d,Private\nq3,None,Ignored\n"


def test_map_on_paper(tmp_path: Path) -> None:
    solution = written(tmp_path, "s.csv", RETRIEVAL)
    got = retrieval_map(solution, written(tmp_path, "p.csv", "id,images\nq1,a x c\nq2,y d\n"), version="2.1")
    q1, q2 = (1 + 2 / 3) / 3, 1 / 2
    assert [(f.metric, f.usage, f.with_answer, f.value) for f in got] == [
        ("mAP@100", "Private", 1, q2),
        ("mAP@100", "Public", 1, pytest.approx(q1)),
        ("mAP@100", "all", 2, pytest.approx((q1 + q2) / 2)),
    ]


def test_only_the_first_hundred_images_count_and_a_query_without_an_answer_is_0(tmp_path: Path) -> None:
    solution = written(tmp_path, "s.csv", "id,images,Usage\nq1,a b,Public\nq2,d,Public\n")
    shown = " ".join([*(f"x{i}" for i in range(99)), "a", "b"])
    got = retrieval_map(solution, written(tmp_path, "p.csv", f"id,images\nq1,{shown}\n"), version="1.0")
    assert [f.value for f in got] == [pytest.approx((1 / 100) / 2 / 2)]


def test_a_landmark_may_have_very_many_images(tmp_path: Path) -> None:
    wanted = " ".join(f"image{i:06d}" for i in range(20_000))
    solution = written(tmp_path, "s.csv", f"id,images,Usage\nq,{wanted},Public\n")
    (got,) = retrieval_map(solution, written(tmp_path, "p.csv", "id,images\nq,image000000\n"), version="2.1")
    assert got.value == 1 / 100


def test_map_is_scikit_learns_where_all_images_are_shown(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    relevant = rng.random(60) < 0.4
    order = rng.permutation(60)
    wanted = " ".join(f"i{i}" for i in np.flatnonzero(relevant))
    solution = written(tmp_path, "s.csv", f"id,images,Usage\nq,{wanted},Public\n")
    predictions = written(tmp_path, "p.csv", "id,images\nq," + " ".join(f"i{i}" for i in order) + "\n")
    scores = np.empty(60)
    scores[order] = -np.arange(60)
    (got,) = retrieval_map(solution, predictions, version="2.1")
    assert got.value == pytest.approx(average_precision_score(relevant, scores))


@pytest.mark.parametrize(("name", "version"), [("recognition_solution_v2.1.csv", "2.1"), ("truth-v2.csv", "2")])
def test_version_by_name(name: str, version: str) -> None:
    assert version_of(Path(name)) == version
    with pytest.raises(InputError, match="--version"):
        version_of(Path("solution.csv"))


@pytest.mark.parametrize(
    ("solution", "predictions", "words"),
    [
        (SOLUTION, "id,landmarks\nzz,7 0.5\n", "line 2: zz is not in the ground truth"),
        (SOLUTION, "id,landmarks\np1,7 0.5\np1,7 0.5\n", "line 3: p1 stands twice"),
        (SOLUTION, "id,landmarks\np1,7\n", "'7' is not a landmark and its score"),
        (SOLUTION, "id,landmarks\np1,7 nan\n", "not a number"),
        (SOLUTION, "id,answer\np1,7 0.5\n", "lacks the column 'landmarks'"),
        (SOLUTION + "p1,7,Public\n", PREDICTIONS, "p1 stands twice"),
        ("id,landmarks,Usage\np1,7,Ignored\n", PREDICTIONS, "no test photos"),
        ("id,landmarks,Usage\np1,,Public\n", "id,landmarks\n", "no photo shows a known landmark"),
    ],
)
def test_files_that_do_not_fit_are_refused(tmp_path: Path, solution: str, predictions: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        recognition_gap(written(tmp_path, "s.csv", solution), written(tmp_path, "p.csv", predictions), version="2.1")


def test_other_refusals(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        recognition_gap(tmp_path / "s.csv", tmp_path / "p.csv", version="2.1")
    solution = written(tmp_path, "s.csv", RETRIEVAL)
    with pytest.raises(InputError, match="an image twice"):
        retrieval_map(solution, written(tmp_path, "p.csv", "id,images\nq1,a a\n"), version="2.1")
    with pytest.raises(InputError, match="no query with images"):
        retrieval_map(
            written(tmp_path, "t.csv", "id,images,Usage\nq1,None,Public\n"),
            written(tmp_path, "p.csv", "id,images\n"),
            version="2.1",
        )
