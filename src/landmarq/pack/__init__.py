"""Packs: what a user installs or shares."""

from landmarq.pack.pack import GALLERY_FILE, LANDMARKS_CSV, MODEL_FOLDER, PACK_JSON, Pack, PackInfo, open_pack
from landmarq.pack.thresholds import STRICTNESSES, Background, Strictness, Thresholds

__all__ = [
    "GALLERY_FILE",
    "LANDMARKS_CSV",
    "MODEL_FOLDER",
    "PACK_JSON",
    "STRICTNESSES",
    "Background",
    "Pack",
    "PackInfo",
    "Strictness",
    "Thresholds",
    "open_pack",
]
