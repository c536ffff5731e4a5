"""Bring a store up to date with the files that are there now: read and embed what is new, and nothing else."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from landmarq.embed.store import KnownFile, VectorStore
from landmarq.errors import PhotoError
from landmarq.photos import FoundFile, Photo, PhotoReader, PhotoView
from landmarq.runtime import Network
from landmarq.types import Pixels, Vectors

BATCH = 32
"""Photos embedded and committed together; a crash costs two of these at most."""

THUMBNAIL_SIDE = 720
"""Pixels of the longer side at most; most photos are decoded at less for the network, and stay as they are then."""

_TRIED_AGAIN = frozenset({"missing", "permission", "disk", "heic"})
"""Failures that may go away without the file changing."""

Progress = Callable[[int, int], None]
"""Called with (files done, files to do)."""


@dataclass
class Update:
    """What one update did, in files unless said otherwise.

    Attributes:
        listed: files that may be photos.
        unchanged: known, and as they were.
        moved: new names of contents that were known.
        opened: decoded, or tried.
        embedded: photos run through the network; smaller than ``opened`` where several files hold one photo.
        gone: no longer there.
    """

    listed: int = 0
    unchanged: int = 0
    moved: int = 0
    opened: int = 0
    embedded: int = 0
    gone: int = 0


@dataclass(frozen=True)
class _Batch:
    """Files that were read, and the vectors, to come, of those contents that have none."""

    files: list[tuple[FoundFile, Photo | PhotoError]]
    contents: list[str]
    vectors: Future[Vectors]


class Updater:
    """Updates one store with one network."""

    def __init__(self, store: VectorStore, network: Network, reader: PhotoReader, *, thumbnails: bool = False) -> None:
        """Remember the three that work together, and whether to keep a thumbnail of each photo."""
        self._store = store
        self._network = network
        self._reader = reader
        self._model = store.model(network.info.fingerprint)
        size, resampling = network.info.preprocessing.size, network.info.preprocessing.filter
        self._view = PhotoView(size, resampling, THUMBNAIL_SIDE if thumbnails else 0)
        self._embedded: set[int] = set()

    def run(
        self,
        files: Iterable[FoundFile],
        *,
        forget: bool = True,
        kept: Collection[Path] = (),
        progress: Progress | None = None,
    ) -> Update:
        """Read and embed what is new among ``files``.

        Work is committed in small batches: stopped at any moment, the next run goes on from there.

        Args:
            files: the files that the store should know, each once.
            forget: whether known files that are not among them are gone.
            kept: folders that could not be listed; files known in them are not forgotten.
            progress: called as the work goes on.
        """
        result = Update()
        known = self._store.files()
        self._embedded = self._store.contents_with_vector(self._model)
        listed, todo = self._changed(files, known, result)
        done = 0
        for count in itertools.chain([0], self._work(todo, result)):
            done += count
            if progress:
                progress(done, len(todo))
        if forget:
            self._forget([path for path in known if path not in listed and not _inside(path, kept)], result)
        return result

    def _changed(
        self, files: Iterable[FoundFile], known: dict[bytes, KnownFile], result: Update
    ) -> tuple[set[bytes], list[FoundFile]]:
        """Return the paths of all files, and those files that must be looked into."""
        listed, todo = set(), []
        for file in files:
            path = os.fsencode(file.path)
            listed.add(path)
            before = known.get(path)
            if before and (before.size, before.mtime_ns) == (file.size, file.mtime_ns) and self._settled(before):
                result.unchanged += 1
            else:
                todo.append(file)
        result.listed = len(listed)
        return listed, todo

    def _settled(self, file: KnownFile) -> bool:
        if file.content is None:
            return file.reason not in _TRIED_AGAIN
        return file.content in self._embedded

    def _work(self, todo: list[FoundFile], result: Update) -> Iterator[int]:
        """Do the work, yielding how many files are done at each step."""
        # Two photos of one size in bytes are rare: only those are worth hashing before they are decoded.
        sizes = self._store.sizes_with_vector(self._model)
        fresh = [file for file in todo if file.size not in sizes]
        yield from self._link_moved([file for file in todo if file.size in sizes], fresh, result)
        under_way: _Batch | None = None
        # The network computes in a thread of its own while the next photos are read and the last ones written.
        with ThreadPoolExecutor(1) as thread:
            for files in self._read(fresh):
                batch = self._start(files, under_way.contents if under_way else [], thread)
                if under_way:
                    yield self._commit(under_way, result)
                under_way = batch
            if under_way:
                yield self._commit(under_way, result)

    def _read(self, files: list[FoundFile]) -> Iterator[list[tuple[FoundFile, Photo | PhotoError]]]:
        """Yield the files with their photos, a batch at a time."""
        by_path = {file.path: file for file in files}
        photos = ((by_path[path], photo) for path, photo in self._reader.photos(by_path, self._view))
        while batch := list(itertools.islice(photos, BATCH)):
            yield batch

    def _start(
        self, files: list[tuple[FoundFile, Photo | PhotoError]], under_way: list[str], thread: ThreadPoolExecutor
    ) -> _Batch:
        """Let the network compute the vectors of new contents, leaving out those that it is computing already."""
        photos = {photo.content: photo for _, photo in files if isinstance(photo, Photo)}
        new = [
            sha256
            for sha256 in photos
            if sha256 not in under_way and self._store.content_of(sha256) not in self._embedded
        ]
        return _Batch(files, new, thread.submit(self._embed, [photos[sha256].pixels for sha256 in new]))

    def _embed(self, pixels: list[Pixels]) -> Vectors:
        return self._network.embed(np.stack(pixels)) if pixels else np.empty((0, 0), np.float32)

    def _link_moved(self, files: list[FoundFile], fresh: list[FoundFile], result: Update) -> Iterator[int]:
        """Give known contents their new names; add files with unknown contents to ``fresh``."""
        by_path = {file.path: file for file in files}
        for path, sha256 in self._reader.contents(by_path):
            content = None if isinstance(sha256, PhotoError) else self._store.content_of(sha256)
            if content is None or content not in self._embedded:
                fresh.append(by_path[path])
                continue
            self._store.add_file(by_path[path], content)
            result.moved += 1
            yield 1

    def _commit(self, batch: _Batch, result: Update) -> int:
        """Wait for a batch's vectors and write all of it; return how many files it has."""
        # Before the transaction: others who write to the file must not wait for the network.
        vectors = batch.vectors.result()
        photos = {photo.content: photo for _, photo in batch.files if isinstance(photo, Photo)}
        with self._store.transaction():
            contents = {sha256: self._store.add_photo(photo) for sha256, photo in photos.items()}
            for sha256, vector in zip(batch.contents, vectors, strict=True):
                self._store.add_vector(contents[sha256], vector, model=self._model, precision=self._network.precision)
            for file, photo in batch.files:
                if isinstance(photo, PhotoError):
                    self._store.add_failure(file, photo)
                else:
                    self._store.add_file(file, contents[photo.content])
        self._embedded.update(contents.values())
        result.opened += len(batch.files)
        result.embedded += len(batch.contents)
        return len(batch.files)

    def _forget(self, gone: list[bytes], result: Update) -> None:
        if gone:
            self._store.forget_files(gone, now=time.time())
        result.gone = len(gone)


def _inside(path: bytes, folders: Collection[Path]) -> bool:
    return any(Path(os.fsdecode(path)).is_relative_to(folder) for folder in folders)
