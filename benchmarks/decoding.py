"""Whether cheaper decoding changes answers: reduced scale and embedded previews beside the whole photo.

Photos of a catalog are enlarged to 4 megapixels with the grain of a camera, as `landmarq bench floors` makes
them; each is read whole, at the reduced scale that landmarq uses, and from previews: the one of 160 x 120 pixels that
cameras put into EXIF (the standard DCF asks for it), one whose short side is the network's, and one of twice that,
which the 64 KB of an EXIF segment hardly hold. A way to read serves if it changes no more answers than reduced scale
does. The pack answers without places.

    python benchmarks/decoding.py ../shared/photos/photos.csv --photos 400 --json decoding.json
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image

from landmarq import workspace
from landmarq.bench import Table
from landmarq.bench.made_photos import SIDES, enlarged, with_grain
from landmarq.catalog import read_catalog
from landmarq.cli.bench.output import show
from landmarq.photos import encode_jpeg, read_rgb
from landmarq.photos.decode import MAX_SIDE, open_photo, squash, to_rgb
from landmarq.types import Pixels

NAME = Path("a.jpg")
THUMBNAIL_AT = 0x0201
"""EXIF's JPEGInterchangeFormat: where the preview begins."""


def camera_photo(file: Path, rng: np.random.Generator) -> bytes:
    """Return a photo of 4 megapixels that shows what a small one shows, its shape kept."""
    small = read_rgb(file, at_least=512)
    pixels = SIDES[4][0] * SIDES[4][1]
    scale = np.sqrt(pixels / (small.shape[0] * small.shape[1]))
    height, width = (round(side * scale) for side in small.shape[:2])
    return encode_jpeg(with_grain(enlarged(small, width, height), rng), quality=90)


def preview(jpeg: bytes, *, short: int, quality: int = 75) -> bytes:
    """Return the preview that a camera would embed, its short side as given."""
    whole = to_rgb(open_photo(jpeg, name=NAME, at_least=2 * short).image)
    scale = short / min(whole.size)
    out = io.BytesIO()
    size = (round(whole.width * scale), round(whole.height * scale))
    whole.resize(size, Image.Resampling.BICUBIC).save(out, "JPEG", quality=quality)
    return out.getvalue()


def has_preview(file: Path) -> bool:
    """Tell whether a photo's EXIF holds a preview, which is a JPEG of its own."""
    with Image.open(file) as image:
        return THUMBNAIL_AT in image.getexif().get_ifd(ExifTags.IFD.IFD1)


def main() -> None:
    """Read, embed, decide, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("catalog", type=Path)
    parser.add_argument("--photos", type=int, default=300)
    parser.add_argument("--split", default="val")
    parser.add_argument("--json", type=Path, help="file for the figures, machine and date")
    options = parser.parse_args()
    rng = np.random.default_rng(0)
    rows = read_catalog(options.catalog).where(lambda row: row.role.startswith(options.split))
    files = [rows.files()[at] for at in rng.permutation(len(rows))[: options.photos]]
    system = workspace.open_system()
    size = system.network.info.preprocessing.size

    def reading(at_least: int) -> Callable[[bytes], Pixels]:
        return lambda jpeg: squash(to_rgb(open_photo(jpeg, name=NAME, at_least=at_least).image), size=size)

    ways: dict[str, tuple[Callable[[bytes], bytes], Callable[[bytes], Pixels]]] = {
        "whole": (lambda jpeg: jpeg, reading(MAX_SIDE)),
        "reduced scale": (lambda jpeg: jpeg, reading(size)),
        f"preview, short side {2 * size}": (lambda jpeg: preview(jpeg, short=2 * size), reading(size)),
        f"preview, short side {size}": (lambda jpeg: preview(jpeg, short=size), reading(size)),
        "preview, short side 120": (lambda jpeg: preview(jpeg, short=120), reading(size)),
    }
    spent = dict.fromkeys(ways, 0.0)
    pixels: dict[str, list[Pixels]] = {name: [] for name in ways}
    for file in files:
        jpeg = camera_photo(file, rng)
        for name, (source, read) in ways.items():
            data = source(jpeg)
            began = time.process_time()
            pixels[name].append(read(data))
            spent[name] += time.process_time() - began
    vectors = {name: system.network.embed(np.stack(own)) for name, own in pixels.items()}
    answers = {name: system.recognizer.decide(own, [None] * len(files)) for name, own in vectors.items()}
    whole, truth = answers["whole"], vectors["whole"]
    table = []
    for name, found in answers.items():
        cosine = np.sum(vectors[name] * truth, axis=1)
        accepted, before = found.score >= 0, whole.score >= 0
        changed = (accepted != before) | (accepted & before & (found.best != whole.best))
        row = (name, 1000 * spent[name] / len(files), float(cosine.min()), float(cosine.mean()), int(changed.sum()))
        table.append((*row, int((found.best != whole.best).sum()), int(accepted.sum())))
    columns = ("read", "ms, 1 core", "worst cosine", "mean cosine", "answers changed", "best changed", "recognised")
    every = read_catalog(options.catalog).files()
    carrying = sum(has_preview(file) for file in every)
    note = f"Of the {len(every):,} photos of the catalog {carrying:,} carry a preview in their EXIF."
    title = f"{len(files)} photos of 4 megapixels, against whole decoding"
    show([Table(title, columns, tuple(table), (note,))], options.json)


if __name__ == "__main__":
    main()
