"""Which rows of a crawl are drawings: each photo is looked at once, and what was seen is kept beside its vectors."""

from __future__ import annotations

from itertools import islice

import numpy as np

from landmarq.catalog import Catalog
from landmarq.cleaning import DRAWING_SIDE, Decisions, is_drawing, staying
from landmarq.embed import Progress, VectorStore
from landmarq.photos import PhotoReader, PhotoView
from landmarq.types import Ints
from landmarq.workspace.crawl import Crawl, first_files

_TABLE = """
create table if not exists drawings(
    content integer primary key references contents(id) on delete cascade, drawn integer not null)"""
_BATCH = 256


def drawn_rows(
    store: VectorStore,
    reader: PhotoReader,
    catalog: Catalog,
    crawl: Crawl,
    decisions: Decisions,
    *,
    progress: Progress | None = None,
) -> Ints:
    """Return the rows, of those that stay under a landmark, whose photo is a drawing, (a,) int64.

    Only photos that no run has looked at are decoded; stopped, the next run goes on.

    Args:
        store: where it is kept what was seen.
        reader: decodes the photos.
        catalog: the crawl's.
        crawl: its judged rows.
        decisions: on them.
        progress: called with (photos looked at, photos to look at).
    """
    rows = staying(decisions)
    photos = np.unique(crawl.claims.photo[rows])
    store.db.execute(_TABLE)
    seen = dict(store.db.execute("select content, drawn from drawings"))
    new = np.array([photo for photo in photos.tolist() if int(crawl.contents[photo]) not in seen], np.int64)
    read = reader.photos(first_files(catalog, crawl, new), PhotoView(DRAWING_SIDE))
    looked = (
        (int(crawl.contents[photo]), int(is_drawing(answer.pixels)))
        for photo, (_, answer) in zip(new, read, strict=True)
        if not isinstance(answer, Exception)
    )
    done = 0
    while batch := list(islice(looked, _BATCH)):
        with store.transaction() as db:
            db.executemany("insert or replace into drawings(content, drawn) values (?, ?)", batch)
        seen.update(batch)
        done += len(batch)
        if progress:
            progress(done, len(new))
    drawn = np.array([seen.get(int(content), 0) for content in crawl.contents], bool)
    of_drawings: Ints = rows[drawn[crawl.claims.photo[rows]]]
    return of_drawings
