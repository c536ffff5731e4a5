"""Quantising as a library call: a model and a catalog in, an int8 model out."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from landmarq.catalog import read_catalog
from landmarq.embed import Progress
from landmarq.errors import CatalogError, PhotoError
from landmarq.photos import PhotoReader, PhotoView
from landmarq.runtime import ModelInfo, read_model
from landmarq.types import Pixels


def quantise(
    catalog: Path,
    *,
    model: Path,
    out: Path,
    photos: int | None = None,
    progress: Progress | None = None,
) -> int:
    """Write the int8 model of a model, calibrated on training photos of a catalog.

    Args:
        catalog: CSV; its rows whose role begins with ``train`` serve, or all where it has no roles.
        model: folder of the model in floating point.
        out: folder of the int8 model.
        photos: how many calibrate.
        progress: called with (photos seen, photos).

    Returns:
        How many photos it was calibrated on.

    Raises:
        CatalogError: no photo can be read.
        ModelError: the model is damaged.
        MissingExtraError: NNCF is not installed.
    """
    from landmarq.runtime.quantise import QuantiseConfig
    from landmarq.runtime.quantise import quantise as quantise_model

    config = QuantiseConfig() if photos is None else QuantiseConfig(photos=photos)
    rng = np.random.default_rng(config.seed)
    pixels = calibration_pixels(catalog, read_model(model)[0], count=config.photos, rng=rng)
    quantise_model(model, pixels=pixels, out=out, config=config, progress=progress)
    return len(pixels)


def calibration_pixels(catalog: Path, info: ModelInfo, *, count: int, rng: np.random.Generator) -> Pixels:
    """Return some training photos as a model takes them, (n, size, size, 3) uint8.

    Raises:
        CatalogError: no photo can be read.
    """
    rows = read_catalog(catalog)
    trained = rows.where(lambda row: row.role.startswith("train"))
    files = (trained if len(trained) else rows).files()
    some = [files[at] for at in rng.permutation(len(files))[:count]]
    view = PhotoView(info.preprocessing.size, info.preprocessing.filter)
    with PhotoReader() as reader:
        read = [photo.pixels for _, photo in reader.photos(some, view) if not isinstance(photo, PhotoError)]
    if not read:
        raise CatalogError(f"no photo of {catalog} can be read: there is nothing to calibrate on")
    return np.stack(read)
