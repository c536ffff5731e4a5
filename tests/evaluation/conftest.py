"""A small test: four photos of two known landmarks, one of an unknown landmark, three everyday photos."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from landmarq.catalog import CatalogRow
from landmarq.embed import CatalogVectors
from landmarq.gallery import build_gallery
from landmarq.pack import STRICTNESSES, Pack, PackInfo, Thresholds
from toys import LANDMARKS

CATALOG = """path,landmark,role,source,lat,lon
t1.jpg,eiffel,train,s1,,
t2.jpg,eiffel,train,s1,,
t3.jpg,colosseum,train,s1,,
a.jpg,eiffel,test,s1,,
b.jpg,eiffel,test,s2,,
c.jpg,colosseum,test,s1,,
d.jpg,colosseum,test,s2,41.89,12.49
e.jpg,big_ben,test_unknown,s1,,
f.jpg,,test_negative,s3,,
g.jpg,,test_negative,s3,,
h.jpg,,test_negative,s4,,
v.jpg,,val_negative,s4,,
"""
LANDMARKS_CSV = """id,name,city,country,region,lat,lon,category
eiffel,Eiffel Tower,Paris,France,europe,48.8584,2.2945,tower
colosseum,Colosseum <i>,Rome,Italy,europe,41.8902,12.4922,ruin
big_ben,Big Ben,London,UK,islands,51.5007,-0.1246,tower
"""


@pytest.fixture
def photos_folder(tmp_path: Path) -> Path:
    """A folder with photos.csv, landmarks.csv and a picture for each photo but g.jpg."""
    (tmp_path / "photos.csv").write_text(CATALOG)
    (tmp_path / "landmarks.csv").write_text(LANDMARKS_CSV)
    for i, name in enumerate("abcdefh"):
        Image.fromarray(np.full((40, 60, 3), 30 * i, np.uint8)).save(tmp_path / f"{name}.jpg")
    return tmp_path


@dataclass(frozen=True)
class World:
    """A pack of three landmarks whose photos lie around three axes, and photos to calibrate on.

    Attributes:
        pack: with three references a landmark.
        photos: 240 of the landmarks (80 each) and others in all directions, half of each kind with a place.
    """

    pack: Pack
    photos: CatalogVectors


def draw_photos(rng: np.random.Generator, *, of_landmarks: int, others: int, dimension: int = 32) -> CatalogVectors:
    """Draw vectors: a landmark's lie around its axis, others anywhere; every second photo has a place."""
    owner = np.concatenate([np.arange(of_landmarks) % 3, np.full(others, -1)])
    vectors = rng.normal(size=(len(owner), dimension)) * 0.16
    vectors[np.flatnonzero(owner >= 0), owner[owner >= 0]] += 1
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    rows = tuple(
        CatalogRow(
            path=f"{number}.jpg",
            landmark=LANDMARKS[kind].id if kind >= 0 else "",
            role="val" if kind >= 0 else "val_negative",
            place=LANDMARKS[kind if kind >= 0 else number % 3].place if number % 2 else None,
        )
        for number, kind in enumerate(owner)
    )
    nowhere = (None,) * len(rows)
    return CatalogVectors(rows, vectors.astype(np.float32), nowhere, ("",) * len(rows), ())


@pytest.fixture(scope="session")
def world() -> World:
    """A pack and photos to calibrate it on."""
    rng = np.random.default_rng(0)
    train = draw_photos(rng, of_landmarks=60, others=30)
    vectors = {
        landmark.id: train.vectors[[row.landmark == landmark.id for row in train.rows]] for landmark in LANDMARKS
    }
    gallery = build_gallery(
        [landmark.id for landmark in LANDMARKS],
        photos=vectors,
        references={name: found[:3] for name, found in vectors.items()},
        background=train.vectors[60:],
    )
    info = PackInfo("toy", "0" * 64, {str(each): Thresholds(0.9, 0.8, 0.7) for each in STRICTNESSES})
    return World(Pack(info, LANDMARKS, gallery), draw_photos(rng, of_landmarks=240, others=1200))
