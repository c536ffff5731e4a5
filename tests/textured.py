"""Made-up photos with something for local features to hold on to: each landmark is a texture of its own, seen askew."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from landmarq.catalog import write_landmarks
from landmarq.gallery import build_gallery
from landmarq.pack import Pack, PackInfo, Thresholds
from landmarq.photos import PhotoView, read_photo
from landmarq.runtime import open_network
from landmarq.types import Pixels
from toys import LANDMARKS

WIDTH, HEIGHT = 160, 128


def texture(seed: int) -> Image.Image:
    """Return a landmark's own look: patches of chance, soft at their edges; the first three are tinted."""
    random = np.random.default_rng(seed)
    tint = np.full(3, 0.6)
    tint[seed % 3 if seed < 3 else slice(None)] = 1
    coarse = random.integers(0, 256, (24, 30, 3)) * tint
    return (
        Image.fromarray(coarse.astype(np.uint8))
        .resize((WIDTH, HEIGHT), Image.Resampling.NEAREST)
        .filter(ImageFilter.GaussianBlur(1))
    )


def view(seed: int, *, turn: float = 0.0, zoom: float = 1.0, shift: float = 0.0, noise: int = 0) -> Pixels:
    """Return the texture turned (degrees), zoomed and shifted (pixels) about its middle, (h, w, 3) uint8."""
    pixels = np.asarray(texture(seed).transform((WIDTH, HEIGHT), Image.Transform.AFFINE, _back(turn, zoom, shift)))
    random = np.random.default_rng(seed + 1000 * noise)
    return np.clip(pixels + random.normal(0, noise, pixels.shape), 0, 255).astype(np.uint8)


def moved(points: NDArray[np.float32], *, turn: float, zoom: float, shift: float) -> NDArray[np.float64]:
    """Return where points (n, 2) of the plain texture lie in the view."""
    a, b, c, d, e, f = _back(turn, zoom, shift)
    back = np.array([[a, b, c], [d, e, f], [0, 0, 1]])
    lifted = np.concatenate([points, np.ones((len(points), 1))], axis=1)
    result: NDArray[np.float64] = (np.linalg.inv(back) @ lifted.T).T[:, :2]
    return result


def _back(turn: float, zoom: float, shift: float) -> tuple[float, float, float, float, float, float]:
    """The map from the view back to the texture, as Pillow wants it."""
    cos, sin = np.cos(np.radians(turn)) / zoom, np.sin(np.radians(turn)) / zoom
    x, y = WIDTH / 2, HEIGHT / 2
    return cos, sin, x - cos * (x + shift) - sin * y, -sin, cos, y + sin * (x + shift) - cos * y


def write_textured(folder: Path, model: Path) -> Path:
    """Write a catalog of three textured landmarks (train, val, val_negative) and a pack; return the catalog."""
    rows: list[tuple[str, str, str]] = []
    random = np.random.default_rng(5)
    for role, each, others in (("train", 4, 4), ("val", 2, 8)):
        for number in range(3 * each + others):
            shows = number % 3 if number < 3 * each else -1
            seed = shows if shows >= 0 else 100 + len(rows)
            path = f"{role}{number}.png"
            askew = view(seed, turn=random.uniform(-10, 10), zoom=random.uniform(0.9, 1.1), noise=3)
            Image.fromarray(askew).save(folder / path)
            rows.append((path, LANDMARKS[shows].id if shows >= 0 else "", role if shows >= 0 else f"{role}_negative"))
    with (folder / "photos.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([("path", "landmark", "role"), *rows])
    write_landmarks(folder / "landmarks.csv", LANDMARKS)
    network = open_network(model, precision="float32")
    photos = {
        landmark.id: network.embed(
            np.stack([read_photo(folder / f"train{n}.png", PhotoView(32)).pixels for n in range(kind, 12, 3)])
        )
        for kind, landmark in enumerate(LANDMARKS)
    }
    gallery = build_gallery(list(photos), photos=photos, references=photos, background=np.empty((0, 8), np.float32))
    sets = dict.fromkeys(("strict", "normal", "loose"), Thresholds(0.9, 0.9, 0.9))
    Pack(PackInfo("textures", network.info.fingerprint, sets), LANDMARKS, gallery).save(folder / "pack")
    return folder / "photos.csv"
