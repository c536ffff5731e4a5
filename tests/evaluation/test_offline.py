from __future__ import annotations

from pathlib import Path

import pytest

from landmarq.catalog import read_catalog, read_landmarks
from landmarq.errors import InputError
from landmarq.evaluation.answers import Answer
from landmarq.evaluation.figures import Confusion, Figure
from landmarq.evaluation.labelled import LabelledPhotos, labelled_photos
from landmarq.evaluation.offline import OfflineConfig, evaluate

CONFIG = OfflineConfig(specificities=(0.75, 0.9), rates=(0.01, 0.5), rare_below=2, resamples=20)
# a: right; b: right but rejected; c: accepted as the Eiffel Tower; d: right, and the Eiffel Tower reported too.
# e (Big Ben): accepted as the Eiffel Tower. f: rejected; g: can't be read; h: no candidate near.
ANSWERS = (
    Answer("a.jpg", 0.3, "eiffel", ("eiffel",), reason="near"),
    Answer("b.jpg", -0.1, "eiffel", reason="too far"),
    Answer("c.jpg", 0.1, "eiffel", ("eiffel",), reason="near"),
    Answer("d.jpg", 0.2, "colosseum", ("colosseum", "eiffel"), place_used=True, reason="near and in place"),
    Answer("e.jpg", 0.15, "eiffel", ("eiffel",), reason="near"),
    Answer("f.jpg", -0.3, "colosseum", reason="too far"),
    Answer("g.jpg", None, "", error="damaged"),
    Answer("h.jpg", None, "", place_used=True, reason="nothing near"),
)


@pytest.fixture
def labelled(photos_folder: Path) -> LabelledPhotos:
    return labelled_photos(
        read_catalog(photos_folder / "photos.csv"), landmarks=read_landmarks(photos_folder / "landmarks.csv")
    )


def counts(figure: Figure) -> tuple[int, int]:
    return figure.hits, figure.total


def test_every_figure_of_eight_photos_by_hand(labelled: LabelledPhotos) -> None:
    got = evaluate(labelled, ANSWERS, name="toy", config=CONFIG)
    assert (got.photos, got.positives, got.negatives, got.unreadable) == (8, 4, 4, 1)
    assert counts(got.top_1) == (3, 4)
    assert counts(got.sensitivity) == (2, 4)
    assert counts(got.mistaken) == (1, 4)
    assert counts(got.specificity) == (3, 4)
    assert counts(got.further_wrong) == (1, 8), "d also stands in the Eiffel Tower's album"
    # Ranked: a right, d right, e false, c wrong, b right; M = 4.
    assert got.gap == pytest.approx((1 + 1 + 3 / 5) / 4)
    # In the albums: a and d rightly, c and d (a second time) wrongly, and e of the four others.
    one_percent, half = got.albums
    assert one_percent.value == pytest.approx(0.01 * 0.5 / (0.01 * 0.5 + 0.01 * 0.5 + 0.99 * 0.25))
    assert half.value == pytest.approx(0.5 / (0.5 + 0.5 + 0.25))
    assert half.low < 0.4 < half.high


def test_sensitivity_at_a_specificity_against_each_kind_of_negative(labelled: LabelledPhotos) -> None:
    got = evaluate(labelled, ANSWERS, name="toy", config=CONFIG).at_specificity
    shown = {(each.negatives, each.specificity): (counts(each.sensitivity), each.false_alarms) for each in got}
    assert shown == {
        ("non-landmarks", 0.75): ((3, 4), 0),  # above -0.3: a, d and b
        ("non-landmarks", 0.9): ((3, 4), 0),
        ("unknown landmarks", 0.75): ((2, 4), 0),  # above 0.15: a and d
        ("unknown landmarks", 0.9): ((2, 4), 0),
        ("all", 0.75): ((3, 4), 1),  # one of four may pass: above -0.3
        ("all", 0.9): ((2, 4), 0),
    }


