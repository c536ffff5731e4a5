"""The main job on small painted photos: incremental, kill-safe, photos never opened without need."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from landmarq.albums import AlbumsReport, Library, make_albums
from landmarq.errors import InputError, LibraryError, StorageError
from landmarq.gallery import build_gallery
from landmarq.pack import Pack, PackInfo, Thresholds
from landmarq.photos import PhotoReader, ReadLimits
from landmarq.recognize import Recognizer, Rule
from toys import LANDMARKS, Painter, ToyNetwork, colour_vector

COLOURS = {"red_tower": (255, 0, 0), "green_dome": (0, 128, 0), "blue_bridge": (0, 0, 255)}


def toy_pack(network: ToyNetwork, eta: float = 0.95) -> Pack:
    ids = [landmark.id for landmark in LANDMARKS]
    vectors = {id_: colour_vector(*COLOURS[id_])[None] for id_ in ids}
    gallery = build_gallery(ids, photos=vectors, references=vectors, background=np.empty((0, 3), np.float32))
    sets = dict.fromkeys(("strict", "normal", "loose"), Thresholds(eta, eta - 0.3, eta))
    return Pack(PackInfo("toy", network.info.fingerprint, sets), LANDMARKS, gallery)


@pytest.fixture(scope="module")
def reader() -> Iterator[PhotoReader]:
    with PhotoReader(ReadLimits(workers=1)) as opened:
        yield opened


@pytest.fixture
def photos(paint: Painter, tmp_path: Path) -> Path:
    paint("photos/2019/tower.jpg", "red", taken="2019:07:14 10:00:00")
    paint("photos/2019/tower again.png", "red")
    paint("photos/dome.jpg", "green", taken="2020:01:01 08:00:00", place=LANDMARKS[1].place)
    paint("photos/nothing.jpg", "yellow")
    (tmp_path / "photos" / "broken.jpg").write_bytes(b"no photo")
    (tmp_path / "photos" / "clip.mp4").write_bytes(b"x")
    return tmp_path / "photos"


class Runs:
    """Runs the main job on one library again and again."""

    def __init__(self, out: Path, reader: PhotoReader) -> None:
        self.out, self.reader, self.network = out, reader, ToyNetwork()

    def __call__(
        self, *roots: Path, eta: float = 0.95, rule: Rule | None = None, excludes: tuple[str, ...] = ()
    ) -> AlbumsReport:
        recognizer = Recognizer([toy_pack(self.network, eta)], rule)
        with Library(self.out) as library:
            return make_albums(
                library, roots, network=self.network, recognizer=recognizer, reader=self.reader, excludes=excludes
            )

    def albums(self) -> dict[str, list[str]]:
        """Return the file names in each album of albums.json."""
        value = json.loads((self.out / "albums.json").read_text())
        landmarks = [landmark for city in value["cities"] for landmark in city["landmarks"]]
        return {each["id"]: [Path(photo["path"]).name for photo in each["photos"]] for each in landmarks}


@pytest.fixture
def run(tmp_path: Path, reader: PhotoReader) -> Runs:
    return Runs(tmp_path / "out", reader)


def test_photos_go_into_their_albums(run: Runs, photos: Path) -> None:
    report = run(photos)
    assert run.albums() == {"green_dome": ["dome.jpg"], "red_tower": ["tower.jpg", "tower again.png"]}
    assert (report.photos, report.failed, report.skipped) == (4, {"damaged": 1}, {"video": 1})
    value = json.loads((run.out / "albums.json").read_text())
    assert (value["photos"], value["unreadable"]) == (4, 1)
    assert [city["city"] for city in value["cities"]] == ["Paris", "Rome"]
    assert value["cities"][1]["landmarks"][0]["photos"][0]["taken"] == "2019-07-14T10:00:00"
    assert Path(value["problems"][0]["path"]).name == "broken.jpg"


def test_the_second_run_opens_nothing(run: Runs, photos: Path) -> None:
    run(photos)
    first = (run.out / "albums.json").read_bytes()
    report = run(photos)
    assert (report.update.opened, report.update.embedded, report.decided) == (0, 0, 0)
    assert (run.out / "albums.json").read_bytes() == first


def test_pages_that_are_gone_are_written_again_and_others_left_alone(run: Runs, photos: Path) -> None:
    run(photos)
    written = (run.out / "index.html").stat().st_mtime_ns
    run(photos)
    assert (run.out / "index.html").stat().st_mtime_ns == written
    (run.out / "index.html").unlink()
    run(photos)
    assert (run.out / "index.html").is_file()


def test_a_new_threshold_decides_anew_and_opens_nothing(run: Runs, photos: Path) -> None:
    run(photos)
    report = run(photos, eta=0.3)
    assert (report.update.opened, report.update.embedded, report.decided) == (0, 0, 4)
    assert "nothing.jpg" in {name for names in run.albums().values() for name in names}
    assert run(photos, rule=Rule(use_place=False)).update.opened == 0


def test_new_changed_moved_and_deleted_photos(run: Runs, photos: Path, paint: Painter) -> None:
    run(photos)
    run.network.embedded = 0
    paint("photos/bridge.jpg", "blue")  # new
    paint("photos/nothing.jpg", "red", size=(70, 50))  # changed
    (photos / "2019" / "tower.jpg").rename(photos / "moved.jpg")
    shutil.copy(photos / "dome.jpg", photos / "copy.jpg")
    (photos / "2019" / "tower again.png").unlink()
    update = run(photos).update
    assert run.network.embedded == 2
    assert (update.moved, update.gone, update.embedded) == (2, 2, 2)
    assert run.albums() == {
        "green_dome": ["copy.jpg", "dome.jpg"],
        "red_tower": ["moved.jpg", "nothing.jpg"],
        "blue_bridge": ["bridge.jpg"],
    }


def test_another_model_embeds_anew_and_never_mixes(run: Runs, photos: Path) -> None:
    run(photos)
    run.network = ToyNetwork("another")
    report = run(photos)
    assert (report.update.embedded, report.decided) == (4, 4)


def test_a_photo_that_comes_back_is_not_embedded_again(run: Runs, photos: Path, tmp_path: Path) -> None:
    run(photos)
    (photos / "2019").rename(tmp_path / "unplugged")
    assert run(photos).update.gone == 2
    (tmp_path / "unplugged").rename(photos / "2019")
    report = run(photos)
    assert (report.update.embedded, report.update.moved) == (0, 2)
    assert len(run.albums()["red_tower"]) == 2


def test_photos_are_never_written_to(run: Runs, photos: Path) -> None:
    def state() -> dict[str, tuple[bytes, int]]:
        return {str(p): (p.read_bytes(), p.stat().st_mtime_ns) for p in photos.rglob("*") if p.is_file()}

    before = state()
    run(photos)
    assert state() == before


def test_thumbnails_are_those_of_the_albums_and_no_others(run: Runs, photos: Path) -> None:
    run(photos)
    assert len(list((run.out / "thumbs").iterdir())) == 3
    (photos / "dome.jpg").unlink()
    run(photos)
    assert len(list((run.out / "thumbs").iterdir())) == 2
    assert [page.name for page in (run.out / "landmarks").iterdir()] == ["red_tower.html"]


def test_albums_inside_the_photo_folder_are_not_photos(photos: Path, reader: PhotoReader) -> None:
    run = Runs(photos / "landmarq-albums", reader)
    run(photos)
    assert run(photos).update.listed == 5


def test_albums_beside_the_folder_one_stands_in_are_not_photos_either(
    photos: Path, reader: PhotoReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(photos / "2019")
    run = Runs(Path("../albums"), reader)
    run(Path(".."))
    assert run(Path("..")).update.listed == 5


def test_albums_made_before_somewhere_in_the_folder_are_not_photos(
    photos: Path, tmp_path: Path, reader: PhotoReader
) -> None:
    Runs(photos / "old albums", reader)(photos)
    assert Runs(tmp_path / "new albums", reader)(photos).update.listed == 5


def test_names_with_html_are_text(run: Runs, photos: Path) -> None:
    (photos / "dome.jpg").rename(photos / "<script>alert(1)<script>.jpg")
    run(photos)
    page = (run.out / "landmarks" / "green_dome.html").read_text()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.skipif(os.name == "nt", reason="such names exist on Linux alone")
def test_names_that_are_no_text_are_kept(run: Runs, photos: Path) -> None:
    (photos / "dome.jpg").rename(os.fsdecode(os.fsencode(photos) + b"/d\xffme.jpg"))
    run(photos)
    assert run.albums()["green_dome"] == ["d\\xffme.jpg"]
    assert run(photos).update.opened == 0


def test_a_folder_without_photos_says_so(run: Runs, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="no photos in"):
        run(tmp_path / "empty")


def test_a_folder_without_a_readable_photo_says_so(run: Runs, tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "a.jpg").write_bytes(b"x")
    with pytest.raises(InputError, match="none of the 1 files could be read"):
        run(tmp_path / "bad")


def test_two_runs_at_once_on_one_library(run: Runs, photos: Path) -> None:
    with Library(run.out), pytest.raises(LibraryError, match="another landmarq is working"):
        run(photos)
    run(photos)


def test_a_library_of_a_newer_version_is_left_alone(run: Runs, photos: Path) -> None:
    run(photos)
    with Library(run.out) as library:
        library.store.db.execute("pragma user_version = 99")
    with pytest.raises(LibraryError, match="newer version"):
        run(photos)


def test_a_file_that_is_no_library_is_left_alone(run: Runs, photos: Path) -> None:
    run.out.mkdir()
    (run.out / "library.sqlite").write_bytes(b"my precious notes " * 100)
    with pytest.raises(LibraryError, match="can't be used as a library"):
        run(photos)
    assert (run.out / "library.sqlite").read_bytes().startswith(b"my precious")


def test_the_folders_of_the_last_time_are_remembered(run: Runs, photos: Path) -> None:
    run(photos)
    with Library(run.out) as library:
        assert library.roots() == ([photos], [])


def test_several_roots_and_excludes(run: Runs, photos: Path, paint: Painter, tmp_path: Path) -> None:
    paint("camera/bridge.jpg", "blue")
    run(photos, tmp_path / "camera")
    assert set(run.albums()) == {"red_tower", "green_dome", "blue_bridge"}
    update = run(photos, tmp_path / "camera", excludes=("2019",)).update
    assert (update.opened, update.gone) == (0, 2)
    assert set(run.albums()) == {"green_dome", "blue_bridge"}
    update = run(photos, tmp_path / "camera").update
    assert (update.embedded, update.moved) == (0, 2), "what was left out a while is known still"
    assert set(run.albums()) == {"red_tower", "green_dome", "blue_bridge"}


def test_a_photo_of_two_landmarks_is_in_both_albums(run: Runs, photos: Path, paint: Painter) -> None:
    paint("photos/both.jpg", "#ff00ff")  # a third as near to red as red is, and to blue
    report = run(photos, eta=0.3)
    albums = run.albums()
    assert "both.jpg" in albums["red_tower"]
    assert "both.jpg" in albums["blue_bridge"]
    assert report.photos_in_albums == len({name for names in albums.values() for name in names})


def test_a_photo_that_browsers_do_not_show_gets_a_preview(run: Runs, photos: Path, paint: Painter) -> None:
    paint("photos/large.tif", "blue", size=(1200, 900), taken="2021:05:05 10:00:00")
    paint("photos/large.jpg", "red", size=(1200, 900), taken="2021:05:05 10:00:00")
    run(photos)

    def picture(page: str) -> tuple[str, tuple[int, int]]:
        """Return where a click on the large photo leads, and the size of the picture that is shown of it."""
        text = (run.out / "landmarks" / page).read_text()
        [(link, shown)] = re.findall(r'<a href="([^"]+)" title="large[^"]+">\s*<img src="([^"]+)"', text)
        with Image.open(run.out / "landmarks" / shown) as image:
            assert image.format == "JPEG"
            assert not image.getexif()
            return link, image.size

    assert picture("red_tower.html")[0] == "../../photos/large.jpg"
    link, size = picture("blue_bridge.html")
    assert link.startswith("../thumbs/")
    assert size == (720, 540)
    (photos / "large.tif").rename(photos / "large too.jpg")  # by what is in it, whatever its name says
    run(photos)
    assert picture("blue_bridge.html") == (link, size)


def test_a_library_of_an_older_version_is_brought_up_to_date(run: Runs, photos: Path) -> None:
    run(photos)
    before = (run.out / "albums.json").read_bytes()
    with Library(run.out) as library:  # the first version had no corrections, and did not keep what a file is
        library.store.db.executescript(
            "drop table corrections; drop table named_landmarks; update library set value = '1' where key = 'schema';"
            "alter table contents drop column kind; pragma user_version = 1"
        )
    report = run(photos)
    assert (report.update.opened, report.decided) == (0, 0)
    assert (run.out / "albums.json").read_bytes() == before
    with Library(run.out) as library:
        assert library.recall("schema") == "2"
        assert {each.kind for each in library.store.photos().values()} == {None}
        assert library.corrections.actions() == []


def test_a_full_disk_is_one_line_and_costs_nothing_that_was_done(run: Runs, photos: Path, paint: Painter) -> None:
    run(photos)
    before = run.albums()
    for number in range(40):
        paint(f"photos/more {number}.jpg", f"#{number:02x}ffff", size=(800, 600))
    recognizer = Recognizer([toy_pack(run.network)])
    with Library(run.out) as library:
        pages = library.store.db.execute("pragma page_count").fetchone()[0]
        library.store.db.execute(f"pragma max_page_count = {pages + 3}")
        with pytest.raises(StorageError, match="free some, then run the same command again"):
            make_albums(library, [photos], network=run.network, recognizer=recognizer, reader=run.reader)
    assert run.albums() == before
    assert run(photos).photos == 44


@pytest.mark.parametrize("problem", [PermissionError, TimeoutError])
def test_a_folder_that_can_not_be_listed_is_named_and_what_is_known_of_it_is_kept(
    run: Runs, photos: Path, monkeypatch: pytest.MonkeyPatch, problem: type[OSError]
) -> None:
    run(photos)
    before = run.albums()
    scandir = os.scandir

    def refuse(folder: Path) -> object:
        if folder.name == "2019":
            raise problem
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    report = run(photos)
    assert report.denied == (photos / "2019",)
    assert report.update.gone == 0
    assert run.albums() == before
    with pytest.raises(InputError, match="may not look into"):
        run(photos / "2019")
