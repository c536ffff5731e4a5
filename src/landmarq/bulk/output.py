"""The folder of results: which partitions are there, and which sources are thereby done.

    plan.jsonl        what the run was given, then one source a line
    photos/*.parquet  partitions: SOURCE-NUMBER.parquet; SOURCE-NUMBER-end.parquet, the last one of a source; and
                      SOURCE-NUMBER-cut.parquet where something could not be reached or a shard is damaged
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
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from landmarq.artifacts import Manifest, atomic_write
from landmarq.bulk.locations import is_local, one_line, open_location
from landmarq.bulk.sources import Source
from landmarq.errors import ArtifactError, LandmarqError, StorageError

PLAN_NAME, REPORT_NAME, UNREADABLE_NAME, PHOTOS_NAME = "plan.jsonl", "report.json", "unreadable.csv", "photos"
_PARTITION = re.compile(r"(\d{7,})-(\d{5,})(?:-(end|cut))?\.parquet")

Ending = Literal["", "end", "cut"]
"""What comes after a partition: another one, nothing, or what could not be read."""


def partition_name(source: int, number: int, ending: Ending) -> str:
    """Return the file name of a partition."""
    return f"{source:07}-{number:05}{'-' if ending else ''}{ending}.parquet"


@dataclass(frozen=True)
class Standing:
    """What a list of partitions says of the work.

    Attributes:
        finished: sources all of whose partitions are there.
        full: of the other sources, the numbers of the partitions that are there and followed by another: their photos
            need not be read again.
        left_over: partitions that an earlier try left of a finished source: their photos are in others, too.
        to_do_again: partitions of the other sources that are not full.
    """

    finished: set[int]
    full: Mapping[int, list[int]]
    left_over: list[str]
    to_do_again: list[str]


def source_of(partition: str) -> int:
    """Return the source that a partition was made of, by its name."""
    return int(partition.partition("-")[0])


def standing(names: Iterable[str]) -> Standing:
    """Return what some file names say; names of other files count for nothing."""
    numbers: dict[int, dict[str, list[int]]] = defaultdict(lambda: {"": [], "end": [], "cut": []})
    for name in names:
        if found := _PARTITION.fullmatch(name):
            numbers[int(found[1])][found[3] or ""].append(int(found[2]))
    finished, full = set(), {}
    left_over: list[str] = []
    to_do_again: list[str] = []
    for source, there in numbers.items():
        cuts = [partition_name(source, number, "cut") for number in there["cut"]]
        end = there["end"]
        if len(end) == 1 and sorted(there[""]) == list(range(end[0])):
            finished.add(source)
            left_over.extend(cuts)
            continue
        # A source that has changed can have ended before partitions that it once had: then none of them counts.
        changed = len(end) > 1 or any(number >= end[0] for number in there[""] if end)
        to_do_again.extend([*cuts, *(partition_name(source, number, "end") for number in end)])
        if changed:
            to_do_again.extend(partition_name(source, number, "") for number in there[""])
        elif there[""]:
            full[source] = sorted(there[""])
    return Standing(finished, full, left_over, to_do_again)


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
