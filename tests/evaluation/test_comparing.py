from __future__ import annotations

import math
from pathlib import Path

import pytest

from landmarq.catalog import Catalog, CatalogRow
from landmarq.errors import InputError
from landmarq.evaluation.answers import Answer
from landmarq.evaluation.comparing import Change, Comparison, compare
from landmarq.evaluation.labelled import LabelledPhotos, labelled_photos


def answer(path: str, landmark: str, *, accepted: bool = True, also: tuple[str, ...] = ()) -> Answer:
    return Answer(path, 0.1 if accepted else -0.1, landmark, (landmark, *also) if accepted else (), reason="because")


def labelled(*landmarks: str) -> LabelledPhotos:
    rows = tuple(CatalogRow(f"{number}.jpg", landmark) for number, landmark in enumerate(landmarks))
    return labelled_photos(Catalog(rows, Path()))


def compared(first: list[Answer], second: list[Answer], labels: LabelledPhotos | None) -> Comparison:
    return compare(first, second, names=("old", "new"), labels=labels, landmark_names={"a": "Arch", "b": "Bridge"})


OLD = [
    answer("0.jpg", "a"),
    answer("1.jpg", "a", accepted=False),
    answer("2.jpg", "b"),
    answer("3.jpg", "a"),
    answer("4.jpg", "a", also=("b",)),
]
NEW = [
    answer("0.jpg", "a"),
    answer("1.jpg", "a"),
    answer("2.jpg", "a"),
    answer("3.jpg", "a", accepted=False),
    answer("4.jpg", "b", also=("a",)),
]


def test_who_changed_without_labels() -> None:
    got = compared(OLD, NEW, None)
    assert (got.agreement.hits, got.agreement.total) == (2, 5), "the order of two landmarks is no change"
    assert (got.only_first_reports, got.only_second_reports, got.other_landmark) == (1, 1, 1)
    assert got.verdicts == ()
    assert got.changes == (
        Change("1.jpg", (), ("Arch",), "", "", "because"),
        Change("2.jpg", ("Bridge",), ("Arch",), "", "", "because"),
        Change("3.jpg", ("Arch",), (), "", "", "because"),
    )


def test_which_is_better_with_labels() -> None:
    got = compared(OLD, NEW, labelled("a", "a", "b", "", "a"))
    assert [(change.truth, change.verdict) for change in got.changes] == [
        ("a", "better"),
        ("b", "worse"),
        ("non-landmark", "better"),
    ]
    shown = {each.on: (each.first.hits, each.second.hits, each.first.total) for each in got.verdicts}
    # 4.jpg: the best candidate of the old is right, that of the new is not.
    assert shown == {"all photos": (3, 3, 5), "sensitivity": (3, 2, 4), "specificity": (0, 1, 1), "top-1": (4, 2, 4)}


def test_a_difference_is_called_better_only_when_it_is_more_than_noise() -> None:
    labels = labelled(*["a"] * 12, "")
    finds = [answer(f"{n}.jpg", "a") for n in range(12)] + [answer("12.jpg", "a", accepted=False)]

    def missing(count: int) -> list[Answer]:
        return [answer(f"{n}.jpg", "a", accepted=n >= count) for n in range(12)] + finds[12:]

    few, many = (compared(missing(count), finds, labels).verdicts[1] for count in (5, 6))
    assert few.p_value == pytest.approx(2 / 2**5)
    assert few.words == "no difference that is more than noise"
    assert many.p_value == pytest.approx(2 / 2**6)
    assert many.words == "new is better"
    assert compared(finds, missing(6), labels).verdicts[1].words == "old is better"
    assert math.isclose(compared(finds, finds, labels).agreement.share, 1)


def test_answers_for_different_photos_are_refused() -> None:
    with pytest.raises(InputError, match="same photos"):
        compared(OLD, NEW[:4], None)
    with pytest.raises(InputError, match="same photos"):
        compared([], [], None)
