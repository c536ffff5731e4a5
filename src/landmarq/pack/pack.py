"""A pack: a folder with everything that recognising a set of landmarks takes."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from landmarq.artifacts import check_file, read_json, write_json
from landmarq.catalog import read_landmarks, write_landmarks
from landmarq.config import from_mapping
from landmarq.errors import ArtifactError, CatalogError, ConfigError, PackError
from landmarq.gallery import Gallery, open_gallery
from landmarq.pack.pictures import MAX_TABLE_BYTES, ReferencePicture, read_pictures, save_pictures
from landmarq.pack.thresholds import STRICTNESSES, Background, Strictness, Thresholds
from landmarq.types import Landmark

PACK_SCHEMA = 1
PACK_JSON, LANDMARKS_CSV, GALLERY_FILE, MODEL_FOLDER = "pack.json", "landmarks.csv", "gallery.safetensors", "model"


@dataclass(frozen=True)
class PackInfo:
    """What ``pack.json`` says.

    Attributes:
        name: short name for people.
        model: fingerprint of the model that made the gallery's vectors.
        thresholds: one set for each strictness.
        background: how the background vectors count.
        calibration: where the thresholds come from and what they promise.
        licence, origin: what may be done with the pack, and what it was learnt from.
        gallery: the configuration that built the gallery.
    """

    name: str
    model: str
    thresholds: dict[str, Thresholds]
    background: Background = field(default_factory=Background)
    calibration: dict[str, Any] = field(default_factory=dict)
    licence: str = ""
    origin: str = ""
    gallery: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a pack without a set of thresholds for each strictness."""
        missing = [each for each in STRICTNESSES if each not in self.thresholds]
        if missing or len(self.thresholds) != len(STRICTNESSES):
            raise ValueError(f"thresholds must be given for {', '.join(STRICTNESSES)}")


@dataclass(frozen=True)
class Pack:
    """An opened pack: ``landmarks`` and the gallery's numbers are in the same order.

    Attributes:
        info: what ``pack.json`` says.
        landmarks: the table.
        gallery: their vectors.
        pictures: of some references, by reference; most packs carry none.
    """

    info: PackInfo
    landmarks: tuple[Landmark, ...]
    gallery: Gallery
    pictures: tuple[ReferencePicture, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a table and a gallery that do not belong together."""
        if len(self.landmarks) != self.gallery.size:
            raise ValueError(f"{len(self.landmarks)} landmarks in the table, {self.gallery.size} in the gallery")

    def thresholds(self, strictness: Strictness) -> Thresholds:
        """Return the set of thresholds for a strictness."""
        return self.info.thresholds[strictness]

    def save(self, folder: Path) -> None:
        """Write the pack's files; ``pack.json`` last, as the sign that the others are whole."""
        write_landmarks(folder / LANDMARKS_CSV, self.landmarks)
        self.gallery.save(folder / GALLERY_FILE)
        save_pictures(folder, self.pictures)
        write_json(folder / PACK_JSON, _as_json(self.info))


def open_pack(folder: Path) -> Pack:
    """Open a pack from anyone.

    Raises:
        PackError: a file is missing, damaged, or newer than this version; the files do not fit together.
    """
    if not folder.is_dir():
        raise PackError(f"no such pack: {folder}")
    try:
        values = read_json(folder / PACK_JSON)
    except ArtifactError as error:
        raise PackError(str(error)) from None
    if values.pop("kind", None) != "landmarq-pack":
        raise PackError(f"{folder / PACK_JSON} does not describe a landmarq pack")
    if values.pop("schema", None) != PACK_SCHEMA:
        raise PackError(f"{folder} was written by another version of landmarq: install a newer one")
    try:
        info = from_mapping(PackInfo, values, origin=str(folder / PACK_JSON))
        check_file(folder / LANDMARKS_CSV, at_most=MAX_TABLE_BYTES)
        landmarks = read_landmarks(folder / LANDMARKS_CSV)
        pack = Pack(info, landmarks, open_gallery(folder / GALLERY_FILE))
        owners = [landmarks[number].id for number in pack.gallery.reference_owner.tolist()]
        return dataclasses.replace(pack, pictures=read_pictures(folder, owners=owners))
    except (ConfigError, CatalogError, ArtifactError) as error:
        raise PackError(str(error)) from None
    except ValueError as error:
        raise PackError(f"{folder} is damaged: {error}") from None


def _as_json(info: PackInfo) -> Mapping[str, Any]:
    return {"kind": "landmarq-pack", "schema": PACK_SCHEMA, **dataclasses.asdict(info)}
