"""Photos in somebody else's dataflow: a class for the ``map_batches`` of Ray, Spark or Daft."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from landmarq.bulk.decoding import Decoder
from landmarq.bulk.engine import Engine, EngineOpener
from landmarq.bulk.locations import fetch
from landmarq.bulk.reading import Item, place_of
from landmarq.errors import InputError, PhotoError
from landmarq.photos import PhotoView, ReadLimits
from landmarq.types import Floats


class BatchRecognizer:
    """Names the landmarks on batches of photos.

    It can be sent to workers (pickled) before it is used: the model is opened with the first batch, once in each
    process, and decoding processes with limits on time and memory stand beside it. A photo that can't be read costs
    its row only.

        from functools import partial
        from landmarq.bulk import BatchRecognizer
        from landmarq.workspace.bulk import open_engine

        photos = ray.data.read_parquet("s3://photos/")          # a column "bytes", or "path"
        photos.map_batches(
            BatchRecognizer,
            fn_constructor_args=(partial(open_engine, ["packs/mine"]),),
            batch_size=64, compute=ray.data.ActorPoolStrategy(size=4),
        )
    """

    def __init__(self, open_engine: EngineOpener, *, limits: ReadLimits | None = None) -> None:
        """Remember what to open.

        Args:
            open_engine: opens the model; a function of a module, or ``functools.partial`` of one.
            limits: processes that decode, and what one photo may cost.
        """
        self._open, self._limits = open_engine, limits or ReadLimits()

    def __call__(self, batch: Mapping[str, Any]) -> dict[str, Any]:
        """Recognise a batch.

        Args:
            batch: columns of equal length n: ``bytes`` (a photo's file) or ``path`` (a path, or a URL that fsspec
                opens), and optionally ``lat`` and ``lon`` (degrees; where there is none, the photo's EXIF is asked).
                ``path`` beside ``bytes`` names the photos. Others are handed on.

        Returns:
            The columns but ``bytes``, and ``landmarks``, ``score``, ``best``, ``place_used``, ``reason``, ``error`` as
            ``landmarq recognize --json`` has them, arrays of n objects, None where they do not apply; and ``vector``,
            (n, d) float32 unit rows, NaN where a photo can't be read. Without a recogniser the answer is None.

        Raises:
            InputError: neither ``bytes`` nor ``path`` is there, or the place of the photos can't be reached.
            ModelError: the model can't be opened.
        """
        reads = list(self._decoder.each(_items(batch)))
        for read in reads:
            if read.problem:
                raise InputError(read.problem)
        rows = np.array([row for row, read in enumerate(reads) if not isinstance(read.photo, PhotoError)], np.int64)
        size = self._view.size
        squares = [read.photo.pixels for read in reads if not isinstance(read.photo, PhotoError)]
        pixels = np.array(squares, np.uint8).reshape(-1, size, size, 3)
        vectors, answers = self._engine.answer(pixels, [reads[row].place for row in rows], rows)
        told: list[dict[str, Any]] = [{} for _ in reads]
        for row, answer in zip(rows, answers, strict=True):
            told[row] = answer.as_json("") if answer else {}
        errors = [str(read.photo) if isinstance(read.photo, PhotoError) else None for read in reads]
        answered = {
            name: _objects([each.get(name) for each in told])
            for name in ("landmarks", "score", "best", "place_used", "reason")
        }
        kept = {name: values for name, values in batch.items() if name != "bytes"}
        return {**kept, **answered, "error": _objects(errors), "vector": _spread(vectors, rows, len(reads))}

    def __getstate__(self) -> dict[str, Any]:
        """Leave what is open behind: it is opened again where this arrives."""
        return {"_open": self._open, "_limits": self._limits}

    @functools.cached_property
    def _engine(self) -> Engine:
        return self._open()

    @functools.cached_property
    def _decoder(self) -> Decoder:
        return Decoder(self._view, self._limits)

    @property
    def _view(self) -> PhotoView:
        preprocessing = self._engine.network.info.preprocessing
        return PhotoView(preprocessing.size, preprocessing.filter)


def _items(batch: Mapping[str, Any]) -> Iterator[Item]:
    if "bytes" not in batch and "path" not in batch:
        raise InputError(f"a batch needs a column bytes or path; it has {', '.join(batch)}")
    count = len(batch["bytes" if "bytes" in batch else "path"])
    for row in range(count):
        path = str(batch["path"][row]) if "path" in batch else f"photo {row}"
        load = functools.partial(bytes, batch["bytes"][row]) if "bytes" in batch else functools.partial(fetch, path)
        place = _place(batch["lat"][row], batch["lon"][row]) if "lat" in batch and "lon" in batch else None
        yield Item(path, load, place)


def _place(lat: Any, lon: Any) -> Any:
    """Return the place of a row; numpy's numbers are understood as Python's are."""
    return None if lat is None or lon is None else place_of(float(lat), float(lon))


def _objects(values: Sequence[Any]) -> np.ndarray[Any, np.dtype[np.object_]]:
    """Return a column of objects: numpy would make a matrix of lists of equal length."""
    column = np.empty(len(values), object)
    for row, value in enumerate(values):
        column[row] = value
    return column


def _spread(vectors: Floats, rows: Any, count: int) -> Floats:
    filled = np.full((count, vectors.shape[1]), np.nan, np.float32)
    filled[rows] = vectors
    return filled
