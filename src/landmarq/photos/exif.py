"""What a camera wrote beside the picture: capture time and place, nonsense left out with a reason."""

from __future__ import annotations

import math
import re
import struct
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction

from PIL import Image

from landmarq.types import Place

_DATETIME, _EXIF_IFD, _GPS_IFD = 0x0132, 0x8769, 0x8825
_ORIGINAL, _DIGITIZED = 0x9003, 0x9004
_OFFSET, _OFFSET_ORIGINAL, _OFFSET_DIGITIZED = 0x9010, 0x9011, 0x9012
_FIRST_PHOTO = datetime(1826, 1, 1, tzinfo=UTC)

BROKEN = (
    *(ValueError, TypeError, KeyError, IndexError, AttributeError, SyntaxError, ArithmeticError),
    *(OSError, EOFError, RecursionError, struct.error),
)
"""What Pillow raises, depending on where a file is broken."""


@dataclass(frozen=True, slots=True)
class CameraData:
    """Capture time and place, each None where absent or nonsense; ``notes`` say what was ignored and why.

    ``taken`` carries a time zone only where the camera wrote one.
    """

    taken: datetime | None = None
    place: Place | None = None
    notes: tuple[str, ...] = ()


def read_camera_data(image: Image.Image, *, now: datetime | None = None) -> CameraData:
    """Read the EXIF of an opened picture; never raises for what a file holds."""
    notes: list[str] = []
    try:
        exif = _directory(image)
        details = _directory(image, _EXIF_IFD)
    except BROKEN as error:
        return CameraData(notes=(f"EXIF ignored: {type(error).__name__}",))
    taken = _taken(exif, details, notes, now or datetime.now(UTC))
    try:
        place = _place(_directory(image, _GPS_IFD), notes)
    except BROKEN as error:
        place = None
        notes.append(f"GPS ignored: {type(error).__name__}")
    return CameraData(taken, place, tuple(notes))


def orientation(image: Image.Image) -> int:
    """Return the EXIF orientation, 1 to 8; 1 where it is absent or nonsense."""
    try:
        value = _directory(image).get(0x0112, 1)
    except BROKEN:
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _directory(image: Image.Image, tag: int | None = None) -> dict[int, object]:
    """Return the EXIF entries of the main directory, or of the one that ``tag`` points to."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of broken EXIF; what it still reads is used
        exif = image.getexif()
        return dict(exif) if tag is None else exif.get_ifd(tag)


def _taken(exif: dict[int, object], details: dict[int, object], notes: list[str], now: datetime) -> datetime | None:
    candidates = (
        (details.get(_ORIGINAL), details.get(_OFFSET_ORIGINAL)),
        (details.get(_DIGITIZED), details.get(_OFFSET_DIGITIZED)),
        (exif.get(_DATETIME), details.get(_OFFSET)),
    )
    for text, offset in candidates:
        if text is None or not str(text).strip(" \0:"):
            continue
        taken = _parse_time(str(text), str(offset or ""))
        if taken is None:
            notes.append(f"capture time ignored: {str(text)[:32]!r} is not a time")
        elif not _FIRST_PHOTO <= _in_utc(taken) <= now + timedelta(days=1):
            notes.append(f"capture time ignored: {taken:%Y-%m-%d} can't be")
        else:
            return taken
    return None


def _parse_time(text: str, offset: str) -> datetime | None:
    found = re.match(r"\s*(\d{4})[:\-/.](\d\d)[:\-/.](\d\d)[ T](\d\d):(\d\d)(?::(\d\d))?", text)
    if not found:
        return None
    try:
        taken = datetime(*(int(part or 0) for part in found.groups()))  # type: ignore[arg-type]  # six numbers
    except ValueError:
        return None
    zone = re.match(r"\s*([+-])(\d\d):(\d\d)", offset)
    if zone:
        minutes = int(zone[2]) * 60 + int(zone[3])
        if minutes < 24 * 60:
            taken = taken.replace(tzinfo=timezone(timedelta(minutes=-minutes if zone[1] == "-" else minutes)))
    return taken


def _in_utc(taken: datetime) -> datetime:
    return taken if taken.tzinfo else taken.replace(tzinfo=UTC)


def _place(gps: dict[int, object], notes: list[str]) -> Place | None:
    if 2 not in gps and 4 not in gps:
        return None
    lat = _degrees(gps.get(2), sign=-1 if _letter(gps.get(1)) == "S" else 1)
    lon = _degrees(gps.get(4), sign=-1 if _letter(gps.get(3)) == "W" else 1)
    if lat is None or lon is None:
        notes.append("GPS ignored: not degrees, minutes, seconds")
        return None
    if lat == 0 and lon == 0:
        notes.append("GPS ignored: 0, 0 is what receivers write that have no fix")
        return None
    try:
        return Place(lat, lon)
    except ValueError as error:
        notes.append(f"GPS ignored: {error}")
        return None


def _letter(value: object) -> str:
    text = value.decode("ascii", "replace") if isinstance(value, bytes) else str(value or "")
    return text.strip(" \0").upper()[:1]


def _degrees(value: object, *, sign: int) -> float | None:
    """Turn (degrees, minutes, seconds), each a rational, into signed degrees."""
    parts = value if isinstance(value, tuple) else (value,)
    if not 1 <= len(parts) <= 3:
        return None
    total = 0.0
    for part, unit in zip(parts, (1, 60, 3600), strict=False):
        try:
            number = (
                float(part) if isinstance(part, int | float | Fraction) else float(part.numerator / part.denominator)
            )
        except (ZeroDivisionError, AttributeError, TypeError, OverflowError):
            return None
        total += number / unit
    return sign * total if math.isfinite(total) else None
