"""How long a second run takes on a library that has not changed, and what re-deciding all of it costs.

Files and vectors are made up (nothing is decoded, so their content does not matter); listing, comparing, deciding and
writing pages are the real thing. Run: python benchmarks/rescan.py --photos 100000
"""

from __future__ import annotations

import argparse
import hashlib
import os
import tempfile
import time
from pathlib import Path

import numpy as np

from landmarq.albums import Library, make_albums
from landmarq.gallery import build_gallery
from landmarq.pack import Pack, PackInfo, Thresholds
from landmarq.photos import PhotoReader, ReadLimits, list_photos
from landmarq.recognize import Recognizer
from landmarq.runtime import ModelInfo, Pooling, Precision, Preprocessing
from landmarq.types import Floats, Landmark, Pixels, Vectors

DIMENSION = 512


class NoNetwork:
    """Stands where a network would; an unchanged library never asks it."""

    precision: Precision = "float32"
    runtime = "none"
    info = ModelInfo("none", "0" * 64, DIMENSION, Preprocessing(256), Pooling())

    def embed(self, pixels: Pixels) -> Vectors:
        """Refuse: nothing has changed, so nothing may be embedded."""
        raise RuntimeError(f"{len(pixels)} photos would be embedded")

    def features(self, pixels: Pixels) -> Floats:
        """Refuse likewise."""
        raise RuntimeError(f"{len(pixels)} photos would be explained")


def unit(rng: np.random.Generator, n: int) -> Vectors:
    """Return random unit vectors, (n, 512) float32."""
    vectors = rng.normal(size=(n, DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def fill(root: Path, library: Library, *, photos: int, rng: np.random.Generator) -> None:
    """Make files, and a library that knows them."""
    for number in range(photos):
        path = root / f"{number // 200:05}" / f"IMG_{number:07}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%07d" % number)
    model = library.store.model(NoNetwork.info.fingerprint)
    with library.store.transaction() as db:
        for number, file in enumerate(list_photos([root]), start=1):
            sha256 = hashlib.sha256(b"%d" % number).digest()
            db.execute(
                "insert into contents(id, sha256, bytes, width, height, notes) values (?, ?, 7, 4000, 3000, '')",
                (number, sha256),
            )
            db.execute(
                "insert into files(path, size, mtime_ns, content) values (?, ?, ?, ?)",
                (os.fsencode(file.path), file.size, file.mtime_ns, number),
            )
            db.execute(
                "insert into vectors(content, model, precision, vector) values (?, ?, 'float32', ?)",
                (number, model, unit(rng, 1)[0].tobytes()),
            )


def recognizer(landmarks: int, rng: np.random.Generator, *, eta: float) -> Recognizer:
    """Return a recogniser of random landmarks; a few photos in a hundred pass at eta 0.16."""
    table = tuple(Landmark(f"l{n}", f"Landmark {n}", f"City {n % 50}", "", "", None) for n in range(landmarks))
    vectors = {each.id: unit(rng, 5) for each in table}
    gallery = build_gallery(list(vectors), photos=vectors, references=vectors, background=unit(rng, 500))
    sets = dict.fromkeys(("strict", "normal", "loose"), Thresholds(eta, eta, -1))
    return Recognizer([Pack(PackInfo("random", NoNetwork.info.fingerprint, sets), table, gallery)])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--landmarks", type=int, default=57)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root, out = Path(folder) / "photos", Path(folder) / "out"
        with Library(out) as library:
            fill(root, library, photos=options.photos, rng=np.random.default_rng(0))
        with PhotoReader(ReadLimits(workers=1)) as reader:
            for name, eta in (("first decisions", 0.16), ("unchanged", 0.16), ("new threshold", 0.17)):
                began = time.perf_counter()
                with Library(out) as library:
                    chosen = recognizer(options.landmarks, np.random.default_rng(1), eta=eta)
                    report = make_albums(library, [root], network=NoNetwork(), recognizer=chosen, reader=reader)
                took = time.perf_counter() - began
                print(f"{name:16} {took:6.1f} s  {report.decided} decided, {report.photos_in_albums} in albums")
        began = time.perf_counter()
        listed = sum(1 for _ in list_photos([root]))
        print(f"{'listing alone':16} {time.perf_counter() - began:6.1f} s  {listed} files")


if __name__ == "__main__":
    main()
