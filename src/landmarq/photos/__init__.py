"""Photos: files into pixels, places and times; the one door to Pillow."""

from landmarq.photos.crop import read_crop
from landmarq.photos.decode import read_rgb, squash, thumbnail
from landmarq.photos.kinds import UNSEEN_KINDS
from landmarq.photos.listing import FoundFile, Skipped, list_photos
from landmarq.photos.pictures import decode_jpeg, encode_jpeg, encode_png
from landmarq.photos.reading import Photo, PhotoReader, PhotoView, ReadLimits, cores, decode_photo, read_photo

__all__ = [
    "UNSEEN_KINDS",
    "FoundFile",
    "Photo",
    "PhotoReader",
    "PhotoView",
    "ReadLimits",
    "Skipped",
    "cores",
    "decode_jpeg",
    "decode_photo",
    "encode_jpeg",
    "encode_png",
    "list_photos",
    "read_crop",
    "read_photo",
    "read_rgb",
    "squash",
    "thumbnail",
]
