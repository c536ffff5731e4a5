"""The workspace: the one place that knows file names and opens a whole system."""

from landmarq.workspace.cleaning import VECTORS_NAME, CleanReport, clean
from landmarq.workspace.explaining import HeatMaps, open_explainer
from landmarq.workspace.packing import GalleryReport, gallery
from landmarq.workspace.picking import pick
from landmarq.workspace.quantising import calibration_pixels, quantise
from landmarq.workspace.serving import serve
from landmarq.workspace.systems import System, open_system, pack_folders, starter_pack
from landmarq.workspace.teaching import TeachReport, teach, teach_folders
from landmarq.workspace.verbs import EmbedReport, albums, embed, landmarks, recognize
from landmarq.workspace.world import WorldReport, world

__all__ = [
    "VECTORS_NAME",
    "CleanReport",
    "EmbedReport",
    "GalleryReport",
    "HeatMaps",
    "System",
    "TeachReport",
    "WorldReport",
    "albums",
    "calibration_pixels",
    "clean",
    "embed",
    "gallery",
    "landmarks",
    "open_explainer",
    "open_system",
    "pack_folders",
    "pick",
    "quantise",
    "recognize",
    "serve",
    "starter_pack",
    "teach",
    "teach_folders",
    "world",
]
