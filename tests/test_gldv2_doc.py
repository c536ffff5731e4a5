"""docs/gldv2.md on a miniature in the published layout: its commands, as they stand there."""

from __future__ import annotations

import csv
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from landmarq.catalog import read_catalog, read_landmarks
from landmarq.pack import open_pack
from training_toys import paint

DOCUMENT = Path(__file__).parents[1] / "docs" / "gldv2.md"
NAMES = {"7": "Stripe_Tower", "12": "Ch%C3%A2teau_d%27If", "40": "Azure_Gate", "99": "Seldom_Seen"}
ANSWERS = {
    "Stripe Tower": "Stripe Tower,http://www.wikidata.org/entity/Q1,48.8,2.3,Paris,France,FR",
    "Château d'If": "Château d'If,http://www.wikidata.org/entity/Q2,43.28,5.33,Marseille,France,FR",
    "Azure Gate": "Azure Gate,http://www.wikidata.org/entity/Q3,40.7,-74,New York City,United States,US",
}

# What stands in for the network: the shards and tables of a folder, and Wikidata's answers.
CURL = """#!{python}
import pathlib, sys
words = sys.argv[1:]
answers = {answers!r}
if "https://query.wikidata.org/sparql" in words:
    query = pathlib.Path(next(word for word in words if word.startswith("query@"))[6:]).read_text()
    lines = [line for name, line in answers.items() if chr(34) + name + chr(34) in query]
    data = "\\n".join(["category,item,lat,lon,city,country,code", *lines, ""]).encode()
else:
    data = (pathlib.Path({bucket!r}) / words[-1].partition("google-landmark/")[2]).read_bytes()
if "-o" in words:
    pathlib.Path(words[words.index("-o") + 1]).write_bytes(data)
else:
    sys.stdout.buffer.write(data)
"""


