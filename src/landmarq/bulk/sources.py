"""The plan of a run: the input cut into sources, each read by one worker from start to end.

A source is a run of photo files, a tar shard, or a row group of a Parquet file. The plan is made once and kept with the
results, so that a run that goes on cuts the work as the first one did.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from glob import has_magic
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from landmarq.bulk.locations import is_local, one_line, open_location, url_in
from landmarq.catalog import read_catalog
from landmarq.embed import catalog_files
from landmarq.errors import InputError
from landmarq.photos import list_photos
from landmarq.photos.kinds import PHOTO_SUFFIXES

TAR_SUFFIXES = (".tar", ".tar.gz", ".tgz")
PARQUET_SUFFIXES = (".parquet", ".pq")


@dataclass(frozen=True, slots=True)
class Source:
    """What one worker reads.

    Attributes:
        number: place in the plan; names the partitions made of it.
        kind: what ``locations`` are.
        locations: photo files, or one tar or Parquet file.
        group: row group of a Parquet file.
    """

    number: int
    kind: Literal["files", "tar", "parquet"]
    locations: tuple[str, ...]
    group: int = 0

    @property
    def name(self) -> str:
        """What a person knows it by."""
        first = self.locations[0]
        if self.kind == "files" and len(self.locations) > 1:
            return f"{first} … {self.locations[-1]}"
        return f"{first}, row group {self.group}" if self.kind == "parquet" else first

    def as_json(self) -> str:
        """Return the line of the plan: ASCII, since names of files can hold any character, and bytes that are none."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, line: str) -> Source:
        """Read a line of a plan."""
        values = json.loads(line)
        return cls(**{**values, "locations": tuple(values["locations"])})


def find_sources(location: str, *, files_each: int) -> list[Source]:
    """Cut an input into sources, always in the same order.

    Args:
        location: a folder of photos, of tar shards or of Parquet files, one such file, a catalog (CSV), or a pattern
            (``s3://bucket/*.tar``); a path or a URL that fsspec opens.
        files_each: photos of a source of files.

    Raises:
        InputError: nothing is there, it can't be reached, or nothing of it can hold photos.
    """
    files = _files(location)
    shards = [file for file in files if _is_shard(file)]
    beside = [file for file in files if _may_be_photo(_inner(file))] if shards else []
    if beside:
        raise InputError(
            f"{location} holds {len(beside)} photos and {len(shards)} shards ({shards[0]}): name one kind by a "
            "pattern, such as 'FOLDER/*.tar' or 'FOLDER/**/*.jpg', or the photos by a catalog"
        )
    found: Iterable[tuple[Any, ...]] = _shards(shards)
    if not shards:
        photos = iter(files)
        found = iter(lambda: ("files", tuple(itertools.islice(photos, files_each))), ("files", ()))
    sources = [Source(number, *each) for number, each in enumerate(found)]
    if not sources:
        raise InputError(f"{location} holds neither photos nor shards of them")
    return sources


def _files(location: str) -> list[str]:
    """Return the files of an input, sorted: local ones as the one-machine commands list them."""
    local = Path(location)
    if is_local(location) and local.exists():
        if local.suffix.lower() == ".csv":
            return [str(file.path) for file in catalog_files(read_catalog(local))]
        if local.is_dir():
            return [str(file.path) for file in list_photos([local])]
        return [str(local.absolute())]
    system, path = open_location(location)
    if _inner(location).suffix.lower() == ".csv":
        raise InputError(f"{location}: a catalog must lie on this machine; the photos that it names need not")
    try:
        # A file's own name may hold the signs of a pattern, as a signed URL does.
        found = [path] if system.isfile(path) else sorted((system.glob if has_magic(path) else system.find)(path))
    except Exception as error:  # noqa: BLE001 - each file system has errors of its own
        raise InputError(f"{location} can't be listed: {one_line(error)}") from None
    if not found:
        raise InputError(f"there is nothing at {location}")
    files = [each if is_local(location) else url_in(system, each, location) for each in found]
    return [file for file in files if _is_shard(file) or _may_be_photo(_inner(file))]


def _shards(files: Iterable[str]) -> Iterator[tuple[Any, ...]]:
    for file in files:
        if _inner(file).name.lower().endswith(TAR_SUFFIXES):
            yield "tar", (file,)
        else:
            yield from (("parquet", (file,), group) for group in range(_row_groups(file)))


def _row_groups(location: str) -> int:
    from pyarrow import ArrowException, parquet

    system, path = open_location(location)
    try:
        with system.open(path, "rb") as stream:
            return int(parquet.ParquetFile(stream).num_row_groups)
    except (OSError, ArrowException):
        return 1  # one file that is damaged stops no run: its worker will say what is wrong with it


def _is_shard(file: str) -> bool:
    return _inner(file).name.lower().endswith((*TAR_SUFFIXES, *PARQUET_SUFFIXES))


def _inner(url: str) -> PurePosixPath:
    """Return the path of a URL, without what it is chained to."""
    return PurePosixPath(url.partition("::")[0].partition("://")[2] or url)


def _may_be_photo(path: PurePosixPath) -> bool:
    hidden = any(part.startswith(".") for part in path.parts)
    return not hidden and path.suffix.lower() in PHOTO_SUFFIXES
