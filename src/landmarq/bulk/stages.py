"""The three stages, as Ray Data runs them: sources into decoded partitions, into answers, into files."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from landmarq.bulk.config import BulkConfig
from landmarq.bulk.decoding import Decoder, Read
from landmarq.bulk.engine import Engine, EngineOpener
from landmarq.bulk.output import PHOTOS_NAME, Output, partition_name
from landmarq.bulk.reading import items
from landmarq.bulk.sources import Source
from landmarq.bulk.tables import from_stream, photo_table, pixels_and_places, to_parquet, to_stream, with_answers
from landmarq.errors import InputError, LandmarqError, StorageError
from landmarq.photos import PhotoView, ReadLimits

_IDLE_GPU = "a worker has a GPU and ONNX Runtime does not compute on it: install onnxruntime-gpu in onnxruntime's place"


class Decode:
    """The stage as Ray Data runs it: rows of sources in, rows of partitions out.

    A row is a whole partition, whatever Ray does to blocks: no partition is ever cut or mixed with another.
    """

    def __init__(self, view: PhotoView, config: BulkConfig) -> None:
        """Make the decoding processes' pool."""
        _forget_the_program_of_ray()
        self._size, self._photos = view.size, config.partition_photos
        self._decoder = Decoder(view, ReadLimits(config.decode_cores, config.timeout_s, config.memory_mb))

    def __call__(self, batch: dict[str, Any]) -> Iterator[dict[str, list[Any]]]:
        """Yield the partitions of each source of a batch, one at a time."""
        for line in batch["source"]:
            source = Source.from_json(str(line))
            for number, (reads, problem, last) in enumerate(self._partitions(source)):
                yield {
                    "source": [source.number],
                    "number": [number],
                    "last": [last],
                    "problem": [problem],
                    "table": [photo_table(reads, size=self._size)],
                }

    def _partitions(self, source: Source) -> Iterator[tuple[list[Read], str, bool]]:
        """Yield (photos, what keeps the source from being whole, whether it is the last that a whole source has)."""
        reads: list[Read] = []
        problem = ""
        try:
            for read in self._decoder.each(items(source)):
                if len(reads) == self._photos:  # now it is known that another one follows
                    yield reads, "", False
                    reads = []
                reads.append(read)
                problem = problem or read.problem
        except InputError as error:
            problem = str(error)
        except Exception as error:  # noqa: BLE001 - a shard from strangers ends its own source, not the run
            problem = f"{source.name}: {_words(error)}"
        yield reads, problem, not problem


class Recognize:
    """Runs the model over partitions: one copy of it for each actor of Ray.

    An error becomes a row: one of opening the model (``model_error``) ends the run, another is its partition's.
    """

    def __init__(self, open_engine: EngineOpener, fingerprint: str, gpus: float = 0) -> None:
        """Remember what to open.

        Args:
            open_engine: opens the model; with the first partition, so that an actor that dies of it is not started
                again for ever.
            fingerprint: of the engine of the run.
            gpus: that each worker was given: they are not to lie idle unnoticed.
        """
        self._open, self._fingerprint, self._gpus = open_engine, fingerprint, gpus

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return the row with answers and vectors in place of pixels."""
        try:
            engine = self._engine
        except (LandmarqError, MemoryError) as error:
            return {**row, "table": b"", "model_error": f"a worker can't open the model: {str(error) or 'no memory'}"}
        if engine.fingerprint != self._fingerprint:
            return {**row, "table": b"", "model_error": "a worker has another model or pack at the same place"}
        if self._gpus and engine.network.device == "CPU":
            return {**row, "table": b"", "model_error": _IDLE_GPU}
        try:
            return {**row, "table": _answered(row["table"], engine), "model_error": ""}
        except Exception as error:  # noqa: BLE001 - whatever a runtime raises is this partition's error, not the run's
            return {**row, "table": b"", "problem": _words(error), "model_error": ""}

    @functools.cached_property
    def _engine(self) -> Engine:
        return self._open()


def _answered(data: bytes, engine: Engine) -> bytes:
    table = from_stream(data)
    pixels, places, rows = pixels_and_places(table, size=engine.network.info.preprocessing.size)
    vectors, answers = engine.answer(pixels, places, rows)
    return to_stream(with_answers(table, answers, vectors, rows.tolist(), precision=engine.network.precision))


def write_partition(row: dict[str, Any], output: Output) -> dict[str, Any]:
    """Write a partition's Parquet file and return what the driver must know of it."""
    told = {name: row[name] for name in ("source", "last", "problem", "model_error")} | {"storage_error": ""}
    if not row["table"]:
        return told
    name = partition_name(row["source"], row["number"], last=row["last"])
    try:
        output.write(f"{PHOTOS_NAME}/{name}", to_parquet(from_stream(row["table"])))
    except (StorageError, OSError) as error:
        return {**told, "storage_error": str(error)}
    return told


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {(str(error).splitlines() or [''])[0][:160]}"


def _forget_the_program_of_ray() -> None:
    """Spawned processes import the program of their parent; that of an actor imports Ray: seconds and 100 MB each."""
    program = sys.modules["__main__"]
    if Path(getattr(program, "__file__", None) or "").name == "default_worker.py":
        del program.__file__
