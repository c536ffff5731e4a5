"""What a file is, by its first bytes; its name is asked only where bytes can't tell (RAW is mostly TIFF)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

Kind = Literal["jpeg", "png", "webp", "avif", "heif", "tiff", "gif", "raw", "video", "other"]

HEADER_BYTES = 32
PHOTO_KINDS = frozenset({"jpeg", "png", "webp", "avif", "heif", "tiff", "gif"})
UNSEEN_KINDS = frozenset({"heif", "tiff"})
"""Photos that most browsers do not show."""

_RAW = ".3fr .arw .cr2 .cr3 .dng .erf .kdc .mrw .nef .nrw .orf .pef .raf .raw .rw2 .rwl .sr2 .srf .srw .x3f "
RAW_SUFFIXES = frozenset(_RAW.split())
_VIDEO = ".3gp .avi .flv .m2ts .m4v .mkv .mov .mp4 .mpeg .mpg .mts .ogv .ts .vob .webm .wmv "
VIDEO_SUFFIXES = frozenset(_VIDEO.split())
_PHOTO = ".avif .avifs .gif .heic .heif .hif .jfif .jpe .jpeg .jpg .mpo .png .tif .tiff .webp "
PHOTO_SUFFIXES = frozenset(_PHOTO.split())

_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"mif2"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})


def kind_of_name(path: Path) -> Kind | None:
    """Return ``raw`` or ``video`` where the name says so, else None: the content decides."""
    suffix = path.suffix.lower()
    if suffix in RAW_SUFFIXES:
        return "raw"
    return "video" if suffix in VIDEO_SUFFIXES else None


def kind_of_content(header: bytes) -> Kind:
    """Return what the first ``HEADER_BYTES`` bytes of a file say that it is."""
    if header.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if header.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if header.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if header.startswith(b"RIFF"):
        return {b"WEBP": "webp", b"AVI ": "video"}.get(header[8:12], "other")  # type: ignore[return-value]
    if header.startswith((b"FUJIFILMCCD-RAW", b"FOVb", b"IIRO", b"IIRS", b"IIU\0")) or header[8:10] == b"CR":
        return "raw"
    if header.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        return "tiff"
    if header[4:8] == b"ftyp":
        return _kind_of_brands(header)
    if header.startswith((b"\x1a\x45\xdf\xa3", b"\0\0\x01\xba", b"\0\0\x01\xb3", b"FLV\x01", b"OggS")):
        return "video"
    return "other"


def _kind_of_brands(header: bytes) -> Kind:
    """Tell the members of the ISO base media family apart by their major and compatible brands."""
    brands = [header[8:12], *(header[at : at + 4] for at in range(16, len(header), 4))]
    if any(brand in _AVIF_BRANDS for brand in brands):
        return "avif"
    if any(brand in _HEIF_BRANDS for brand in brands):
        return "heif"
    return "raw" if header[8:12] == b"crx " else "video"
