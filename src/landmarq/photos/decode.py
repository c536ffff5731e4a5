"""One file into pixels: the one door to Pillow.

A JPEG is decoded at a reduced scale (the decoder leaves out the fine DCT coefficients), so a 12-megapixel
photo is never held whole for a 256-pixel input. Formats are told apart by content.
"""

from __future__ import annotations

import functools
import io
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, features

from landmarq.errors import PhotoError
from landmarq.photos.exif import BROKEN, orientation
from landmarq.photos.kinds import HEADER_BYTES, PHOTO_KINDS, PHOTO_SUFFIXES, Kind, kind_of_content, kind_of_name
from landmarq.types import Floats, Ints, Pixels

# Pillow's own bound is on the size in the header. Ours is on what will be decoded, after the reduced scale.
Image.MAX_IMAGE_PIXELS = None

MAX_FILE_BYTES = 512 * 2**20
MAX_PIXELS = 120_000_000
"""Pixels decoded for one photo; a larger one is refused before anything is decoded."""
MAX_SIDE = 65_500
"""No format that photos come in goes beyond this; a thin huge picture costs much and shows nothing."""

_FORMATS = {kind: (kind.upper(),) for kind in PHOTO_KINDS}
_FILTERS = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def read_bytes(path: Path) -> bytes:
    """Read a file whole.

    Raises:
        PhotoError: missing, not to be read, or larger than ``MAX_FILE_BYTES``.
    """
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise PhotoError(f"the file has {size >> 20} MB, more than a photo has", reason="too-large")
        return path.read_bytes()
    except FileNotFoundError:
        raise PhotoError("there is no such file", reason="missing") from None
    except PermissionError:
        raise PhotoError("may not be read (permission)", reason="permission") from None
    except OSError as error:
        raise PhotoError(f"can't be read from its disk: {error.strerror}", reason="disk") from None


@dataclass(frozen=True)
class OpenedPhoto:
    """A photo whose header is read and whose pixels are not; ``width`` and ``height`` are the file's own."""

    image: Image.Image
    kind: Kind
    width: int
    height: int


