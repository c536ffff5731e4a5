"""What is seen in a crawl's photos: whether one is a drawing, and the hash of its picture.

Each photo is looked at once; what was seen is kept beside its vectors.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from landmarq.catalog import Catalog
from landmarq.cleaning import LOOK_SIDE, Decisions, differing_bits, is_drawing, perceptual_hash, staying
from landmarq.embed import Progress, VectorStore
from landmarq.photos import PhotoReader, PhotoView
from landmarq.types import Ints
from landmarq.workspace.crawl import Crawl, first_files

_TABLE = """
create table if not exists looks(
    content integer primary key references contents(id) on delete cascade,
    drawn integer not null, hash integer not null)"""
_SEEN = np.dtype([("content", np.int64), ("drawn", np.bool_), ("hash", np.int64)])
_BATCH = 256


@dataclass(frozen=True)
class Looks:
    """Looks at the photos of a crawl, where no run before has; stopped, the next run goes on.

    Attributes:
        store: where it is kept what was seen.
        reader: decodes the photos.
        catalog: the crawl's.
        crawl: its judged rows.
        progress: called with (photos looked at, photos to look at).
    """

    store: VectorStore
    reader: PhotoReader
    catalog: Catalog
    crawl: Crawl
    progress: Progress | None = None

    def drawn(self, decisions: Decisions) -> Ints:
        """Return the rows, of those that stay under a landmark, whose photo is a drawing, (a,) int64."""
        rows = staying(decisions)
        photo = self.crawl.claims.photo[rows]
        seen, known = self._at(photo)
        drawn: Ints = rows[known & seen["drawn"]]
        return drawn

    def same(self, pairs: Ints, *, bits: int) -> NDArray[np.bool_]:
        """Return whether the hashes of photos differ in so many bits at most, (p,) for pairs (p, 2)."""
        seen, known = self._at(pairs.ravel())
        hashes = seen["hash"].view(np.uint64).reshape(-1, 2)
        near: NDArray[np.bool_] = differing_bits(hashes[:, 0], hashes[:, 1]) <= bits
        return near & known.reshape(-1, 2).all(axis=1)

    def _at(self, photos: Ints) -> tuple[NDArray[np.void], NDArray[np.bool_]]:
        """Return what is seen in photos, (q,), and whether anything is: a photo may have gone."""
        self.store.db.execute(_TABLE)
        wanted = self.crawl.contents[photos]
        self._look(np.unique(photos[~np.isin(wanted, self._seen()["content"])]))
        seen = self._seen()
        if not len(seen):
            return np.zeros(len(photos), _SEEN), np.zeros(len(photos), bool)
        at = np.minimum(np.searchsorted(seen["content"], wanted), len(seen) - 1)
        return seen[at], seen["content"][at] == wanted

    def _seen(self) -> NDArray[np.void]:
        rows = self.store.db.execute("select content, drawn, hash from looks order by content")
        return np.fromiter((tuple(row) for row in rows), _SEEN)

    def _look(self, photos: Ints) -> None:
        read = self.reader.photos(first_files(self.catalog, self.crawl, photos), PhotoView(LOOK_SIDE))
        looked = (
            (int(self.crawl.contents[photo]), int(is_drawing(answer.pixels)), _signed(perceptual_hash(answer.pixels)))
            for photo, (_, answer) in zip(photos, read, strict=True)
            if not isinstance(answer, Exception)
        )
        done = 0
        while batch := list(islice(looked, _BATCH)):
            with self.store.transaction() as db:
                db.executemany("insert or replace into looks(content, drawn, hash) values (?, ?, ?)", batch)
            done += len(batch)
            if self.progress:
                self.progress(done, len(photos))


def _signed(bits: int) -> int:
    """Return 64 bits as SQLite holds them."""
    return int(np.uint64(bits).view(np.int64))
