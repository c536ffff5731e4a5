"""Doubtful photos: nearest to the threshold first, one of those that look alike, none that was spoken of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from landmarq.albums import Library, doubts, make_albums, most_similar
from landmarq.gallery import build_gallery
from landmarq.pack import Pack, PackInfo, Thresholds
from landmarq.photos import PhotoReader, ReadLimits
from landmarq.recognize import Recognizer
from toys import LANDMARKS, Painter, ToyNetwork, colour_vector


def recognizer() -> Recognizer:
    ids = [landmark.id for landmark in LANDMARKS]
    vectors = dict(zip(ids, [colour_vector(*c)[None] for c in ((255, 0, 0), (0, 255, 0), (0, 0, 255))], strict=True))
    gallery = build_gallery(ids, photos=vectors, references={}, background=np.empty((0, 3), np.float32))
    sets = dict.fromkeys(("strict", "normal", "loose"), Thresholds(0.85, 0.85, 0.85))
    return Recognizer([Pack(PackInfo("toy", ToyNetwork().info.fingerprint, sets), LANDMARKS, gallery)])


@pytest.fixture
def library(paint: Painter, tmp_path: Path) -> Iterator[Library]:
    for name, colour in {
        "sure.png": "#ff0000",  # similarity 1
        "red below.png": "#ff5c5c",  # 0.837
        "red too.png": "#ff5c5c",
        "green below.png": "#5affff",
        "blue near.png": "#4040ff",
        "far.png": "#ffffff",
    }.items():
        paint(f"photos/{name}", colour, size=(64, 40 + len(name)))
    with PhotoReader(ReadLimits(workers=1)) as reader, Library(tmp_path / "out") as opened:
        make_albums(opened, [tmp_path / "photos"], network=ToyNetwork(), recognizer=recognizer(), reader=reader)
        yield opened


def names(library: Library, contents: list[int]) -> list[str]:
    return [Path(library.paths(content)[0]).name for content in contents]


def test_nearest_to_the_threshold_come_first_and_twins_once(library: Library) -> None:
    found = doubts(library, recognizer())
    assert [abs(each.score) for each in found] == sorted(abs(each.score) for each in found)
    asked = names(library, [each.content for each in found])
    assert "sure.png" not in asked
    assert "far.png" not in asked
    assert sum(name.startswith("red") for name in asked) == 1


def test_what_was_answered_is_not_asked_again_but_its_twin_is(library: Library) -> None:
    first = next(each for each in doubts(library, recognizer()) if each.landmark == "red_tower")
    library.corrections.not_this([first.content], first.landmark)
    second = next(each for each in doubts(library, recognizer()) if each.landmark == "red_tower")
    assert second.content != first.content
    library.corrections.it_is([second.content], LANDMARKS[0])
    assert all(each.landmark != "red_tower" for each in doubts(library, recognizer()))


def test_most_similar_agrees_with_all_products(library: Library) -> None:
    store = library.store
    model = store.model(recognizer().model)
    contents = sorted(store.contents_with_vector(model))
    vectors = store.vectors(contents, model=model)
    found = most_similar(library, contents[0], recognizer(), limit=4)
    assert found[0][0] in contents
    products = sorted((float(each @ vectors[0]) for each in vectors), reverse=True)
    assert [similarity for _, similarity in found] == pytest.approx(products[:4])
