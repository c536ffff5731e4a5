"""Cleaning whatever holds a crawl: Google Landmarks v2 in its tar files, WebDataset shards; licences reach the pack."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from landmarq import workspace
from landmarq.catalog import write_landmarks
from landmarq.workspace import CleanReport
from toys import LANDMARKS

RED, BLUE = (210, 40, 40), (40, 40, 210)
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def picture(colour: tuple[int, int, int], seed: int) -> bytes:
    """Return a JPEG of blocks around a colour."""
    blocks = np.random.default_rng(seed).integers(-25, 26, (9, 9, 1)).repeat(6, axis=0).repeat(6, axis=1)
    data = io.BytesIO()
    Image.fromarray((np.array(colour) + blocks).clip(0, 255).astype(np.uint8)).save(data, "JPEG", quality=95)
    return data.getvalue()


def write_tar(path: Path, files: dict[str, bytes]) -> None:
    with tarfile.open(path, "w") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A landmark table and references that no catalog holds; red towers and blue bridges, known as 7 and 9."""
    (tmp_path / "picked").mkdir()
    lines = ["path,landmark"]
    for id_, colour in (("7", RED), ("9", BLUE)):
        for at in range(3):
            (tmp_path / "picked" / f"{id_}-{at}.jpg").write_bytes(picture(colour, 100 + at))
            lines.append(f"picked/{id_}-{at}.jpg,{id_}")
    (tmp_path / "references.csv").write_text("\n".join(lines))
    known = [dataclasses.replace(LANDMARKS[0], id="7"), dataclasses.replace(LANDMARKS[2], id="9")]
    write_landmarks(tmp_path / "landmarks.csv", known)
    return tmp_path


def clean(folder: Path, catalog: Path, model: Path) -> CleanReport:
    return workspace.clean(
        catalog,
        landmarks=folder / "landmarks.csv",
        references=folder / "references.csv",
        model=model,
        out=folder / "out",
        absolute=True,
    )


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_google_landmarks_as_published_is_cleaned_and_its_authors_are_named_in_the_pack(
    folder: Path, tiny_model: Path
) -> None:
    gldv2 = folder / "gldv2"
    gldv2.mkdir()
    photos = {f"{at:016x}": picture(RED if at < 8 else BLUE, at) for at in range(16)}
    # The last photo, a blue one, stands under the red landmark.
    claimed = {id_: "7" if at < 8 or at == 15 else "9" for at, id_ in enumerate(photos)}
    write_tar(gldv2 / "images_000.tar", {f"{id_[0]}/{id_[1]}/{id_[2]}/{id_}.jpg": data for id_, data in photos.items()})
    tables = {
        "train.csv": "id,url,landmark_id\n" + "".join(f"{id_},u,{of}\n" for id_, of in claimed.items()),
        "train_attribution.csv": "id,url,author,license,title\n"
        + "".join(f'{id_},u,"Doe, {id_}",{LICENCE},File:{id_}.jpg\n' for id_ in photos),
        "train_label_to_category.csv": "landmark_id,category\n7,Category:Red_Tower\n9,Category:Blue_Bridge\n",
    }
    for name, text in tables.items():
        (gldv2 / name).write_text(text)
    report = clean(folder, gldv2, tiny_model)
    assert (report.kept, report.relabelled) == (15, 1)
    (moved,) = rows(folder / "out" / "relabelled.csv")
    assert (moved["was"], moved["landmark"], moved["author"]) == ("7", "9", f"Doe, {15:016x}")
    workspace.gallery(
        folder / "out" / "kept.csv",
        landmarks=folder / "landmarks.csv",
        vectors=folder / "out" / "vectors.sqlite",
        model=tiny_model,
        out=folder / "pack",
    )
    named = rows(folder / "pack" / "attributions.csv")
    assert len(named) == 15
    assert {(row["landmark"], row["licence"]) for row in named} == {("7", LICENCE), ("9", LICENCE)}
    assert sorted(row["author"] for row in named) == [f"Doe, {at:016x}" for at in range(15)]


def test_a_shard_of_webdataset_is_cleaned(folder: Path, tiny_model: Path) -> None:
    files: dict[str, bytes] = {}
    for at in range(16):
        said = {"landmark": "7" if at < 8 or at == 15 else "9", "license": "CC0", "author": f"Jo {at}"}
        files[f"{at:04}.jpg"] = picture(RED if at < 8 else BLUE, at)
        files[f"{at:04}.json"] = json.dumps(said).encode()
    write_tar(folder / "crawl-000.tar", files)
    report = clean(folder, folder / "crawl-000.tar", tiny_model)
    assert (report.kept, report.relabelled) == (15, 1)
    assert {row["author"] for row in rows(folder / "out" / "kept.csv")} == {f"Jo {at}" for at in range(15)}
    assert all(Path(row["path"]).is_file() for row in rows(folder / "out" / "kept.csv"))
