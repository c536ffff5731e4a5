"""The commands as a person runs them: real processes, a real (tiny) model, files on disk."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from click import Context

from landmarq.cli.main import group
from landmarq.gallery import build_gallery
from landmarq.pack import Pack, PackInfo, Thresholds, open_pack
from landmarq.photos import PhotoView, read_photo
from landmarq.runtime import open_network
from toys import LANDMARKS, Painter

HEAVY = {"numpy", "openvino", "onnxruntime", "onnx", "scipy", "torch", "fastapi", "uvicorn", "PIL", "jinja2", "rich"}
HEAVY |= {"ray", "pyarrow", "cv2", "faiss", "matplotlib", "nncf", "pydantic", "timm"}


GALLERY = ["gallery", "gone.csv", "--landmarks", "gone.csv", "--vectors", "gone", "--model", "gone", "-o", "x"]

WITHOUT_POWER = (
    ("setpriv", "--bounding-set", "-dac_override,-dac_read_search")
    if os.name == "posix" and os.geteuid() == 0 and shutil.which("setpriv")
    else ()
)
"""What runs a command so that permissions hold for it, also where the tests are run by root."""


def run(*words: object, expect: int = 0, before: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    command = [*before, sys.executable, "-m", "landmarq", *map(str, words)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=120)
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


@pytest.mark.parametrize("words", [[], *([name] for name in group.list_commands(Context(group)))])
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    script = (
        "import sys\nfrom landmarq.cli.main import group\n"
        f"try: group.main({[*words, '--help']!r}, standalone_mode=False)\nexcept SystemExit: pass\n"
        "print('LOADED', *sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60).stdout
    loaded = set(out.rpartition("LOADED")[2].split())
    # The defaults that these two show stand beside arithmetic.
    assert loaded & HEAVY <= ({"numpy"} if words in (["clean"], ["gallery"]) else set())


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
        (["albums", "videos"], "no photos in videos: skipped 1 raw, 2 video"),
        (["albums", "photos", "--exclude", "*.png"], "no photos in photos: left out what fits *.png"),
        (["albums", "photos", "-o", "photos/a.png"], "can't write photos/a.png: File exists"),
        (["albums", "photos", "-o", "photos/a.png/b"], "can't write photos/a.png/b: Not a directory"),
        (["recognize", "gone.jpg"], "no such folder or photo: gone.jpg"),
        (["landmarks", "--pack", "gone"], "no such pack: gone"),
        (["embed", "gone.csv", "--model", "gone", "-o", "x"], "no such file: gone.csv"),
        (["train", "gone.csv", "-o", "x", "--config", "."], ". can't be read: Is a directory"),
        ([*GALLERY, "--max-diameter", "3"], "max_diameter 3.0 is not between 0 and 2"),
        (["cake"], "No such command 'cake'. `landmarq --help` tells more."),
        (["albums", "--strictness", "mild"], "Invalid value for '--strictness'"),
        (["evaluate", "albums"], "Missing argument 'LIBRARY'. `landmarq evaluate albums --help` tells more."),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(
    words: list[str],
    said: str,
    pack: Path,
    tiny_model: Path,
    paint: Painter,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    paint("photos/a.png", "red")
    (tmp_path / "videos").mkdir()
    for name in ("a.CR2", "b.mov", "c.MP4"):
        (tmp_path / "videos" / name).touch()
    if words[0] in {"albums", "recognize"}:
        words = [*words, "--pack", str(pack), "--model", str(tiny_model)]
    done = run(*words, expect=2)
    *before, line = done.stderr.splitlines()
    assert line.startswith("landmarq: ")
    assert said in line
    # A first run says what it can recognise before it looks for photos.
    assert before in ([], ["Can recognise 3 landmarks (`landmarq landmarks` lists them)."])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_under_the_output_is_one_line(pack: Path) -> None:
    command = [sys.executable, "-m", "landmarq", "landmarks", "--pack", str(pack)]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=60)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "no space left" in done.stderr


def test_what_may_not_be_read_or_written_is_one_line(
    pack: Path, tiny_model: Path, paint: Painter, tmp_path: Path
) -> None:
    paint("closed/a.png", "red")
    (tmp_path / "mine").mkdir()
    for name, mode in (("closed", 0), ("mine", 0o555)):
        (tmp_path / name).chmod(mode)
    try:
        if os.access(tmp_path / "closed", os.R_OK) and not WITHOUT_POWER:
            pytest.skip("root may read everything, and there is no setpriv to run it as somebody who may not")
        common = ("--pack", pack, "--model", tiny_model, "-o")
        closed = run("albums", tmp_path / "closed", *common, tmp_path / "out", expect=2, before=WITHOUT_POWER)
        assert f"may not look into {tmp_path / 'closed'}" in closed.stderr.splitlines()[-1]
        (tmp_path / "closed").chmod(0o755)
        mine = run("albums", tmp_path / "closed", *common, tmp_path / "mine" / "x", expect=2, before=WITHOUT_POWER)
        assert mine.stderr.splitlines() == [
            f"landmarq: may not write {tmp_path / 'mine' / 'x'}: choose another place with -o, or mend its permissions"
        ]
    finally:
        for name in ("closed", "mine"):
            (tmp_path / name).chmod(0o755)


@pytest.mark.skipif(os.name == "nt", reason="such names exist on Linux alone")
def test_names_that_are_no_text_and_a_narrow_terminal_do_not_stop_it(
    pack: Path, tiny_model: Path, paint: Painter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/photos/\xff \xe5\xa1\x94.png")
    try:
        paint("photos/a.png", "red").rename(odd)
    except OSError:
        pytest.skip("this file system takes only names that are text")
    monkeypatch.setenv("PYTHONIOENCODING", "cp1252")  # as on Windows where the output goes into a file
    done = run("recognize", "--json", tmp_path / "photos", "--pack", pack, "--model", tiny_model)
    assert "塔" in done.stdout
    assert json.loads(done.stdout)["path"] == odd


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
    weighted = ("--vectors", vectors, "--model", tiny_model, "--background-weight", 0.5, "--background-nearest", 1)
    run("gallery", tmp_path / "catalog.csv", *tables, *weighted, "-o", tmp_path / "weighted")
    assert (open_pack(pack).info.background.weight, open_pack(tmp_path / "weighted").info.background.weight) == (0, 0.5)
    # The photo without a licence stays out: it is the second of the first landmark's references.
    assert [(each.reference, each.landmark, each.author) for each in open_pack(pack).pictures] == [
        (0, "red_tower", "Ann"),
        (2, "blue_bridge", ""),
    ]
    done = run("recognize", tmp_path / "red60.png", "--pack", pack, "--model", tiny_model, "--json")
    assert json.loads(done.stdout)["best"]["id"] == "red_tower"
