"""The folder of results: which partitions are there, and which sources are thereby done.

    plan.jsonl        what the run was given, then one source a line
    photos/*.parquet  partitions: SOURCE-NUMBER.parquet, the last one of a source SOURCE-NUMBER-end.parquet
    report.json       what came of it
    unreadable.csv    path and error of every photo that can't be read

The partitions' names alone say what is done; nothing else has to be kept, and one that is written twice is there once.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from landmarq.artifacts import Manifest, atomic_write
from landmarq.bulk.locations import is_local, one_line, open_location
from landmarq.bulk.sources import Source
from landmarq.errors import ArtifactError, LandmarqError, StorageError

PLAN_NAME, REPORT_NAME, UNREADABLE_NAME, PHOTOS_NAME = "plan.jsonl", "report.json", "unreadable.csv", "photos"
_PARTITION = re.compile(r"(\d{7,})-(\d{5,})(-end)?\.parquet")


def partition_name(source: int, number: int, *, last: bool) -> str:
    """Return the file name of a partition."""
    return f"{source:07}-{number:05}{'-end' if last else ''}.parquet"


def source_of(partition: str) -> int:
    """Return the source that a partition was made of, by its name."""
    return int(partition.partition("-")[0])


def finished(names: Iterable[str]) -> set[int]:
    """Return the sources all of whose partitions are among some file names."""
    there: dict[int, set[int]] = defaultdict(set)
    ends: dict[int, int] = {}
    for name in names:
        if found := _PARTITION.fullmatch(name):
            source, number = int(found[1]), int(found[2])
            there[source].add(number)
            if found[3]:
                ends[source] = number
    return {source for source, end in ends.items() if len(there[source]) == end + 1}


class Output:
    """The folder, on this machine or wherever fsspec writes."""

    def __init__(self, location: str) -> None:
        """Remember where; nothing is opened yet, so that it can travel to the workers."""
        self.location = location.rstrip("/") if "://" in location else str(Path(location).absolute())

    def write(self, name: str, data: bytes) -> None:
        """Write a file that has its name only once it is whole.

        Raises:
            StorageError: no space, no permission, or the place can't be reached.
        """
        with self.writing(name) as stream:
            stream.write(data)

    @contextlib.contextmanager
    def writing(self, name: str) -> Iterator[IO[bytes]]:
        """Open a file for bytes; see ``write``."""
        if is_local(self.location):
            with atomic_write(Path(self.location) / name) as stream:
                yield stream
            return
        system, root = open_location(self.location)
        try:  # object stores show an object only once it is whole
            system.makedirs(f"{root}/{name}".rpartition("/")[0], exist_ok=True)
            with system.open(f"{root}/{name}", "wb") as stream:
                yield stream
        except Exception as error:  # noqa: BLE001 - each file system has errors of its own
            raise StorageError(f"can't write to {self.location}: {one_line(error)}") from None

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a file, or None if it is not there.

        Raises:
            StorageError: the place can't be reached, or is no folder.
        """
        with self._reached() as (system, root):
            try:
                data: bytes = system.cat_file(f"{root}/{name}")
            except FileNotFoundError:
                return None
        return data

    def partitions(self) -> list[str]:
        """Return the names of the partitions that are there, sorted.

        Raises:
            StorageError: the place can't be reached.
        """
        with self._reached() as (system, root):
            folder = f"{root}/{PHOTOS_NAME}"
            if not system.exists(folder):
                return []
            system.invalidate_cache(folder)  # others have written there since
            names = [str(each).rstrip("/").rpartition("/")[2] for each in system.ls(folder, detail=False)]
        return sorted(name for name in names if _PARTITION.fullmatch(name))

    def remove(self, partitions: Collection[str]) -> None:
        """Remove partitions.

        Raises:
            StorageError: they may not be removed, or the place can't be reached.
        """
        with self._reached() as (system, root):
            for name in partitions:
                system.rm_file(f"{root}/{PHOTOS_NAME}/{name}")

    @contextlib.contextmanager
    def _reached(self) -> Iterator[tuple[Any, str]]:
        """Yield the file system and the path in it; whatever goes wrong there becomes one line."""
        try:
            yield open_location(self.location)
        except LandmarqError:
            raise
        except Exception as error:  # noqa: BLE001 - each file system has errors of its own
            said = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else one_line(error)
            raise StorageError(f"can't use {self.location}: {said}: choose another -o, or mend it") from None

    def keep_plan(self, manifest: Manifest, sources: Sequence[Source]) -> None:
        """Write what the run was given and what it will do."""
        lines = [json.dumps(manifest.as_mapping()), *(source.as_json() for source in sources)]
        self.write(PLAN_NAME, ("\n".join(lines) + "\n").encode())

    def plan(self, manifest: Manifest) -> list[Source] | None:
        """Return the sources of the run that this one goes on with, or None if there was none.

        Raises:
            ArtifactError: the results here are those of another input, model, pack or configuration.
        """
        data = self.read(PLAN_NAME)
        if data is None:
            return None
        first, *lines = data.decode().splitlines()
        try:
            before: dict[str, Any] = json.loads(first)
            sources = [Source.from_json(line) for line in lines]
        except (ValueError, TypeError, KeyError):
            raise ArtifactError(f"{self.location}/{PLAN_NAME} is damaged: choose another -o") from None
        given = json.loads(json.dumps(manifest.as_mapping()))
        if before != given:
            raise ArtifactError(
                f"{self.location} holds the results of another {_difference(before, given)}: choose another -o"
            )
        return sources


def _difference(before: dict[str, Any], now: dict[str, Any]) -> str:
    """Name what two manifests differ in."""
    for part in ("inputs", "config"):
        one, other = before.get(part), now[part]
        if isinstance(one, dict):
            for name in other:
                if one.get(name) != other[name]:
                    return str(name).replace("_", " ")
    return "version of landmarq"
