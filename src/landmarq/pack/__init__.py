"""Packs: what a user installs or shares."""

from landmarq.pack.pack import GALLERY_FILE, LANDMARKS_CSV, MODEL_FOLDER, PACK_JSON, Pack, PackInfo, open_pack
from landmarq.pack.pictures import PICTURE_SIDE, ReferencePicture, write_picture
from landmarq.pack.thresholds import STRICTNESSES, Background, Strictness, Thresholds

__all__ = [
    "GALLERY_FILE",
    "LANDMARKS_CSV",
    "MODEL_FOLDER",
    "PACK_JSON",
    "PICTURE_SIDE",
    "STRICTNESSES",
    "Background",
    "Pack",
    "PackInfo",
    "ReferencePicture",
    "Strictness",
    "Thresholds",
    "open_pack",
    "write_picture",
]
