"""The three stages, as Ray Data runs them: sources into decoded partitions, into answers, into files."""

from __future__ import annotations

import collections
import functools
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from landmarq.bulk.config import BulkConfig
from landmarq.bulk.decoding import Decoder, Read
from landmarq.bulk.engine import Engine, EngineOpener
from landmarq.bulk.output import PHOTOS_NAME, Ending, Output, partition_name
from landmarq.bulk.reading import Item, items
from landmarq.bulk.sources import Source
from landmarq.bulk.tables import from_stream, photo_table, pixels_and_places, to_parquet, to_stream, with_answers
from landmarq.errors import InputError, LandmarqError, StorageError
from landmarq.photos import PhotoView, ReadLimits, cores

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
        """Yield the partitions of each source of a batch, one at a time; those that are done already are left out."""
        for line, done in zip(batch["source"], batch["done"], strict=True):
            source = Source.from_json(str(line))
            for part in self._partitions(source, frozenset(json.loads(str(done)))):
                yield {
                    "source": [source.number],
                    "number": [part.number],
                    "ending": [part.ending],
                    "problem": [part.problem],
                    "table": [photo_table(part.reads, size=self._size)],
                }

    def _partitions(self, source: Source, done: frozenset[int]) -> Iterator[_Part]:
        queue = _Queue(items(source), self._photos, done)
        reads: list[Read] = []
        number, problem = 0, ""
        try:
            for read in self._decoder.each(queue):
                at = queue.numbers.popleft()
                if at != number and reads:  # now it is known that another one follows
                    yield _Part(number, reads, problem, "")
                    reads = []
                number = at
                reads.append(read)
                problem = problem or read.problem
        except Exception as error:  # noqa: BLE001 - a shard from strangers ends its own source, not the run
            problem = str(error) if isinstance(error, InputError) else f"{source.name}: {_words(error)}"
            yield _Part(number if reads else queue.at, reads, problem, "cut")
            return
        if reads and number < queue.at:
            yield _Part(number, reads, problem, "")
            reads = []
        # Where the last photos are done already, an empty partition tells that none follows.
        yield _Part(number if reads else queue.after, reads, problem, "end")


class _Part:
    """A partition to be made: its number, photos, ending, and what keeps its source from being whole."""

    def __init__(self, number: int, reads: list[Read], problem: str, ending: Ending) -> None:
        self.number, self.reads, self.problem = number, reads, problem
        self.ending: Ending = "cut" if any(read.problem for read in reads) else ending


class _Queue:
    """The photos of a source that are not done, and the number of each one's partition, in their order."""

    def __init__(self, photos: Iterable[Item], each: int, done: frozenset[int]) -> None:
        self._photos, self._each, self._done = photos, each, done
        self._seen = 0
        self.numbers: collections.deque[int] = collections.deque()

    def __iter__(self) -> Iterator[Item]:
        for item in self._photos:
            number = self._seen // self._each
            self._seen += 1
            if number not in self._done:
                self.numbers.append(number)
                yield item

    @property
    def at(self) -> int:
        """Number of the partition of the photo seen last."""
        return max(0, self._seen - 1) // self._each

    @property
    def after(self) -> int:
        """Number of a partition behind all that was seen."""
        return self.at + 1 if self._seen else 0


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
        except Exception as error:  # noqa: BLE001 - told as it is: nobody reads a worker's own output
            said = str(error) or "no memory" if isinstance(error, LandmarqError | MemoryError) else _words(error)
            return {**row, "table": b"", "model_error": f"a worker can't open the model: {said}"}
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
        # Ray gives a worker's linear algebra one thread, and the last bits of a product depend on how many share it.
        from threadpoolctl import threadpool_limits

        threadpool_limits(cores(), "blas")
        return self._open()


def _answered(data: bytes, engine: Engine) -> bytes:
    table = from_stream(data)
    pixels, places, rows = pixels_and_places(table, size=engine.network.info.preprocessing.size)
    vectors, answers = engine.answer(pixels, places, rows)
    return to_stream(with_answers(table, answers, vectors, rows.tolist(), precision=engine.network.precision))


def write_partition(row: dict[str, Any], output: Output) -> dict[str, Any]:
    """Write a partition's Parquet file and return what the driver must know of it."""
    told = {name: row[name] for name in ("source", "ending", "problem", "model_error")} | {"storage_error": ""}
    if not row["table"]:
        return told
    name = partition_name(row["source"], row["number"], row["ending"])
    try:
        output.write(f"{PHOTOS_NAME}/{name}", to_parquet(from_stream(row["table"])))
    except (StorageError, OSError) as error:
        return {**told, "storage_error": str(error)}
    except Exception as error:  # noqa: BLE001 - whatever Arrow raises is this partition's error
        return {**told, "problem": _words(error)}
    return told


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {(str(error).splitlines() or [''])[0][:160]}"


def _forget_the_program_of_ray() -> None:
    """Spawned processes import the program of their parent; that of an actor imports Ray: seconds and 100 MB each."""
    program = sys.modules["__main__"]
    if Path(getattr(program, "__file__", None) or "").name == "default_worker.py":
        del program.__file__
