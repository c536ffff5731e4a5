"""A folder of colour photos, its catalog, and a pack for the tiny model that knows three of the colours."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from landmarq.catalog import write_landmarks
from landmarq.gallery import build_gallery
from landmarq.pack import Pack, PackInfo, Thresholds
from landmarq.photos import PhotoView, read_photo
from landmarq.runtime import open_network
from toys import LANDMARKS, paint_photo

COLOURS = np.array([(220, 30, 30), (30, 220, 30), (30, 30, 220)])


@dataclass(frozen=True)
class Measured:
    """Where things lie: a catalog of roles train, val and test, a pack, its model, and a file of vectors to share."""

    catalog: Path
    pack: Path
    model: Path
    vectors: Path


def write_measured(folder: Path, model: Path) -> Measured:
    """Paint the photos, embed those of training, and build the pack."""
    rng = np.random.default_rng(0)
    rows = []
    for role, each, others in (("train", 8, 0), ("val", 8, 40), ("test", 4, 10)):
        for number in range(3 * each + others):
            shows = number % 3 if number < 3 * each else -1
            colour = COLOURS[shows] + rng.integers(-25, 26, 3) if shows >= 0 else rng.integers(90, 256, 3)
            path = f"{role}{number}.png"
            paint_photo(folder / path, "#{:02x}{:02x}{:02x}".format(*colour))
            place = LANDMARKS[shows].place if number % 2 else None
            rows.append(
                {
                    "path": path,
                    "landmark": LANDMARKS[shows].id if shows >= 0 else "",
                    "role": role if shows >= 0 else f"{role}_negative",
                    "lat": place.lat if place else "",
                    "lon": place.lon if place else "",
                }
            )
    with (folder / "photos.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    write_landmarks(folder / "landmarks.csv", LANDMARKS)
    return Measured(folder / "photos.csv", _pack(folder, model), model, folder / "vectors.sqlite")


def _pack(folder: Path, model: Path) -> Path:
    network = open_network(model, precision="float32")
    pixels = np.stack([read_photo(folder / f"train{number}.png", PhotoView(32)).pixels for number in range(24)])
    vectors = network.embed(pixels)
    photos = {landmark.id: vectors[number::3] for number, landmark in enumerate(LANDMARKS)}
    gallery = build_gallery(
        list(photos),
        photos=photos,
        references={name: found[:3] for name, found in photos.items()},
        background=np.empty((0, vectors.shape[1]), np.float32),
    )
    sets = {
        "strict": Thresholds(0.995, 0.99, 0.98),
        "normal": Thresholds(0.98, 0.97, 0.95),
        "loose": Thresholds(0.9, 0.9, 0.8),
    }
    Pack(PackInfo("colours", network.info.fingerprint, sets), LANDMARKS, gallery).save(folder / "pack")
    return folder / "pack"
