"""Photos in tar shards: those of Google Landmarks v2, and WebDataset's, where files of one stem are one sample.

Shards come from strangers. Only plain files with the suffixes of photos are taken out, under names made of their own
last part: no link is followed, and nothing is written outside the folder.
"""

from __future__ import annotations

import json
import re
import shutil
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from landmarq.artifacts import atomic_write, storage_errors
from landmarq.catalog.rows import Catalog
from landmarq.catalog.tables import read_catalog, write_table
from landmarq.errors import CatalogError

PHOTO_SUFFIXES = frozenset({"jpg", "jpeg", "png", "webp", "tif", "tiff"})
WEBDATASET_CATALOG = "catalog.csv"
MAX_PHOTO_BYTES = 2**28
MAX_TEXT_BYTES = 2**20
_SAFE = re.compile(r"[^0-9A-Za-z_.-]+")
_COLUMNS = ("path", "landmark", "licence", "author")


@dataclass(frozen=True, slots=True)
class Sample:
    """One photo of a WebDataset shard, and what the files of its stem say of it."""

    path: str
    landmark: str
    licence: str = ""
    author: str = ""


def unpack_gldv2(shard: Path, folder: Path) -> int:
    """Take the photos of a Google Landmarks v2 shard out to ``a/b/c/abc….jpg``; return how many were not there.

    Raises:
        CatalogError: it is not a tar file.
        StorageError: no space.
    """
    taken = 0
    for name, member, archive in _files(shard):
        stem, dot, suffix = name.name.rpartition(".")
        if suffix == "jpg" and dot and re.fullmatch(r"[0-9a-f]{16}", stem):
            taken += _take(archive, member, folder / stem[0] / stem[1] / stem[2] / f"{stem}.jpg")
    return taken


def unpack_webdataset(shards: Sequence[Path], folder: Path) -> Catalog:
    """Take the photos of WebDataset shards out, and write ``catalog.csv`` beside them.

    A sample is a photo and, with the same stem, ``.cls`` or ``.txt`` (its landmark) or ``.json`` with ``landmark`` (or
    ``label``, ``landmark_id``) and optionally ``licence`` (or ``license``) and ``author``. A photo that is there is
    not written again, so a stopped run goes on.

    Raises:
        CatalogError: a shard is not a tar file, or no sample has a photo.
        StorageError: no space.
    """
    samples = [sample for shard in shards for sample in _samples(shard, folder)]
    if not samples:
        raise CatalogError(f"no photos in {', '.join(str(shard) for shard in shards)}")
    rows = ((each.path, each.landmark, each.licence, each.author) for each in samples)
    write_table(folder / WEBDATASET_CATALOG, _COLUMNS, rows)
    return read_catalog(folder / WEBDATASET_CATALOG)


def _samples(shard: Path, folder: Path) -> Iterator[Sample]:
    """Yield the samples of one shard; the files of a sample follow each other."""
    home = _SAFE.sub("_", shard.stem)
    key, photo = "", ""
    said: dict[str, str] = {}
    for name, member, archive in _files(shard):
        stem, _, suffix = name.name.partition(".")
        this = str(name.parent / stem)
        if this != key:
            if photo:
                yield _sample(photo, said)
            key, photo, said = this, "", {}
        if suffix.lower() in PHOTO_SUFFIXES:
            photo = f"{home}/{_SAFE.sub('_', this).lstrip('.')}.{suffix.lower()}"
            _take(archive, member, folder / photo)
        elif suffix.lower() in {"cls", "txt", "json"} and member.size <= MAX_TEXT_BYTES:
            said.update(_said(suffix.lower(), _read(archive, member), f"{shard}: {member.name}"))
    if photo:
        yield _sample(photo, said)


def _sample(photo: str, said: Mapping[str, str]) -> Sample:
    landmark = said.get("landmark") or said.get("landmark_id") or said.get("label") or ""
    return Sample(photo, landmark, said.get("licence") or said.get("license") or "", said.get("author", ""))


def _said(suffix: str, data: bytes, where: str) -> dict[str, str]:
    try:
        text = data.decode("utf-8-sig").strip()
        value = json.loads(text) if suffix == "json" else {"label": text}
    except (ValueError, RecursionError):
        raise CatalogError(f"{where} is damaged") from None
    if not isinstance(value, dict):
        raise CatalogError(f"{where} is not a JSON object")
    return {str(name): str(each) for name, each in value.items() if isinstance(each, str | int)}


def _files(shard: Path) -> Iterator[tuple[PurePosixPath, tarfile.TarInfo, tarfile.TarFile]]:
    """Yield the plain files of a tar, read as a stream."""
    try:
        with tarfile.open(shard, "r|*") as archive:
            for member in archive:
                if member.isfile() and member.size <= MAX_PHOTO_BYTES:
                    yield PurePosixPath(member.name), member, archive
    except FileNotFoundError:
        raise CatalogError(f"no such shard: {shard}") from None
    except (tarfile.TarError, EOFError) as error:
        raise CatalogError(f"{shard} is not a whole tar file: {error}") from None


def _read(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = archive.extractfile(member)
    return stream.read() if stream else b""


def _take(archive: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> bool:
    """Write a member unless a file of its size is there; tell whether it was written."""
    with storage_errors(path):
        if path.is_file() and path.stat().st_size == member.size:
            return False
    stream = archive.extractfile(member)
    if stream:
        with atomic_write(path) as out:
            shutil.copyfileobj(stream, out)
    return stream is not None