def test_figures_by_kind_of_photo(labelled: LabelledPhotos) -> None:
    got = evaluate(labelled, ANSWERS, name="toy", config=CONFIG)
    landmarks = {
        (group.by, group.name): (counts(group.top_1), counts(group.sensitivity)) for group in got.landmark_groups
    }
    assert landmarks == {
        ("training photos", "rare (under 2)"): ((1, 2), (1, 2)),
        ("training photos", "frequent (2 or more)"): ((2, 2), (1, 2)),
        ("place", "place used"): ((1, 1), (1, 1)),
        ("place", "place not used"): ((2, 3), (1, 3)),
        ("region", "europe"): ((3, 4), (2, 4)),
        ("category", "tower"): ((2, 2), (1, 2)),
        ("category", "ruin"): ((1, 2), (1, 2)),
        ("city", "Paris"): ((2, 2), (1, 2)),
        ("city", "Rome"): ((1, 2), (1, 2)),
        ("landmark", "Eiffel Tower"): ((2, 2), (1, 2)),
        ("landmark", "Colosseum <i>"): ((1, 2), (1, 2)),
    }
    rare = next(group for group in got.landmark_groups if group.name == "rare (under 2)")
    # Of c and d: above -0.3 only d is right, above 0.15 likewise; the bars are those of the whole test.
    assert [(each.negatives, counts(each.sensitivity)) for each in rare.at_specificity[:4:2]] == [
        ("non-landmarks", (1, 2)),
        ("unknown landmarks", (1, 2)),
    ]
    frequent = next(group for group in got.landmark_groups if group.name == "frequent (2 or more)")
    # Of a and b: both above -0.3, a alone above 0.15.
    assert [counts(each.sensitivity) for each in frequent.at_specificity[:4:2]] == [(2, 2), (1, 2)]
    negatives = {(group.by, group.name): counts(group.specificity) for group in got.negative_groups}
    assert negatives == {
        ("kind", "non-landmark"): (3, 3),
        ("kind", "unknown landmark"): (0, 1),
        ("role", "test_negative"): (3, 3),
        ("role", "test_unknown"): (0, 1),
        ("source", "s1"): (0, 1),
        ("source", "s3"): (2, 2),
        ("source", "s4"): (1, 1),
        ("place", "place used"): (1, 1),
        ("place", "place not used"): (2, 3),
    }


def test_confusions_and_mistakes(labelled: LabelledPhotos) -> None:
    got = evaluate(labelled, ANSWERS, name="toy", config=CONFIG)
    assert got.confusions == (
        Confusion("Big Ben", "Eiffel Tower", 1, 1),
        Confusion("Colosseum <i>", "Eiffel Tower", 1, 1),
    )
    assert [(each.kind, each.path, each.reason) for each in got.mistakes] == [
        ("false alarm", "e.jpg", "near"),
        ("wrong name", "c.jpg", "near"),
        ("missed", "b.jpg", "too far"),
    ]


def test_the_curve_begins_with_nothing_accepted_and_passes_the_operating_point(labelled: LabelledPhotos) -> None:
    curve = evaluate(labelled, ANSWERS, name="toy", config=CONFIG).curve
    assert (curve[0].threshold, curve[0].right, curve[0].false_alarms) == (None, 0, 0)
    at_zero = [point for point in curve if point.threshold is not None and point.threshold >= 0][-1]
    assert (at_zero.right, at_zero.wrong, at_zero.false_alarms) == (2, 1, 1)


def test_nothing_accepted_has_no_precision(labelled: LabelledPhotos) -> None:
    silent = [Answer(answer.path, None, "") for answer in ANSWERS]
    got = evaluate(labelled, silent, name="silent", config=CONFIG)
    assert got.albums[0].value is None
    assert (got.albums[0].low, got.albums[0].high) == (0, 1)


@pytest.mark.parametrize(("known", "words"), [(["big_ben", "eiffel", "colosseum"], ""), ([], "no photo shows a known")])
def test_a_system_that_was_taught_none_of_the_landmarks_is_an_error(
    photos_folder: Path, known: list[str], words: str
) -> None:
    photos = labelled_photos(read_catalog(photos_folder / "photos.csv"), known=known)
    if words:
        with pytest.raises(InputError, match=words):
            evaluate(photos, ANSWERS, name="toy", config=CONFIG)
    else:
        assert evaluate(photos, ANSWERS, name="toy", config=CONFIG).positives == 5


def test_landmark_photos_alone_are_an_error(photos_folder: Path) -> None:
    catalog = read_catalog(photos_folder / "photos.csv").where(lambda row: row.role == "test")
    with pytest.raises(InputError, match="specificity means nothing"):
        evaluate(labelled_photos(catalog), ANSWERS[:4], name="toy", config=CONFIG)
