"""Building a gallery from stored vectors: the paper's size, and its largest landmark."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from landmarq.bench.made_vectors import landmark_photos
from landmarq.bench.table import Table
from landmarq.catalog import Catalog, CatalogRow
from landmarq.embed import LandmarkVectors, VectorStore
from landmarq.gallery import GalleryConfig, build_gallery, centroids_of
from landmarq.photos import FoundFile
from landmarq.types import Vectors

MODEL = "0" * 64

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class GalleriesConfig:
    """What is built.

    Attributes:
        landmarks: of the gallery.
        photos: of each landmark.
        largest: photos of one landmark that is clustered on its own.
        seed: of the vectors made.
    """

    landmarks: int = 11_000
    photos: int = 200
    largest: int = 10_000
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        if self.landmarks < 1 or self.photos < 1 or self.largest < 1:
            raise ValueError("a gallery needs landmarks and photos")


def measure_galleries(config: GalleriesConfig, *, folder: Path, progress: Progress | None = None) -> Table:
    """Measure building from a file of vectors, and clustering the largest landmark.

    Args:
        config: sizes.
        folder: for the file of vectors, 2.3 KB a photo; removed by the caller.
        progress: called with (landmarks stored, landmarks).
    """
    rng = np.random.default_rng(config.seed)
    names = [f"landmark-{number:06}" for number in range(config.landmarks)]
    rows = tuple(
        CatalogRow(f"{name}/{photo:05}.jpg", name, "train") for name in names for photo in range(config.photos)
    )
    catalog = Catalog(rows, folder)
    with VectorStore(folder / "vectors.sqlite") as store:
        _fill(store, catalog, config, rng, progress)
        before, began = _peak_gb(), time.perf_counter()
        photos = LandmarkVectors(store, catalog, model=MODEL)
        found = time.perf_counter() - began
        gallery = build_gallery(names, photos=photos, references={}, background=photos.evenly("", at_most=1))
        built = time.perf_counter() - began
    size = f"{config.landmarks:,} landmarks x {config.photos}"
    notes = () if before is None else (f"peak before building {before:.2f} GB: catalog and interpreter",)
    cells = [
        (f"{size}: rows found", len(rows), found, None),
        (f"{size}: built", len(gallery.centroids), built, _peak_gb()),
    ]
    largest = landmark_photos(rng, config.largest, views=5)
    began = time.perf_counter()
    centroids: Vectors = centroids_of(largest, GalleryConfig())
    took = time.perf_counter() - began
    cells.append((f"one landmark x {config.largest:,}", len(centroids), took, _peak_gb()))
    return Table("Galleries from stored vectors", ("what", "rows or centroids", "s", "peak GB"), tuple(cells), notes)


def _fill(
    store: VectorStore, catalog: Catalog, config: GalleriesConfig, rng: np.random.Generator, progress: Progress | None
) -> None:
    """Store made vectors for all rows, as ``landmarq embed`` would leave them."""
    model = store.model(MODEL)
    for landmark in range(config.landmarks):
        vectors = landmark_photos(rng, config.photos)
        first = landmark * config.photos
        with store.transaction() as db:
            for number, vector in enumerate(vectors, start=first):
                db.execute(
                    "insert into contents(id, sha256, bytes, width, height, notes) values (?, ?, 7, 4000, 3000, '')",
                    (number + 1, number.to_bytes(32, "big")),
                )
                db.execute(
                    "insert into vectors(content, model, precision, vector) values (?, ?, 'float32', ?)",
                    (number + 1, model, vector.tobytes()),
                )
                store.add_file(FoundFile(catalog.file(catalog.rows[number]), 7, 0), number + 1)
        if progress:
            progress(landmark + 1, config.landmarks)


def _peak_gb() -> float | None:
    """Return the largest resident memory of this process so far, GB; None on Windows, which does not tell."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e9 if sys.platform == "darwin" else peak * 1024 / 1e9
