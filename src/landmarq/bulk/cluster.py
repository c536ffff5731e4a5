"""Ray: a cluster on this machine or one that runs, and how many actors of which size fit on it.

Ray Data waits for ever for an actor that fits nowhere. So every run is sized and checked before it begins.
"""

from __future__ import annotations

import contextlib
import dataclasses
import importlib.util
import logging
import os
import secrets
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from landmarq.bulk.config import BulkConfig
from landmarq.errors import ConfigError, LandmarqError, MissingExtraError
from landmarq.photos import cores

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Node:
    """What a machine of the cluster offers."""

    cpus: float
    gpus: float = 0.0


def require_ray() -> None:
    """Raise an error with the install line where Ray is missing.

    Raises:
        MissingExtraError: the extra is not installed.
    """
    # Not by importing: Ray reads its settings from the environment when it is imported, and they come later.
    if any(importlib.util.find_spec(name) is None for name in ("fsspec", "pyarrow", "ray")):
        raise MissingExtraError(what="Running on a cluster", extra="scale")


def sized(config: BulkConfig, nodes: Sequence[Node]) -> BulkConfig:
    """Return the configuration with every 0 filled in for a cluster.

    A decoder takes half of a machine's CPUs, a worker one CPU, or the GPUs of ``worker_gpus``; there are as many of
    both as fit beside one CPU that is kept for writing. Of several machines the largest is counted out: when one
    dies, its actors start again on the others. Numbers that the configuration gives stay as they are.
    """
    decode_cores = config.decode_cores or max(1, int(min(node.cpus for node in nodes)) // 2)
    worker_cores = config.worker_cores or 1
    left = sorted(nodes, key=lambda node: node.cpus)[:-1] or list(nodes)
    room = sum(node.cpus for node in left) - 1 - _unusable(left, max(decode_cores, worker_cores))
    workers = pairs = max(1, min(len(nodes), int(room // (decode_cores + worker_cores))))
    decoders = config.decoders or pairs
    if config.worker_gpus:
        slots = sorted(_gpu_slots(node, config.worker_gpus) for node in nodes)
        beside = int(room - decoders * decode_cores) // worker_cores
        workers = max(1, min(sum(slots[:-1] or slots), beside))
    return dataclasses.replace(
        config,
        decode_cores=decode_cores,
        worker_cores=worker_cores,
        decoders=decoders,
        workers=config.workers or workers,
    )


def check_fits(config: BulkConfig, nodes: Sequence[Node]) -> None:
    """Refuse a run of which Ray might not find room for some actor, wherever it puts the others.

    Raises:
        ConfigError: the actors and the CPU for writing are more than the cluster surely has room for.
    """
    unusable = _unusable(nodes, max(config.decode_cores, config.worker_cores))
    have = sum(node.cpus for node in nodes) - unusable
    if cpus_of(config) > have:
        scattered = f" that are sure to lie together ({unusable} may be scattered)" if unusable else ""
        raise ConfigError(
            f"{config.decoders} decoders of {config.decode_cores} CPUs, {config.workers} workers of "
            f"{config.worker_cores} and one CPU for writing need {cpus_of(config)}; "
            f"the cluster has {have:g}{scattered}: ask for fewer"
        )
    slots = sum(_gpu_slots(node, config.worker_gpus) for node in nodes)
    if config.worker_gpus and config.workers > slots:
        asked = f"{config.workers} x {config.worker_gpus:g} GPU"
        raise ConfigError(f"the workers take {asked}; the cluster has room for {slots} of that size")


def cpus_of(config: BulkConfig) -> int:
    """Return the CPUs that a sized run asks of Ray: its actors, and one for writing."""
    return config.decoders * config.decode_cores + config.workers * config.worker_cores + 1


def _unusable(nodes: Sequence[Node], cores: int) -> int:
    """Return the CPUs that may be free, too few on each machine, while an actor of so many cores finds no room."""
    return (len(nodes) - 1) * (cores - 1)


def _gpu_slots(node: Node, share: float) -> int:
    """Return the workers of a share that fit on a machine's GPUs: one that takes a part of a GPU takes it of one."""
    if not share:
        return 0
    return int(node.gpus / share + 1e-9) if share >= 1 else int(node.gpus) * int(1 / share + 1e-9)


@contextlib.contextmanager
def ray_cluster(config: BulkConfig, *, address: str = "") -> Iterator[BulkConfig]:
    """Join a cluster, or start one on this machine, and yield the configuration sized for it.

    A cluster that is started here ends with the block. It asks for a secret of every connection, shows no dashboard and
    reports nothing to anyone. CPUs are Ray's way of counting there: it is told of as many as the run asks for.

    Raises:
        ConfigError: the run does not fit on the cluster.
        LandmarqError: the cluster can't be reached.
    """
    require_ray()
    _set_environment(alone=not address)
    import ray
    import ray.data

    for name in ("ray", "ray.data"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what matters of it becomes an error or the report
    if ray.is_initialized():  # the caller's own cluster, which stays
        yield _checked(config)
        return
    if not address:
        # Room for a decoder of all cores, a worker and the writing; more where the configuration asks for more.
        config = dataclasses.replace(config, decode_cores=config.decode_cores or cores())
        config = sized(config, [Node(cpus=cores() + 2.0)])
        options: dict[str, Any] = {"num_cpus": cpus_of(config), "include_dashboard": False}
    else:
        options = {}
    try:
        with _without_native_log():
            ray.init(address=address or "local", log_to_driver=False, logging_level=logging.CRITICAL, **options)
    except Exception as error:  # noqa: BLE001 - what Ray raises when it does not start has no class of its own
        failed = f"the Ray cluster at {address} can't be joined" if address else "Ray does not start"
        raise LandmarqError(f"{failed}: {(str(error).splitlines() or [''])[0][:200]}") from None
    try:
        # What Ray says of workers that die it prints; the output is the caller's.
        with contextlib.redirect_stdout(sys.stderr):
            yield _checked(config)
    finally:
        ray.shutdown()


def _checked(config: BulkConfig) -> BulkConfig:
    import ray

    nodes = _nodes()
    config = sized(config, nodes)
    check_fits(config, nodes)
    free = ray.available_resources().get("CPU", 0.0)
    if free < cpus_of(config):
        log.warning("others use the cluster: of the %d CPUs that are asked for %d are free", cpus_of(config), free)
    return config


def _nodes() -> list[Node]:
    import ray

    alive = [node["Resources"] for node in ray.nodes() if node["Alive"]]
    return [Node(each.get("CPU", 0.0), each.get("GPU", 0.0)) for each in alive]


def _set_environment(*, alone: bool) -> None:
    """Nothing of a run is told to Ray's makers, and only errors to the person; Ray reads this when it is imported."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    if alone and "ray" not in sys.modules:  # Ray listens on every network of the machine
        os.environ.setdefault("RAY_AUTH_MODE", "token")
        os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))


@contextlib.contextmanager
def _without_native_log() -> Iterator[None]:
    """Keep what Ray's native part says of its own settings off the terminal; its errors come as exceptions."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with open(os.devnull, "wb") as nothing:  # noqa: PTH123 - a descriptor is wanted, not a file
            os.dup2(nothing.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
