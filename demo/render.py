"""Draw the sample world: ``python -m demo.render --out demo`` makes everything that is committed here."""

from __future__ import annotations

import io
import time
from pathlib import Path

import click
import numpy as np
from PIL import Image

from demo.world.atlas import SITES, Site
from demo.world.exif import camera_data
from demo.world.library import Photo, plan, position
from demo.world.photo import take
from landmarq.catalog import write_landmarks, write_table
from landmarq.types import Landmark, Place


@click.command()
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, help="Folder to write to.")
@click.option("--size", default=576, show_default=True, help="Longer side of a photo, pixels.")
@click.option("--photos", type=int, help="At most so many photos of the library.")
@click.option("--landmarks", type=int, help="Only the first so many landmarks.")
@click.option("--seed", default=2026, show_default=True, help="Another seed, another library.")
@click.option("--quality", default=68, show_default=True, help="JPEG quality, 1 to 95.")
@click.option("--only", default="", help="Draw only photos whose path contains this; tables stay complete.")
def render(out: Path, size: int, photos: int | None, landmarks: int | None, seed: int, quality: int, only: str) -> None:
    """Draw the sample library, the references and their tables."""
    sites = SITES[:landmarks]
    photos_planned = _thinned(plan(seed, sites=sites), photos)
    chosen = [photo for photo in photos_planned if only in photo.path]
    started = time.monotonic()
    for index, photo in enumerate(chosen, 1):
        target = out / photo.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(jpeg(photo, side=size, quality=quality))
        left = (time.monotonic() - started) / index * (len(chosen) - index)
        print(f"\r{index}/{len(chosen)} photos, {left / 60:.0f} min left ", end="", flush=True)
    print()
    write_tables(out, photos_planned, sites)


def jpeg(photo: Photo, *, side: int, quality: int) -> bytes:
    """Return the photo as a JPEG file with its camera data; ``side`` is the longer side in pixels."""
    pixels = take(photo.shot(side), np.random.default_rng((*photo.seed, photo.burst, 1)))
    # Stored as the sensor saw it: a viewer turns it back.
    stored = np.rot90(pixels, {1: 0, 6: 1, 3: 2, 8: 3}[photo.orientation])
    exif = camera_data(taken=photo.taken, place=photo.place, orientation=photo.orientation)
    file = io.BytesIO()
    Image.fromarray(stored).save(file, "JPEG", quality=quality, optimize=True, progressive=True, exif=exif)
    return file.getvalue()


def write_tables(out: Path, photos: list[Photo], sites: tuple[Site, ...]) -> None:
    """Write what is on the photos (``truth.csv``) and the landmark table (``landmarks.csv``)."""
    rows = [(photo.path, photo.landmark, photo.role, *(photo.place or ("", ""))) for photo in photos]
    write_table(out / "truth.csv", ("path", "landmark", "role", "lat", "lon"), rows)
    write_landmarks(
        out / "landmarks.csv",
        [
            Landmark(
                id=site.id,
                name=site.name,
                city=site.city.name,
                country=site.city.country,
                region=site.city.region,
                place=Place(*position(site)),
                category=site.category,
            )
            for site in sites
        ],
    )


def _thinned(photos: list[Photo], count: int | None) -> list[Photo]:
    """Keep all references and ``count`` library photos, evenly from the whole."""
    library = [photo for photo in photos if photo.role == "library"]
    if count is None or count >= len(library):
        return photos
    kept = [library[index * len(library) // count] for index in range(count)]
    return kept + [photo for photo in photos if photo.role == "reference"]


if __name__ == "__main__":
    render()
