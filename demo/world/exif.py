"""The camera data in a photo: capture time, place, orientation."""

from __future__ import annotations

from datetime import datetime

from PIL import ExifTags, Image

SOFTWARE = "landmarq sample world"


def camera_data(*, taken: datetime, place: tuple[float, float] | None, orientation: int = 1) -> Image.Exif:
    """Return EXIF data for a photo.

    Args:
        taken: local time without a zone, as cameras write it.
        place: latitude and longitude in degrees, or None.
        orientation: EXIF orientation, 1 to 8: how a viewer must turn the stored pixels.
    """
    exif = Image.Exif()
    base = ExifTags.Base
    exif[base.Make] = "landmarq"
    exif[base.Model] = "Phone" if place else "Camera"
    exif[base.Software] = SOFTWARE
    exif[base.Orientation] = orientation
    text = taken.strftime("%Y:%m:%d %H:%M:%S")
    exif[base.DateTime] = text
    own = exif.get_ifd(ExifTags.IFD.Exif)
    own[base.DateTimeOriginal] = own[base.DateTimeDigitized] = text
    if place is not None:
        lat, lon = place
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        gps[ExifTags.GPS.GPSVersionID] = b"\x02\x03\x00\x00"
        gps[ExifTags.GPS.GPSLatitudeRef] = "N" if lat >= 0 else "S"
        gps[ExifTags.GPS.GPSLatitude] = _sexagesimal(abs(lat))
        gps[ExifTags.GPS.GPSLongitudeRef] = "E" if lon >= 0 else "W"
        gps[ExifTags.GPS.GPSLongitude] = _sexagesimal(abs(lon))
    return exif


def _sexagesimal(degrees: float) -> tuple[float, float, float]:
    """Return degrees, minutes and seconds, the seconds to a hundredth (30 cm)."""
    hundredths = round(degrees * 360_000)
    whole, rest = divmod(hundredths, 360_000)
    minutes, seconds = divmod(rest, 6_000)
    return float(whole), float(minutes), seconds / 100
