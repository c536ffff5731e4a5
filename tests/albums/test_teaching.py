"""Teaching on painted photos: preview, acceptance, contested photos, other models, packs that travel."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from landmarq.albums import Lesson, Library, accept, album_tree, forget, load_taught, make_albums, preview, taught_packs
from landmarq.errors import InputError, PackError
from landmarq.gallery import build_gallery
from landmarq.pack import Pack, PackInfo, Thresholds
from landmarq.photos import PhotoReader, ReadLimits
from landmarq.recognize import Recognizer
from landmarq.types import Place
from toys import LANDMARKS, Painter, ToyNetwork, colour_vector

RED = LANDMARKS[0]
YELLOWS = ["#f0f010", "#e8f020", "#f0e81c", "#eef018", "#f0ee12"]


@pytest.fixture(scope="module")
def reader() -> Iterator[PhotoReader]:
    with PhotoReader(ReadLimits(workers=1)) as opened:
        yield opened


def red_recognizer(network: ToyNetwork, *, eta: float = 0.96) -> Recognizer:
    vectors = {RED.id: colour_vector(255, 0, 0)[None]}
    gallery = build_gallery([RED.id], photos=vectors, references={}, background=colour_vector(0, 0, 255)[None])
    sets = dict.fromkeys(("strict", "normal", "loose"), Thresholds(eta, eta, eta))
    return Recognizer([Pack(PackInfo("toy", network.info.fingerprint, sets), (RED,), gallery)])


@pytest.fixture
def photos(paint: Painter, tmp_path: Path) -> Path:
    for number, colour in enumerate(YELLOWS):
        paint(f"photos/yellow {number}.png", colour)
    paint("photos/red.png", "red")
    paint("photos/blue.png", "blue")
    paint("photos/orange.png", "#f09010")  # between red and yellow, a little nearer to yellow
    return tmp_path / "photos"


@pytest.fixture
def library(photos: Path, tmp_path: Path, reader: PhotoReader) -> Iterator[Library]:
    with Library(tmp_path / "out") as opened:
        network = ToyNetwork()
        make_albums(opened, [photos], network=network, recognizer=red_recognizer(network), reader=reader)
        yield opened


def contents(library: Library, *names: str) -> tuple[int, ...]:
    known = {Path(path.decode()).name: file.content for path, file in library.store.files().items()}
    return tuple(known[name] or 0 for name in names)


def yellow_lesson(library: Library, place: Place | None = None) -> Lesson:
    return Lesson("Gelbes Häuschen", contents(library, *(f"yellow {n}.png" for n in range(3))), "Bern", place=place)


def albums(library: Library, recognizer: Recognizer) -> dict[str, list[str]]:
    tree = album_tree(library.album_photos(), library.known_landmarks(recognizer))
    return {
        album.landmark.name: [Path(photo.paths[0]).name for photo, _ in album.photos]
        for city in tree
        for album in city.albums
    }


def test_preview_names_what_would_enter_and_changes_nothing(library: Library) -> None:
    recognizer = red_recognizer(ToyNetwork())
    before = albums(library, recognizer)
    seen = preview(library, yellow_lesson(library), recognizer)
    names = {Path(library.paths(content)[0]).name for content, _ in seen.entering}
    assert names == {f"yellow {n}.png" for n in range(5)}
    assert seen.contested == ()
    assert seen.alike[0][0] == "Red Tower"
    assert albums(library, recognizer) == before
    assert taught_packs(library, recognizer) == ()


def test_accepting_decides_the_whole_library_from_stored_vectors(library: Library) -> None:
    recognizer = red_recognizer(ToyNetwork())
    extended = accept(library, preview(library, yellow_lesson(library), recognizer), recognizer)
    assert albums(library, extended) == {
        "Gelbes Häuschen": [f"yellow {n}.png" for n in range(5)],
        "Red Tower": ["red.png"],
    }


def test_taught_landmark_lasts_until_it_is_forgotten(
    library: Library, photos: Path, reader: PhotoReader, paint: Painter
) -> None:
    recognizer = red_recognizer(ToyNetwork())
    accept(library, preview(library, yellow_lesson(library), recognizer), recognizer)
    paint("photos/yellow 9.png", "#f0ec20")
    make_albums(library, [photos], network=ToyNetwork(), recognizer=recognizer, reader=reader)
    extended = recognizer.with_packs(taught_packs(library, recognizer))
    assert "yellow 9.png" in albums(library, extended)["Gelbes Häuschen"]
    remaining = forget(library, extended.landmarks[-1].id, extended)
    assert albums(library, remaining) == {"Red Tower": ["red.png"]}
    assert taught_packs(library, recognizer) == ()


@pytest.fixture
def contesting(library: Library) -> Recognizer:
    """So loose that the orange photo, which looks more like the yellow ones, is in the album of the red tower."""
    recognizer = red_recognizer(ToyNetwork(), eta=0.6)
    library.decide(recognizer)
    assert albums(library, recognizer)["Red Tower"] == ["orange.png", "red.png"]
    return recognizer


def test_photos_of_known_landmarks_stay_where_they_are_and_are_named(library: Library, contesting: Recognizer) -> None:
    seen = preview(library, yellow_lesson(library), contesting)
    orange, yellow = contents(library, "orange.png", "yellow 0.png")
    [contested] = seen.contested
    assert (contested.content, contested.others) == (orange, ("red_tower",))
    assert (contested.teaches, contested.confirmed) == (False, False)
    vectors = library.store.vectors([orange, yellow], model=library.store.model(contesting.model))
    assert contested.similarity == pytest.approx(float((seen.pack.gallery.centroids @ vectors[0]).max()), abs=1e-6)
    assert contested.similarity_there == pytest.approx(float(vectors[0] @ colour_vector(255, 0, 0)), abs=1e-6)
    assert contested.nearer  # and yet it is not taken
    extended = accept(library, seen, contesting)
    assert albums(library, extended) == {
        "Gelbes Häuschen": [f"yellow {n}.png" for n in range(5)],
        "Red Tower": ["orange.png", "red.png"],
    }


def test_a_person_may_move_contested_photos_undo_it_and_forget_it(library: Library, contesting: Recognizer) -> None:
    before = albums(library, contesting)
    moved = {"Gelbes Häuschen": ["orange.png", *(f"yellow {n}.png" for n in range(5))], "Red Tower": ["red.png"]}
    seen = preview(library, yellow_lesson(library), contesting)
    orange, red = contents(library, "orange.png", "red.png")
    with pytest.raises(InputError, match="only be moved from"):
        accept(library, seen, contesting, move=[red])
    assert albums(library, contesting) == before
    extended = accept(library, seen, contesting, move=[orange])
    assert albums(library, extended) == moved
    [move, _] = library.corrections.actions()
    library.corrections.undo(move.id)
    assert albums(library, extended)["Red Tower"] == ["orange.png", "red.png"]
    again = preview(library, yellow_lesson(library), extended)  # the same lesson once more
    extended = accept(library, again, extended, move=[each.content for each in again.contested])
    assert albums(library, extended) == moved
    remaining = forget(library, extended.landmarks[-1].id, extended)
    assert albums(library, remaining) == before


def test_what_a_person_said_of_a_known_landmark_counts_more_than_nearness(
    library: Library, contesting: Recognizer
) -> None:
    [orange] = contents(library, "orange.png")
    library.corrections.it_is([orange], RED)
    [contested] = preview(library, yellow_lesson(library), contesting).contested
    assert (contested.confirmed, contested.nearer) == (True, False)
    library.corrections.not_this([orange], RED.id)  # the latest word counts
    seen = preview(library, yellow_lesson(library), contesting)
    assert seen.contested == ()
    assert orange in {content for content, _ in seen.entering}
    extended = accept(library, seen, contesting)
    assert albums(library, extended)["Gelbes Häuschen"][0] == "orange.png"
    assert albums(library, extended)["Red Tower"] == ["red.png"]


def test_denying_a_known_landmark_lets_the_taught_one_have_the_photo(library: Library, contesting: Recognizer) -> None:
    extended = accept(library, preview(library, yellow_lesson(library), contesting), contesting)
    [orange] = contents(library, "orange.png")
    action = library.corrections.not_this([orange], RED.id)
    assert "orange.png" in albums(library, extended)["Gelbes Häuschen"]
    library.corrections.undo(action)
    assert "orange.png" not in albums(library, extended)["Gelbes Häuschen"]


def test_photos_that_teach_and_are_known_are_in_both_albums_or_moved(library: Library) -> None:
    recognizer = red_recognizer(ToyNetwork())
    lesson = Lesson("Odd", contents(library, "yellow 0.png", "red.png", "blue.png"))
    seen = preview(library, lesson, recognizer)
    [contested] = seen.contested
    assert (contested.teaches, contested.others) == (True, ("red_tower",))
    extended = accept(library, seen, recognizer)
    assert albums(library, extended)["Red Tower"] == ["red.png"]
    assert "red.png" in albums(library, extended)["Odd"]
    extended = accept(library, preview(library, lesson, extended), extended, move=[contested.content])
    assert "Red Tower" not in albums(library, extended)
    assert "red.png" in albums(library, extended)["Odd"]


def test_background_photos_stay_out_of_reach(library: Library) -> None:
    recognizer = red_recognizer(ToyNetwork(), eta=0.1)
    lesson = Lesson("Blues", contents(library, "yellow 0.png", "yellow 1.png", "orange.png"))
    seen = preview(library, lesson, recognizer)
    nearest = float((colour_vector(0, 0, 255)[None] @ seen.pack.gallery.centroids.T).max())
    assert seen.pack.thresholds("normal").eta >= max(0.1, nearest + 0.02 - 1e-6)
    assert contents(library, "blue.png")[0] not in {content for content, _ in seen.entering}


def test_photos_that_teach_are_in_the_album_whatever_comes(library: Library) -> None:
    recognizer = red_recognizer(ToyNetwork())
    lesson = Lesson("Odd", contents(library, "yellow 0.png", "red.png", "blue.png"))
    seen = preview(library, lesson, recognizer)
    assert set(lesson.photos) <= {content for content, _ in seen.entering}
    extended = accept(library, seen, recognizer)
    assert set(albums(library, extended)["Odd"]) == {
        Path(library.paths(content)[0]).name for content, _ in seen.entering
    }


def test_lesson_takes_its_place_from_its_photos(
    library: Library, photos: Path, reader: PhotoReader, paint: Painter
) -> None:
    recognizer = red_recognizer(ToyNetwork())
    for number, lat in enumerate([10.0, 10.2, 50.0]):
        paint(f"photos/geo {number}.jpg", "#10f0f0", size=(64, 48 + number), place=Place(lat, 20.0))
    make_albums(library, [photos], network=ToyNetwork(), recognizer=recognizer, reader=reader)
    lesson = Lesson("Cyan", contents(library, *(f"geo {n}.jpg" for n in range(3))))
    place = preview(library, lesson, recognizer).landmark.place
    assert place is not None
    assert (place.lat, place.lon) == pytest.approx((10.2, 20.0), abs=1e-3)


def test_another_model_is_taught_again_from_stored_vectors(library: Library, photos: Path, reader: PhotoReader) -> None:
    recognizer = red_recognizer(ToyNetwork())
    accept(library, preview(library, yellow_lesson(library), recognizer), recognizer)
    other = ToyNetwork("other")
    assert taught_packs(library, red_recognizer(other)) == ()  # nothing embedded with it yet
    make_albums(library, [photos], network=other, recognizer=red_recognizer(other), reader=reader)
    [pack] = taught_packs(library, red_recognizer(other))
    assert pack.info.model == other.info.fingerprint
    assert albums(library, red_recognizer(other).with_packs([pack]))["Gelbes Häuschen"]


def test_taught_pack_travels_to_another_library(
    library: Library, photos: Path, tmp_path: Path, reader: PhotoReader
) -> None:
    recognizer = red_recognizer(ToyNetwork())
    seen = preview(library, yellow_lesson(library), recognizer)
    seen.pack.save(tmp_path / "shared pack")
    with Library(tmp_path / "elsewhere") as elsewhere:
        make_albums(elsewhere, [photos], network=ToyNetwork(), recognizer=recognizer, reader=reader)
        extended = load_taught(elsewhere, tmp_path / "shared pack", recognizer)
        assert len(albums(elsewhere, extended)["Gelbes Häuschen"]) == 5
        with pytest.raises(PackError, match="in two packs"):
            load_taught(elsewhere, tmp_path / "shared pack", extended)
        recognizer.packs[0].save(tmp_path / "base pack")
        with pytest.raises(PackError, match="not a taught pack"):
            load_taught(elsewhere, tmp_path / "base pack", red_recognizer(ToyNetwork()))


def test_damaged_taught_pack_is_left_out_with_a_warning(library: Library, caplog: pytest.LogCaptureFixture) -> None:
    recognizer = red_recognizer(ToyNetwork())
    extended = accept(library, preview(library, yellow_lesson(library), recognizer), recognizer)
    (library.folder / "taught" / extended.landmarks[-1].id / "gallery.safetensors").write_bytes(b"no")
    assert taught_packs(library, recognizer) == ()
    assert "left out" in caplog.text
    shutil.rmtree(library.folder / "taught")


def test_poor_lessons_are_refused(library: Library) -> None:
    one, two = contents(library, "red.png", "blue.png")
    with pytest.raises(InputError, match="2 photos: a landmark is taught from 3 to 200"):
        Lesson("Two", (one, two, two))
    with pytest.raises(InputError, match="needs a name"):
        Lesson("  ", (1, 2, 3))
    with pytest.raises(InputError, match="not read with this model"):
        preview(library, Lesson("Lost", (one, two, 999)), red_recognizer(ToyNetwork()))
    with pytest.raises(InputError, match="no landmark"):
        forget(library, "../../etc", red_recognizer(ToyNetwork()))
