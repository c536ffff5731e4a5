"""Corrections take effect, are undone, and outlive rescans, new thresholds, moved files and a killed program."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from landmarq.albums import Library, make_albums
from landmarq.albums.corrections import corrected
from landmarq.errors import InputError
from landmarq.gallery import build_gallery
from landmarq.pack import Pack, PackInfo, Thresholds
from landmarq.photos import PhotoReader, ReadLimits
from landmarq.recognize import Recognizer
from landmarq.types import Landmark
from toys import LANDMARKS, Painter, ToyNetwork, colour_vector

RED, GREEN = LANDMARKS[0], LANDMARKS[1]


@pytest.fixture(scope="module")
def reader() -> Iterator[PhotoReader]:
    with PhotoReader(ReadLimits(workers=1)) as opened:
        yield opened


def recognizer(eta: float = 0.95) -> Recognizer:
    vectors = {RED.id: colour_vector(255, 0, 0)[None], GREEN.id: colour_vector(0, 128, 0)[None]}
    gallery = build_gallery(
        [RED.id, GREEN.id], photos=vectors, references=vectors, background=np.empty((0, 3), np.float32)
    )
    sets = dict.fromkeys(("strict", "normal", "loose"), Thresholds(eta, eta, eta))
    return Recognizer([Pack(PackInfo("toy", ToyNetwork().info.fingerprint, sets), LANDMARKS[:2], gallery)])


@pytest.fixture
def folder(paint: Painter, tmp_path: Path) -> Path:
    for name, colour in {"a.png": "red", "b.png": "#f00808", "c.png": "green", "d.png": "yellow"}.items():
        paint(f"photos/{name}", colour)
    return tmp_path / "photos"


class Lib:
    """A library that is opened anew for each step, as programs do."""

    def __init__(self, folder: Path, reader: PhotoReader) -> None:
        self.photos, self.out, self.reader = folder, folder.parent / "out", reader

    def scan(self, eta: float = 0.95) -> dict[str, list[str]]:
        with Library(self.out) as library:
            make_albums(library, [self.photos], network=ToyNetwork(), recognizer=recognizer(eta), reader=self.reader)
        value = json.loads((self.out / "albums.json").read_text())
        landmarks = [landmark for city in value["cities"] for landmark in city["landmarks"]]
        return {each["id"]: [Path(photo["path"]).name for photo in each["photos"]] for each in landmarks}

    def content(self, library: Library, name: str) -> int:
        known = {Path(path.decode()).name: file.content for path, file in library.store.files().items()}
        found = known[name]
        assert found is not None
        return found


@pytest.fixture
def lib(folder: Path, reader: PhotoReader) -> Lib:
    made = Lib(folder, reader)
    assert made.scan() == {RED.id: ["a.png", "b.png"], GREEN.id: ["c.png"]}
    return made


def test_not_this_leaves_the_album_and_survives_rescan_threshold_and_rename(lib: Lib) -> None:
    with Library(lib.out) as library:
        library.corrections.not_this([lib.content(library, "a.png")], RED.id)
    assert lib.scan() == {RED.id: ["b.png"], GREEN.id: ["c.png"]}
    (lib.photos / "a.png").rename(lib.photos / "moved.png")
    assert lib.scan(eta=0.9) == {RED.id: ["b.png"], GREEN.id: ["c.png"]}


def test_it_is_moves_a_photo_and_undo_brings_it_back(lib: Lib) -> None:
    with Library(lib.out) as library:
        action = library.corrections.it_is([lib.content(library, "a.png")], GREEN, not_these=[RED.id])
    assert lib.scan() == {RED.id: ["b.png"], GREEN.id: ["a.png", "c.png"]}
    with Library(lib.out) as library:
        library.corrections.undo(action)
        assert [each.undone for each in library.corrections.actions()] == [True]
    assert lib.scan() == {RED.id: ["a.png", "b.png"], GREEN.id: ["c.png"]}


def test_undo_of_an_early_action_leaves_the_later_ones(lib: Lib) -> None:
    with Library(lib.out) as library:
        photo = lib.content(library, "d.png")
        first = library.corrections.it_is([photo], GREEN)
        library.corrections.it_is([photo], RED)
        library.corrections.undo(first)
        assert library.corrections.rulings() == {photo: {RED.id: True}}


def test_album_of_a_landmark_that_no_pack_knows_stays(lib: Lib) -> None:
    house = Landmark("our_house", "Our House", "Home", "", "", None)
    with Library(lib.out) as library:
        library.corrections.it_is([lib.content(library, "d.png")], house)
    albums = lib.scan()
    assert albums["our_house"] == ["d.png"]
    value = json.loads((lib.out / "albums.json").read_text())
    [photo] = [p for c in value["cities"] for lm in c["landmarks"] if lm["id"] == "our_house" for p in lm["photos"]]
    assert photo["similarity"] is None
    assert "named by hand" in (lib.out / "landmarks" / "our_house.html").read_text()


def test_unknown_photo_and_action_are_refused(lib: Lib) -> None:
    with Library(lib.out) as library:
        for wrong in ([], [999]):
            with pytest.raises(InputError, match="no such photo"):
                library.corrections.not_this(wrong, RED.id)
        with pytest.raises(InputError, match="no correction 7"):
            library.corrections.undo(7)


def test_a_killed_program_has_lost_nothing_that_returned(lib: Lib) -> None:
    program = (
        "import os, sys, pathlib\n"
        "from landmarq.albums import Library\n"
        "library = Library(pathlib.Path(sys.argv[1]))\n"
        "for _ in range(20): library.corrections.not_this([1], 'red_tower')\n"
        "os.kill(os.getpid(), 9)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(lib.out)], check=False)
    assert ended.returncode != 0
    with Library(lib.out) as library:
        assert len(library.corrections.actions()) == 20


def test_corrected_keeps_denies_and_adds() -> None:
    matches = [("a", 0.9), ("b", 0.8)]
    assert corrected(matches, {}) == (("a", 0.9), ("b", 0.8))
    assert corrected(matches, {"a": False, "c": True, "b": True}) == (("b", 0.8), ("c", None))
    taught = {"b"}  # it gives way, unless the other one was denied or a person said that it is there
    assert corrected(matches, {}, taught=taught) == (("a", 0.9),)
    assert corrected(matches, {"a": False}, taught=taught) == (("b", 0.8),)
    assert corrected(matches, {"b": True}, taught=taught) == (("a", 0.9), ("b", 0.8))
    assert corrected([("b", 0.8)], {"a": True}, taught=taught) == (("a", None),)
    assert corrected(matches, {}, taught={"a", "b"}) == (("a", 0.9), ("b", 0.8))
