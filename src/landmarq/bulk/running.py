"""The run: every source of an input through decoding and the model into partitions."""

from __future__ import annotations

import contextlib
import json
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from landmarq.artifacts import Manifest
from landmarq.bulk.cluster import ray_cluster
from landmarq.bulk.config import BulkConfig
from landmarq.bulk.engine import EngineOpener
from landmarq.bulk.locations import is_local
from landmarq.bulk.output import Output, source_of, standing
from landmarq.bulk.report import BulkReport, report_on
from landmarq.bulk.sources import Source, find_sources
from landmarq.bulk.stages import Decode, Recognize, write_partition
from landmarq.embed import Progress
from landmarq.errors import LandmarqError, ModelError, StorageError
from landmarq.photos import PhotoView

if TYPE_CHECKING:
    from ray.data import Dataset

SCHEMA = 1
_TRIES = 2
"""Times that Ray starts a piece of work again whose worker or machine died."""
_WINDOW = 10_000
"""Sources given to Ray at once: what the driver must keep in mind."""
Full = Mapping[int, Sequence[int]]
"""Of sources that are half done, the numbers of the partitions that are there."""
_DIED = "its workers died, or their machines: Ray's logs say more"


def run_bulk(
    location: str,
    output: Output,
    open_engine: EngineOpener,
    *,
    config: BulkConfig | None = None,
    address: str = "",
    progress: Progress | None = None,
) -> BulkReport:
    """Recognise or embed every photo of an input on Ray, and write partitions.

    A source whose partitions are all there is not read again; of one that a stopped run left half done, the partitions
    that are missing are made. What can't be done is reported, and tried again by the next run.

    Args:
        location: see ``find_sources``.
        output: where the results go, or where a stopped run left off.
        open_engine: opens the model, here and in every worker.
        config: sizes of the run.
        address: of a Ray cluster; empty for one of this run alone, on this machine.
        progress: called with (sources done, sources to do).

    Raises:
        InputError: nothing to read.
        ArtifactError: the output holds results of something else.
        ConfigError: the run does not fit on the cluster.
        StorageError: no space, or the output can't be reached; all that was written stays.
        ModelError: a worker can't run the model. Whatever ends the run, what is done by then is reported where that can
            be written.
    """
    config = config or BulkConfig()
    engine = open_engine()  # here first: what is wrong with it is told before anything starts
    work = _Work(output, open_engine, engine.fingerprint, _view(engine.network.info.preprocessing), progress)
    given = {
        "input": os.path.abspath(location) if is_local(location) else location,  # noqa: PTH100 - patterns are no paths
        "model, pack or strictness": engine.fingerprint,
        "runtime or precision": f"{engine.network.runtime.split()[0]} {engine.network.precision}",
    }
    manifest = Manifest("bulk", SCHEMA, {"partition_photos": config.partition_photos}, given)
    del engine
    sources = output.plan(manifest)
    if sources is None:
        sources = find_sources(location, files_each=config.partition_photos)
        output.keep_plan(manifest, sources)
    todo, full = _left(output, sources)
    problems: dict[int, str] = {}
    if todo:
        try:
            with ray_cluster(config, address=address) as fitted:
                problems = work.run(todo, full, fitted)
        except LandmarqError as error:
            with contextlib.suppress(LandmarqError):  # the disk may be full
                report_on(output, sources=len(sources), problems=[("the run", str(error))])
            raise
    _left(output, [])  # what earlier tries left over of sources that are finished now
    told = [(source.name, problems[source.number]) for source in sources if source.number in problems]
    return report_on(output, sources=len(sources), problems=told)