def open_photo(data: bytes, *, name: Path, at_least: int) -> OpenedPhoto:
    """Open a photo so that decoding it later gives at least ``at_least`` pixels on each side, where it has them.

    Only the header is read here. ``name`` serves RAW files and error messages alone.

    Raises:
        PhotoError: not a photo, damaged, too large, or of a kind whose decoder is not installed.
    """
    kind = kind_of_name(name) or kind_of_content(data[:HEADER_BYTES])
    _refuse_unless_photo(kind, data, name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of odd metadata; a photo that decodes is fine
            image = Image.open(io.BytesIO(data), formats=_FORMATS[kind])
            full = image.size
            image.draft("RGB", (at_least, at_least))
    except BROKEN as error:
        raise PhotoError(f"damaged: {_words(error)}", reason="damaged") from None
    # A progressive JPEG keeps all coefficients in memory, however small the scale.
    cost = max(image.width * image.height, full[0] * full[1] // 4 if image.info.get("progressive") else 0)
    if cost > MAX_PIXELS or max(full) > MAX_SIDE:
        raise PhotoError(f"{full[0]} x {full[1]} pixels are more than are decoded", reason="too-large")
    return OpenedPhoto(image, kind, *full)


def to_rgb(image: Image.Image) -> Image.Image:
    """Decode an opened photo into upright 8-bit RGB; transparent parts become white.

    Raises:
        PhotoError: damaged or truncated.
    """
    turn = _TURNS.get(orientation(image))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image.load()
            rgb = _flatten(image)
    except MemoryError:
        raise PhotoError("needs more memory than one photo may have", reason="memory") from None
    except BROKEN as error:
        raise PhotoError(f"damaged: {_words(error)}", reason="damaged") from None
    return rgb if turn is None else rgb.transpose(turn)


def read_rgb(path: Path, *, at_least: int) -> Pixels:
    """Return a photo's pixels, upright, at a reduced scale that leaves both sides >= ``at_least`` where it can.

    Returns:
        Array (height, width, 3), uint8, RGB.

    Raises:
        PhotoError: the file can't be read as a photo.
    """
    return np.asarray(to_rgb(open_photo(read_bytes(path), name=path, at_least=at_least).image))


def squash(image: Image.Image, *, size: int, resampling: str = "bilinear") -> Pixels:
    """Resize the whole photo to a square, its shape not kept: nothing of the photo is cut away.

    Returns:
        Array (size, size, 3), uint8.
    """
    return np.asarray(image.resize((size, size), _FILTERS[resampling], reducing_gap=3.0))


def thumbnail(image: Image.Image, *, side: int, quality: int = 75) -> bytes:
    """Return a JPEG of the photo, its longer side at most ``side`` pixels, without EXIF; colours keep their profile."""
    scale = side / max(image.size)
    small = image
    if scale < 1:
        width, height = (max(1, round(length * scale)) for length in image.size)
        # Down to less than twice the size by averaging whole pixels, which is several times faster, then smoothly.
        small = image.resize((width, height), Image.Resampling.BILINEAR, reducing_gap=1.0)
    profile = image.info.get("icc_profile")
    out = io.BytesIO()
    small.save(out, "JPEG", quality=quality, icc_profile=profile if profile and len(profile) < 4096 else None)
    return out.getvalue()


@functools.cache
def heif_ready() -> bool:
    """Tell whether HEIC photos can be read: the extra ``heic`` is installed."""
    try:
        import pi_heif
    except ImportError:
        return False
    pi_heif.register_heif_opener(thumbnails=False)
    return True


def _refuse_unless_photo(kind: Kind, data: bytes, name: Path) -> None:
    if kind in {"raw", "video"}:
        raise PhotoError(f"a {kind} file, which landmarq does not read", reason=kind)
    if kind not in PHOTO_KINDS:
        if name.suffix.lower() in PHOTO_SUFFIXES:
            raise PhotoError("damaged: the file is empty" if not data else "damaged: not a picture", reason="damaged")
        raise PhotoError("not a photo", reason="unsupported")
    if kind == "heif" and not heif_ready():
        raise PhotoError("a HEIC photo: pip install 'landmarq[heic]' to read it", reason="heic")
    if kind == "avif" and not features.check("avif"):
        raise PhotoError("an AVIF photo, which this build of Pillow does not read", reason="unsupported")


def _flatten(image: Image.Image) -> Image.Image:
    """Bring every mode that a photo comes in to RGB."""
    profile = image.info.get("icc_profile") if image.mode == "RGB" else None
    if image.mode.startswith("I") or image.mode == "F":
        image = Image.fromarray(_to_8_bit(np.asarray(image)))
    if image.mode in {"LA", "PA", "RGBA", "La", "RGBa"} or "transparency" in image.info:
        layer = image.convert("RGBA")
        flat = Image.new("RGB", layer.size, "white")
        flat.paste(layer, mask=layer.getchannel("A"))
        return flat
    rgb = image if image.mode == "RGB" else image.convert("RGB")  # which would copy it
    if profile:
        rgb.info["icc_profile"] = profile
    return rgb


def _to_8_bit(values: Floats | Ints) -> Pixels:
    """Scale grey values of 16 or 32 bit, or floating point, to 0..255."""
    grey = np.nan_to_num(values.astype(np.float32))
    top = 65535.0 if values.dtype.itemsize == 2 or grey.max(initial=0) > 255 else 255.0
    if values.dtype.kind == "f" and grey.max(initial=0) <= 1:
        top = 1.0
    scaled: Pixels = (np.clip(grey / top, 0, 1) * 255 + 0.5).astype(np.uint8)
    return scaled


def _words(error: BaseException) -> str:
    """Return an error's first line without the memory addresses that Pillow puts into it."""
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    return "not a picture that can be read" if "cannot identify" in text else text[:120]
