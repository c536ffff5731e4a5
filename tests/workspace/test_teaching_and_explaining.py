"""`teach` and `recognize --explain` from the command line, on a real tiny network."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from landmarq.cli.main import main
from landmarq.gallery import build_gallery
from landmarq.pack import Pack, PackInfo, Thresholds, open_pack
from landmarq.photos import PhotoView, read_photo
from landmarq.photos.pictures import decode_jpeg
from landmarq.runtime import open_network
from landmarq.types import Place
from toys import LANDMARKS, TOY_SIZE, Painter

Run = Callable[..., int]


@pytest.fixture
def base(tiny_model: Path, paint: Painter, tmp_path: Path) -> Path:
    """A pack that knows the blue bridge."""
    network = open_network(tiny_model, precision="float32")
    pixels = read_photo(paint("known/blue.png", "#1010f0"), PhotoView(TOY_SIZE)).pixels
    ids = [LANDMARKS[2].id]
    gallery = build_gallery(
        ids, photos={ids[0]: network.embed(pixels[None])}, references={}, background=np.empty((0, 8), np.float32)
    )
    sets = dict.fromkeys(("strict", "normal", "loose"), Thresholds(0.999, 0.999, 0.999))
    Pack(PackInfo("base", network.info.fingerprint, sets), LANDMARKS[2:], gallery).save(tmp_path / "base")
    return tmp_path / "base"


@pytest.fixture
def run(base: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    def call(*arguments: str | Path) -> int:
        words = ["landmarq", *map(str, arguments), "--pack", str(base), "--model", str(tiny_model)]
        monkeypatch.setattr(sys, "argv", words)
        monkeypatch.chdir(tmp_path)
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0)

    return call


def _albums(folder: Path) -> dict[str, list[str]]:
    value = json.loads((folder / "landmarq-albums" / "albums.json").read_text())
    return {
        landmark["name"]: sorted(Path(photo["path"]).name for photo in landmark["photos"])
        for city in value["cities"]
        for landmark in city["landmarks"]
    }


def _reds(paint: Painter) -> None:
    for number in range(4):
        paint(f"pictures/red {number}.png", f"#f0{number:02x}10")


def test_teach_albums_and_a_pack_that_travels(
    run: Run, paint: Painter, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _reds(paint)
    lesson = [f"pictures/red {number}.png" for number in range(3)]
    assert run("albums", "pictures", "known", "--links", "linked") == 0
    assert (tmp_path / "linked" / "Sydney" / "Blue Bridge" / "blue.png").resolve() == tmp_path / "known" / "blue.png"
    assert _albums(tmp_path) == {"Blue Bridge": ["blue.png"]}
    assert run("teach", "My Barn", *lesson, "--preview") == 0
    assert "would enter the album My Barn" in capsys.readouterr().out
    assert _albums(tmp_path) == {"Blue Bridge": ["blue.png"]}
    assert run("teach", "My Barn", *lesson, "--city", "Bern", "--place", "46.9", "7.4", "-o", "barn") == 0
    assert _albums(tmp_path) == {"Blue Bridge": ["blue.png"], "My Barn": [f"red {n}.png" for n in range(4)]}
    assert run("albums") == 0
    assert "My Barn" in _albums(tmp_path)
    assert open_pack(tmp_path / "barn").landmarks[0].city == "Bern"
    assert run("teach", "--load", "barn", "--library", "elsewhere") == 0
    assert "Taken over: My Barn." in capsys.readouterr().out
    assert run("recognize", "pictures/red 3.png", "--pack", "barn") == 0
    assert "red 3.png: My Barn" in capsys.readouterr().out


def test_photos_of_a_known_landmark_are_named_and_move_only_with_move(
    run: Run, paint: Painter, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lesson = [paint(f"pictures/odd {number}.png", f"#10{20 + 2 * number:02x}f0") for number in range(3)]  # other blues
    names = [path.name for path in lesson]
    assert run("albums", "pictures", "known") == 0
    assert _albums(tmp_path) == {"Blue Bridge": ["blue.png", *names]}
    assert run("teach", "Odd", *lesson, "--preview", "--move") == 0
    said = capsys.readouterr().err
    assert "odd 1.png moves to Odd, out of the album Blue Bridge." in said
    assert "blue.png looks like Odd too, and stays in the album Blue Bridge." in said
    assert run("teach", "Odd", *lesson) == 0
    assert "odd 1.png teaches Odd, and is in the album Blue Bridge too." in capsys.readouterr().err
    assert _albums(tmp_path) == {"Blue Bridge": ["blue.png", *names], "Odd": names}
    assert run("teach", "Odd", *lesson, "--move") == 0
    assert _albums(tmp_path) == {"Blue Bridge": ["blue.png"], "Odd": names}


def test_teach_folders_at_once(run: Run, paint: Painter, tmp_path: Path) -> None:
    _reds(paint)
    for number in range(3):
        paint(f"sorted/The Barn/{number}.png", f"#f0{number:02x}18")
        paint(f"sorted/The Lawn/{number}.png", f"#10f0{number:02x}")
    assert run("teach", "--folders", "sorted") == 0
    albums = _albums(tmp_path)
    assert albums["The Barn"] == ["0.png", "1.png", "2.png"]
    assert albums["The Lawn"] == ["0.png", "1.png", "2.png"]


def test_teach_folders_with_a_table_and_save_them_as_one_pack(
    run: Run, paint: Painter, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(4):
        paint(f"sorted/barn/{number}.png", f"#f0{number:02x}18")
        paint(f"sorted/lawn/{number}.png", f"#10f0{number:02x}")
    rows = ["id,name,city,country,region,lat,lon", "barn,The Barn,Bern,Switzerland,europe,46.9,7.4"]
    (tmp_path / "table.csv").write_text("\n".join(rows))
    assert run("teach", "--folders", "sorted", "--landmarks", "table.csv") == 2
    assert "table.csv has no landmark with the id lawn" in capsys.readouterr().err
    (tmp_path / "table.csv").write_text("\n".join([*rows, "lawn,The Lawn,Basel,Switzerland,europe,47.6,7.6"]))
    words = ("teach", "--folders", "sorted", "--landmarks", "table.csv", "-o", "both")
    assert run(*words) == 0
    taught = _albums(tmp_path)
    assert set(taught) == {"The Barn", "The Lawn"}
    barn, lawn = open_pack(tmp_path / "both").landmarks
    assert (barn.name, barn.city, barn.place) == ("The Barn", "Bern", Place(46.9, 7.4))
    assert (lawn.name, lawn.city, lawn.country) == ("The Lawn", "Basel", "Switzerland")
    assert run("recognize", "sorted/lawn/3.png", "--pack", "both") == 0
    assert "3.png: The Lawn" in capsys.readouterr().out
    assert run(*words) == 0, "teaching the same again is no mistake"
    assert "in other albums" not in capsys.readouterr().err
    assert _albums(tmp_path) == taught


def test_poor_lessons_end_in_one_line(
    run: Run, paint: Painter, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _reds(paint)
    (tmp_path / "empty").mkdir()
    for arguments, words in (
        (("teach", "Two", "pictures/red 0.png", "pictures/red 1.png"), "2 photos"),
        (("teach", "Barn", "pictures", "--place", "95", "0"), "no such place"),
        (("teach",), "name a landmark and its photos"),
        (("teach", "--folders", "nowhere"), "no such folder"),
        (("teach", "--folders", "empty"), "there is no folder of photos"),
        (("teach", "Barn", "pictures", "--landmarks", "table.csv"), "--landmarks goes with --folders"),
    ):
        assert run(*arguments) == 2
        error = capsys.readouterr().err.strip()
        assert words in error
        assert "\n" not in error


def test_explain_writes_a_heat_map_for_what_is_recognised(run: Run, paint: Painter, tmp_path: Path) -> None:
    paint("seen/blue.png", "#1010f0", size=(120, 80))
    paint("seen/red.png", "#f01010")
    assert run("recognize", "seen", "--explain", "maps") == 0
    [written] = (tmp_path / "maps").iterdir()
    assert written.name.startswith("blue.blue_bridge.")
    assert decode_jpeg(written.read_bytes()).shape == (80, 120, 3)
