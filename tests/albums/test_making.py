"""The main job on small painted photos: incremental, kill-safe, photos never opened without need."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from PIL import Image

from albums_toys import Runs
from landmarq.albums import Library
from landmarq.recognize import Rule
from toys import Painter, ToyNetwork


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


def test_a_thumbnail_that_was_lost_is_written_again_though_nothing_else_is(run: Runs, photos: Path) -> None:
    run(photos)
    page, (gone, emptied, kept) = (run.out / "index.html"), sorted((run.out / "thumbs").iterdir())
    whole, written = [gone.read_bytes(), emptied.read_bytes()], (page.stat().st_mtime_ns, kept.stat().st_mtime_ns)
    gone.unlink()
    emptied.write_bytes(b"")  # as after a power cut
    run(photos)
    assert [gone.read_bytes(), emptied.read_bytes()] == whole
    assert (page.stat().st_mtime_ns, kept.stat().st_mtime_ns) == written


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
