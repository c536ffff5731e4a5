"""The commands as a person runs them: real processes, a real (tiny) model, files on disk."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from landmarq.gallery import build_gallery
from landmarq.pack import Pack, PackInfo, Thresholds, open_pack
from landmarq.photos import PhotoView, read_photo
from landmarq.runtime import open_network
from toys import LANDMARKS, Painter

HEAVY = {"numpy", "openvino", "onnxruntime", "onnx", "scipy", "torch", "fastapi", "uvicorn", "PIL", "jinja2", "rich"}


def run(*words: object, expect: int = 0) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "landmarq", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == expect, done.stderr
    return done


@pytest.fixture(scope="module")
def pack(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack for the tiny model that knows a red, a green and a blue photo."""
    from toys import paint_photo

    folder = tmp_path_factory.mktemp("pack")
    network = open_network(tiny_model, precision="float32")
    photos = {}
    for landmark, colour in zip(LANDMARKS, ("red", "green", "blue"), strict=True):
        path = paint_photo(folder / f"{colour}.png", colour)
        photos[landmark.id] = network.embed(read_photo(path, PhotoView(32)).pixels[None])
    gallery = build_gallery(list(photos), photos=photos, references=photos, background=np.empty((0, 8), np.float32))
    sets = dict.fromkeys(("strict", "normal", "loose"), Thresholds(0.999, 0.99, 0.999))
    Pack(PackInfo("colours", network.info.fingerprint, sets), LANDMARKS, gallery).save(folder)
    return folder


@pytest.mark.parametrize("words", [["--help"], ["albums", "--help"], ["recognize", "--help"], ["train", "--help"]])
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    script = (
        "import sys\nfrom landmarq.cli.main import group\n"
        f"try: group.main({words!r}, standalone_mode=False)\nexcept SystemExit: pass\n"
        "print('LOADED', *sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60).stdout
    loaded = set(out.rpartition("LOADED")[2].split())
    assert not loaded & HEAVY


def test_importing_the_package_imports_nothing_heavy() -> None:
    script = "import sys, landmarq\nprint(*sorted({name.partition('.')[0] for name in sys.modules}))"
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60).stdout
    assert not set(out.split()) & HEAVY


def test_recognize_gives_one_line_a_photo_and_goes_on_after_a_bad_one(
    pack: Path, tiny_model: Path, paint: Painter, tmp_path: Path
) -> None:
    paint("photos/a.png", "red")
    paint("photos/b.png", "white")
    (tmp_path / "photos" / "c.png").write_bytes(b"x")
    out = run("recognize", "--json", tmp_path / "photos", "--pack", pack, "--model", tiny_model).stdout
    red, white, bad = (json.loads(line) for line in out.splitlines())
    assert [each["id"] for each in red["landmarks"]] == ["red_tower"]
    assert red["score"] >= 0
    assert (white["landmarks"], white["score"] < 0) == ([], True)
    assert set(bad) == {"path", "error"}


def test_albums_twice(pack: Path, tiny_model: Path, paint: Painter, tmp_path: Path) -> None:
    paint("photos/a.png", "red")
    words = ("albums", tmp_path / "photos", "--pack", pack, "--model", tiny_model, "-o", tmp_path / "out")
    first = run(*words)
    assert "Can recognise 3 landmarks" in first.stderr
    assert "1 of 1 photos in 1 albums" in first.stdout
    assert "(0 photos opened" in run(*words).stdout
    assert "1 of 1 photos" in run("albums", *words[2:]).stdout


def test_landmarks_lists_what_a_pack_knows(pack: Path) -> None:
    assert "Red Tower — Rome, Italy" in run("landmarks", "--pack", pack).stdout
    lines = [json.loads(line) for line in run("landmarks", "--pack", pack, "--json").stdout.splitlines()]
    assert {line["id"] for line in lines} == {landmark.id for landmark in LANDMARKS}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["albums", "gone"], "no such folder or photo: gone"),
        (["albums"], "name the folders of your photos"),
        (["recognize", "gone.jpg"], "no such folder or photo: gone.jpg"),
        (["landmarks", "--pack", "gone"], "no such pack: gone"),
        (["embed", "gone.csv", "--model", "gone", "-o", "x"], "no such file: gone.csv"),
        (["cake"], "No such command"),
        (["albums", "--strictness", "mild"], "Invalid value"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(
    words: list[str], said: str, pack: Path, tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if words[0] in {"albums", "recognize"}:
        words = [*words, "--pack", str(pack), "--model", str(tiny_model)]
    done = run(*words, expect=2)
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    if said.startswith("no such folder"):
        assert len(done.stderr.splitlines()) == 1


def test_a_pack_for_another_model_says_so(pack: Path, paint: Painter, tmp_path: Path) -> None:
    from toys import write_tiny_model

    (tmp_path / "other").mkdir()
    other = write_tiny_model(tmp_path / "other", channels=5)
    done = run("recognize", paint("a.png", "red"), "--pack", pack, "--model", other, expect=2)
    assert "was made with another model" in done.stderr


def test_the_stages_hand_each_other_files(tiny_model: Path, paint: Painter, tmp_path: Path) -> None:
    rows = ["path,landmark"]
    for number, colour in enumerate(("red", "green", "blue")):
        for size in (60, 64, 70):
            name = f"{colour}{size}.png"
            paint(name, colour, size=(size, 48))
            rows.append(f"{name},{LANDMARKS[number].id}")
    paint("other.png", "grey")
    rows += ["other.png,", "gone.png,red_tower"]
    (tmp_path / "catalog.csv").write_text("\n".join(rows))
    (tmp_path / "references.csv").write_text(
        "path,landmark,licence,author\nred60.png,red_tower,CC0,Ann\nred64.png,red_tower,,\n"
        "blue60.png,blue_bridge,CC BY 4.0,\n"
    )
    (tmp_path / "landmarks.csv").write_text(
        "id,name,city,country,region,lat,lon\n"
        + "".join(f"{each.id},{each.name},{each.city},{each.country},{each.region},,\n" for each in LANDMARKS)
        + "ghost,Ghost,,,,,\n"
    )
    vectors, pack = tmp_path / "vectors.sqlite", tmp_path / "pack"
    first = run("embed", tmp_path / "catalog.csv", "--model", tiny_model, "-o", vectors)
    assert "10 photos embedded" in first.stdout
    assert "1 could not be read (missing)" in first.stderr
    assert "0 photos embedded" in run("embed", tmp_path / "catalog.csv", "--model", tiny_model, "-o", vectors).stdout
    tables = ("--landmarks", tmp_path / "landmarks.csv", "--references", tmp_path / "references.csv")
    built = run("gallery", tmp_path / "catalog.csv", *tables, "--vectors", vectors, "--model", tiny_model, "-o", pack)
    assert "3 landmarks, 3 centroids" in built.stdout
    assert "ghost" in built.stderr
    assert not (pack / "references.csv").exists()
    more = ("--vectors", vectors, "--model", tiny_model, "--reference-pictures", "-o", pack)
    assert "2 references have a picture" in run("gallery", tmp_path / "catalog.csv", *tables, *more).stdout
    # The photo without a licence stays out: it is the second of the first landmark's references.
    assert [(each.reference, each.landmark, each.author) for each in open_pack(pack).pictures] == [
        (0, "red_tower", "Ann"),
        (2, "blue_bridge", ""),
    ]
    done = run("recognize", tmp_path / "red60.png", "--pack", pack, "--model", tiny_model, "--json")
    assert json.loads(done.stdout)["best"]["id"] == "red_tower"
