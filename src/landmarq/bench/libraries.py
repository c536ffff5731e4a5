"""A large library: what opening it, a second run, a search in it and a new pack cost."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from landmarq.albums import Library, make_albums
from landmarq.albums.tree import album_tree
from landmarq.bench.made_vectors import DIMENSION, VIEWS, directions, photos_of
from landmarq.bench.table import Table
from landmarq.gallery import Gallery
from landmarq.pack import Pack, PackInfo, Thresholds
from landmarq.photos import PhotoReader, ReadLimits, list_photos
from landmarq.recognize import Recognizer
from landmarq.runtime import ModelInfo, Network, Pooling, Precision, Preprocessing
from landmarq.types import Floats, Landmark, Pixels, Place, Vectors

Progress = Callable[[int, int], None]

_IN_ALBUMS = 0.03
_REFERENCES = 5
_BLOCK = 10_000


@dataclass(frozen=True)
class LibrariesConfig:
    """What is measured.

    Attributes:
        photos: of the library; 3 % show landmarks, half have a place.
        landmarks: of its pack.
        files: whether the photos' files are made too, so that a second run can list them.
        seed: of the vectors made.
    """

    photos: int = 100_000
    landmarks: int = 57
    files: bool = True
    seed: int = 0


class NoNetwork:
    """Stands where a network would; a library whose photos have not changed never asks it."""

    precision: Precision = "float32"
    runtime = "none"
    device = "none"
    info = ModelInfo("none", "0" * 64, DIMENSION, Preprocessing(256), Pooling())

    def embed(self, pixels: Pixels) -> Vectors:
        """Refuse: nothing has changed, so nothing may be embedded."""
        raise RuntimeError(f"{len(pixels)} photos would be embedded")

    def features(self, pixels: Pixels) -> Floats:
        """Refuse likewise."""
        raise RuntimeError(f"{len(pixels)} photos would be explained")


def measure_library(config: LibrariesConfig, *, folder: Path, progress: Progress | None = None) -> Table:
    """Measure a library of made vectors.

    Args:
        config: size.
        folder: for the library and its files; removed by the caller.
        progress: called with (photos stored, photos).
    """
    rng = np.random.default_rng(config.seed)
    pack = _pack(config.landmarks, rng)
    root, out = folder / "photos", folder / "library"
    with Library(out) as library:
        _fill(library, root, config, pack.gallery.centroids, rng, progress)

    def recognizer(used: Pack = pack) -> Recognizer:
        return Recognizer([used], index_folder=folder / "indexes")

    other = _pack(config.landmarks, np.random.default_rng(99))
    rows: list[tuple[str, float, int | None]] = [_decided(out, recognizer, "first decisions")]
    rows.append(_decided(out, recognizer, "nothing changed"))
    rows.append(_decided(out, lambda: recognizer(other), "a new pack"))
    rows.append(_decided(out, recognizer, "the old pack again"))
    rows.append(_listed(out, recognizer()))
    if config.files:
        rows += [_made(out, root, recognizer(), what) for what in ("albums, pages written", "albums, unchanged")]
    title = f"A library of {config.photos:,} photos and a pack of {config.landmarks:,} landmarks"
    return Table(title, ("what", "s", "photos decided"), tuple(rows))


def _decided(out: Path, opened: Callable[[], Recognizer], what: str) -> tuple[str, float, int]:
    """Measure decisions on all photos, with what a new pack's recogniser takes to be made, an index perhaps."""
    began = time.perf_counter()
    with Library(out) as library:
        decided = library.decide(opened())
    return what, time.perf_counter() - began, decided


def _listed(out: Path, recognizer: Recognizer) -> tuple[str, float, None]:
    """Measure what the pages are made of, and searched in: all albums with their photos."""
    with Library(out) as library:
        began = time.perf_counter()
        album_tree(library.album_photos(), library.known_landmarks(recognizer))
        return "albums listed, for pages and search", time.perf_counter() - began, None


def _made(out: Path, root: Path, recognizer: Recognizer, what: str) -> tuple[str, float, int]:
    network: Network = NoNetwork()
    began = time.perf_counter()
    with Library(out) as library, PhotoReader(ReadLimits(workers=1)) as reader:
        report = make_albums(library, [root], network=network, recognizer=recognizer, reader=reader)
    return what, time.perf_counter() - began, report.decided


def _pack(landmarks: int, rng: np.random.Generator) -> Pack:
    """Return a pack whose landmarks stand a kilometre from each other, of the starter's size for each.

    A landmark's centroids and references all are one vector: what they cost does not depend on how alike they are.
    """
    table = tuple(
        Landmark(f"l{number}", f"Landmark {number}", f"City {number % 50}", "Country", "", _place(number))
        for number in range(landmarks)
    )
    looks, owner = directions(rng, landmarks), np.arange(landmarks)
    gallery = Gallery(
        *(np.repeat(looks, VIEWS, axis=0), np.repeat(owner, VIEWS)),
        *(np.repeat(looks, _REFERENCES, axis=0), np.repeat(owner, _REFERENCES)),
        directions(rng, 500),
    )
    sets = dict.fromkeys(("strict", "normal", "loose"), Thresholds(0.55, 0.4, 0.5))
    return Pack(PackInfo("made", NoNetwork.info.fingerprint, sets), table, gallery)


def _place(number: int) -> Place:
    return Place(-60 + (number % 1000) * 0.01, (number // 1000) * 0.02)


def _fill(
    library: Library,
    root: Path,
    config: LibrariesConfig,
    centroids: Vectors,
    rng: np.random.Generator,
    progress: Progress | None,
) -> None:
    """Store photos as a run of ``albums`` would leave them, and make files that it finds unchanged."""
    model = library.store.model(NoNetwork.info.fingerprint)
    for start in range(0, config.photos, _BLOCK):
        count = min(_BLOCK, config.photos - start)
        vectors = directions(rng, count)
        shown = np.flatnonzero(rng.random(count) < _IN_ALBUMS)
        vectors[shown] = photos_of(centroids, rng, len(shown))
        with library.store.transaction() as db:
            for number, vector in enumerate(vectors, start=start + 1):
                place = _place(number % 5000) if number % 2 else None
                db.execute(
                    "insert into contents(id, sha256, bytes, width, height, taken, lat, lon, notes) "
                    "values (?, ?, 7, 4000, 3000, '2024-05-01T12:00:00', ?, ?, '')",
                    (number, number.to_bytes(32, "big"), place and place.lat, place and place.lon),
                )
                db.execute(
                    "insert into vectors(content, model, precision, vector) values (?, ?, 'float32', ?)",
                    (number, model, vector.tobytes()),
                )
        if progress:
            progress(start + count, config.photos)
    if config.files:
        _make_files(library, root, config.photos)


def _make_files(library: Library, root: Path, count: int) -> None:
    for number in range(count):
        path = root / f"{number // 200:05}" / f"IMG_{number:07}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%07d" % number)
    with library.store.transaction() as db:
        for number, file in enumerate(list_photos([root]), start=1):
            db.execute(
                "insert into files(path, size, mtime_ns, content) values (?, ?, ?, ?)",
                (os.fsencode(file.path), file.size, file.mtime_ns, number),
            )