def photo_id(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()[:16]


class Bucket:
    """The published files, of a few photos."""

    def __init__(self, root: Path) -> None:
        self.root, self.number = root, 0
        self.train: list[tuple[str, str]] = []
        self.solution: list[tuple[str, str, str]] = []
        self.random = np.random.default_rng(5)

    def add(self, part: str, *, kind: int | None) -> str:
        self.number += 1
        name = photo_id(self.number)
        paint(self.root / "photos" / part / name[0] / name[1] / name[2] / f"{name}.jpg", kind=kind, random=self.random)
        return name

    def pack(self, part: str) -> None:
        photos = sorted((self.root / "photos" / part).rglob("*.jpg"))
        shard = self.root / part / "images_000.tar"
        shard.parent.mkdir(parents=True)
        with tarfile.open(shard, "w") as archive:
            for photo in photos:
                archive.add(photo, photo.relative_to(self.root / "photos" / part).as_posix())
        sums = self.root / "md5sum" / part / "md5.images_000.txt"
        sums.parent.mkdir(parents=True)
        sums.write_text(hashlib.md5(shard.read_bytes(), usedforsecurity=False).hexdigest() + "  images_000.tar\n")

    def table(self, name: str, header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("w", newline="") as stream:
            csv.writer(stream).writerows([header, *rows])


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = Bucket(tmp_path_factory.mktemp("bucket"))
    clean = []
    for kind, landmark in enumerate(("7", "12", "40")):
        photos = [made.add("train", kind=kind) for _ in range(14)]
        made.train += [(photo, landmark) for photo in photos]
        clean.append((landmark, " ".join(photos[:12])))
        for usage in ("Public", "Private"):
            made.solution += [(made.add("test", kind=kind), landmark, usage) for _ in range(5)]
    made.train += [(made.add("train", kind=None), "7"), (made.add("train", kind=3), "99")]
    clean.append(("99", made.train[-1][0]))
    for usage in ("Public", "Private", "Ignored"):
        made.solution += [(made.add("test", kind=None), "", usage) for _ in range(30)]
    for part in ("train", "test"):
        made.pack(part)
    category = "http://commons.wikimedia.org/wiki/Category:"
    made.table("metadata/train.csv", ("id", "url", "landmark_id"), [(id_, "u", name) for id_, name in made.train])
    made.table("metadata/train_clean.csv", ("landmark_id", "images"), clean)
    attribution = [(id_, "u", "Doe", "CC BY 4.0", "File") for id_, _ in made.train]
    made.table("metadata/train_attribution.csv", ("id", "url", "author", "license", "title"), attribution)
    names = [(id_, category + name) for id_, name in NAMES.items()]
    made.table("metadata/train_label_to_category.csv", ("landmark_id", "category"), names)
    columns = ("landmark_id", "category", "supercategory", "hierarchical_label", "natural_or_human_made")
    kinds = [(id_, "x", "tower", "tower", "human-made") for id_ in NAMES]
    made.table("metadata/train_label_to_hierarchical.csv", columns, kinds)
    made.table("ground_truth/recognition_solution_v2.1.csv", ("id", "landmarks", "Usage"), made.solution)
    return made.root


def blocks(kind: str) -> Iterator[str]:
    """Yield the document's blocks of one kind."""
    yield from re.findall(rf"```{kind}\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)


def small(recipe: str) -> str:
    """Return the recipe with a network, pictures and a schedule of seconds, and its first two stages."""
    head, *stages = recipe.split("[[stages]]")
    head = head.replace('"wide_resnet50_2"', '"test_resnet"').replace('"hub"', '"none"\ndimension = 16')
    head = head.replace("batch = 256", "batch = 16").replace("epochs = 10", "epochs = 6")
    parts = '[augment]\nsize = 32\n[machine]\ndevice = "cpu"\n'
    return "[[stages]]".join([f"{head}\n{parts}", *stages[:2]])


def script() -> str:
    """Return the document's commands, one shard and two regions of them."""
    text = "\n".join(blocks("sh")).replace("0 499", "0 0").replace("0 19)", "0 0)")
    return re.sub(r"(for region in \w+ \w+) .*; do", r"\1; do", text)


def test_the_recipe_is_one_and_its_stages_are_the_regions_of_the_loop() -> None:
    (recipe,) = blocks("toml")
    order = re.findall(r'^name = "(.*)"$', recipe, re.MULTILINE)
    assert f"for region in {' '.join(order)}; do" in "\n".join(blocks("sh"))


def test_from_the_download_to_the_pack(bucket: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("onnxruntime")
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "curl").write_text(CURL.format(python=sys.executable, answers=ANSWERS, bucket=str(bucket)))
    (tools / "sleep").write_text("#!/bin/sh\n")
    (tools / "landmarq").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m landmarq "$@"\n')
    (tools / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    for tool in tools.iterdir():
        tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    random = np.random.default_rng(1)
    for number in range(30):
        paint(tmp_path / "everyday" / "home" / f"{number}.jpg", kind=None, random=random)
    paint(tmp_path / "holiday.jpg", kind=0, random=random)
    (tmp_path / "world").mkdir()
    (recipe,) = blocks("toml")
    (tmp_path / "world" / "world.toml").write_text(small(recipe))

    bash = shutil.which("bash")
    assert bash
    done = subprocess.run(
        [bash, "-c", script()], cwd=tmp_path, capture_output=True, text=True, timeout=900, check=False
    )
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}"

    table = {each.id: each for each in read_landmarks(tmp_path / "world" / "landmarks.csv")}
    assert set(table) == {"7", "12", "40"}, "99 has one photo"
    castle = table["12"]
    assert (castle.name, castle.city, castle.country, castle.region, castle.wikidata, castle.category) == (
        "Château d'If", "Marseille", "France", "europe_russia", "Q2", "tower",
    )  # fmt: skip
    photos = read_catalog(tmp_path / "world" / "photos.csv")
    counts = {role: len(photos.with_roles(role)) for role in sorted({row.role for row in photos.rows})}
    assert counts == {
        "train": 36, "train_negative": 30, "val": 15, "val_negative": 30, "test": 15, "test_negative": 30,
    }  # fmt: skip
    assert {row.licence for row in photos.with_roles("train").rows} == {"CC BY 4.0"}
    first, second = (read_catalog(tmp_path / "world" / f"stage-{number}.csv") for number in (1, 2))
    assert first.landmarks == ("12", "7")
    assert second.landmarks == ("12", "40", "7")
    assert not list((tmp_path / "world" / "queries").glob("*.rq")), "every landmark has its place"
    assert not (tmp_path / "world" / "crawl-elsewhere.csv").exists()
    assert not list((tmp_path / "shards").glob("*.tar"))

    pack = open_pack(tmp_path / "packs" / "world")
    assert {each.id for each in pack.landmarks} == {"7", "12", "40"}
    assert len(pack.gallery.references) == 3 * 5
    assert len(pack.gallery.background) == 30
    assert pack.info.calibration["kind"] != "provisional"
    assert (tmp_path / "evaluation" / "report.html").is_file()