@dataclass(frozen=True)
class _Work:
    output: Output
    open_engine: EngineOpener
    fingerprint: str
    view: PhotoView
    progress: Progress | None

    def run(self, todo: Sequence[Source], full: Full, config: BulkConfig) -> dict[int, str]:
        """Do the sources, some at a time; return what keeps those from being finished that are not.

        One that is lost without a word, with its worker or its machine, is given out once more.
        """
        full = dict(full)
        problems: dict[int, str] = {}
        again: set[int] = set()
        waiting = list(todo)
        while waiting:
            window, waiting = waiting[:_WINDOW], waiting[_WINDOW:]
            before = len(todo) - len(window) - len(waiting)
            met, done = self._run(window, full, config, before=before, total=len(todo))
            problems |= met
            silent = [each for each in window if each.number not in problems and each.number not in done]
            # Listing what is there takes long on a large output: only where something was lost.
            lost, there = _left(self.output, silent) if silent else ([], {})
            full.update(there)
            problems |= {each.number: _DIED for each in lost if each.number in again}
            waiting = [each for each in lost if each.number not in again] + waiting
            again |= {each.number for each in lost}
        return problems

    def _run(
        self, sources: Sequence[Source], full: Full, config: BulkConfig, *, before: int, total: int
    ) -> tuple[dict[int, str], set[int]]:
        """Give sources to Ray and follow what is written; return the problems met, and the sources that are done."""
        from ray.exceptions import RayError
        from ray.util.annotations import RayDeprecationWarning

        problems: dict[int, str] = {}
        done: set[int] = set()
        try:
            with _data_context(self.view.size, config), warnings.catch_warnings():
                # Ray means to take max_task_retries away and names nothing that does its work.
                warnings.simplefilter("ignore", RayDeprecationWarning)
                for row in self._dataflow(sources, full, config).iter_rows():
                    if row["model_error"]:
                        raise ModelError(row["model_error"])
                    if row["storage_error"]:
                        raise StorageError(row["storage_error"])
                    if row["problem"]:
                        problems[row["source"]] = row["problem"]
                    elif row["ending"] == "end":
                        done.add(row["source"])
                    if self.progress:
                        self.progress(before + len(done), total)
        except RayError as error:
            raise LandmarqError(f"the Ray cluster failed: {(str(error).splitlines() or [''])[0][:200]}") from None
        return problems, done

    def _dataflow(self, sources: Sequence[Source], full: Full, config: BulkConfig) -> Dataset:
        """Return the whole path: read and decode, recognise, write.

        A row is a source, then a partition of it: Ray may cut and join blocks as it likes, a partition stays whole.
        Writing a partition again changes nothing, so work that Ray repeats leaves no photo twice. Left to itself, Ray
        Data would try for ever what kills its worker each time.
        """
        import ray.data
        from ray.data import ActorPoolStrategy

        rows = [{"source": each.as_json(), "done": json.dumps(full.get(each.number, []))} for each in sources]
        return (
            ray.data.from_items(rows, override_num_blocks=len(rows))
            .map_batches(
                Decode,
                fn_constructor_args=(self.view, config),
                batch_size=1,
                compute=ActorPoolStrategy(size=config.decoders),
                num_cpus=config.decode_cores,
                max_task_retries=_TRIES,
            )
            .map(
                Recognize,
                fn_constructor_args=(self.open_engine, self.fingerprint, config.worker_gpus),
                compute=ActorPoolStrategy(size=config.workers),
                num_cpus=config.worker_cores,
                num_gpus=config.worker_gpus or None,
                max_task_retries=_TRIES,
            )
            .map(write_partition, fn_args=(self.output,), num_cpus=1)
        )


def _left(output: Output, sources: Sequence[Source]) -> tuple[list[Source], Full]:
    """Return the sources that are not done, and the partitions of them that need not be made again.

    What would be there twice is cleared away.
    """
    now = standing(output.partitions())
    left = {each.number for each in sources} - now.finished
    output.remove([*now.left_over, *(name for name in now.to_do_again if source_of(name) in left)])
    return [each for each in sources if each.number in left], now.full


def _view(preprocessing: Any) -> PhotoView:
    return PhotoView(preprocessing.size, preprocessing.filter)


@contextlib.contextmanager
def _data_context(size: int, config: BulkConfig) -> Iterator[None]:
    """Set Ray Data up for rows that are partitions; what the caller had set comes back."""
    from ray.data import DataContext

    context = DataContext.get_current()
    ours = {
        "enable_progress_bars": False,
        "print_on_execution_start": False,
        # One decoded partition a block, so that the model begins with the first one.
        "target_max_block_size": config.partition_photos * size * size * 3,
        # A block is lost when the worker of its source died _TRIES times: the source is tried once more, then reported.
        "max_errored_blocks": -1,
        "max_consecutive_actor_init_deaths": 3,
    }
    before = {name: getattr(context, name) for name in ours}
    try:
        for name, value in ours.items():
            setattr(context, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(context, name, value)
