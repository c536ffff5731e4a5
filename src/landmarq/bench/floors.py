"""The floor of a photo's cost, and how near ``landmarq albums`` comes to it.

The floor is 1 / (decode / cores + network): decoding on one core, shared by all of them, and the network on all.
Nothing else is in it: no hash, no thumbnail, no database, no pages, no process that hands a photo to another.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from landmarq import workspace
from landmarq.bench.machine import this_machine
from landmarq.bench.made_photos import make_photos
from landmarq.bench.table import Table
from landmarq.photos.decode import open_photo, read_bytes, squash, to_rgb
from landmarq.runtime import Network, Preprocessing, Runtime
from landmarq.types import Pixels

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class FloorsConfig:
    """What is measured.

    Attributes:
        megapixels: sizes of photos.
        seconds: photos are so many that ``albums`` takes about this long, all rounds together.
        rounds: measurements of each figure, in turn; the median counts.
        seed: of the photos made.
    """

    megapixels: tuple[int, ...] = (1, 4, 12, 48)
    seconds: float = 30.0
    rounds: int = 3
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        if not self.megapixels or self.seconds <= 0 or self.rounds < 1:
            raise ValueError("floors need a size, a time and a round")


@dataclass(frozen=True)
class Floor:
    """One size of photo; milliseconds a photo.

    Attributes:
        megapixels: its size.
        file_bytes: of one photo, on average.
        decode_ms: one process on one core, the others idle: file to the network's square.
        shared_ms: the same on one core while all others decode too; the floor leaves it out, as it does all that
            cores cost each other.
        network_ms: the network alone on all cores.
        albums_ms: all of ``landmarq albums`` on new photos, once its model is open.
        start_s: seconds until then: packs read, network compiled and checked.
        cores: how many.
    """

    megapixels: int
    file_bytes: float
    decode_ms: float
    shared_ms: float
    network_ms: float
    albums_ms: float
    start_s: float
    cores: int

    @property
    def floor_ms(self) -> float:
        """Milliseconds a photo that can't be gone under."""
        return self.decode_ms / self.cores + self.network_ms

    @property
    def share(self) -> float:
        """Share of the floor's rate that ``albums`` reaches."""
        return self.floor_ms / self.albums_ms


def measure_floors(
    config: FloorsConfig,
    *,
    folder: Path,
    sources: Sequence[Path] = (),
    packs: Sequence[Path] = (),
    model: Path | None = None,
    runtime: Runtime = "openvino",
    progress: Progress | None = None,
) -> list[Floor]:
    """Measure decoding, network and all of ``albums``, in turn, by size of photo.

    Args:
        config: sizes and rounds.
        folder: for photos and albums; some hundred MB, removed by the caller.
        sources: photos to enlarge.
        packs: as of ``albums``.
        model: likewise.
        runtime: likewise.
        progress: called with (steps done, steps).
    """
    system = workspace.open_system(packs, model=model, runtime=runtime)
    rng, done = np.random.default_rng(config.seed), 0
    floors = []
    for megapixels in config.megapixels:
        some = make_photos(folder / "few", megapixels=megapixels, count=8, rng=rng, sources=sources)
        once = _decode_ms(some, system.network) + _network_ms(some, system.network)
        count = max(24, int(1000 * config.seconds / config.rounds / once))
        files = make_photos(folder / "photos", megapixels=megapixels, count=count, rng=rng, sources=sources)
        if hasattr(os, "sync"):
            os.sync()  # hundreds of MB on their way to the disk would be measured too
        spent: list[tuple[float, ...]] = []
        for _ in range(config.rounds):
            some = files[:64]
            alone = (_decode_ms(some, system.network), _shared_ms(some, system.network))
            run = _albums(folder, packs=packs, model=model, runtime=runtime, count=len(files))
            spent.append((*alone, _network_ms(some, system.network), *run))
            done += 1
            if progress:
                progress(done, config.rounds * len(config.megapixels))
        decode, shared, network, albums, start = (statistics.median(each) for each in zip(*spent, strict=True))
        size = statistics.mean(file.stat().st_size for file in files)
        floors.append(Floor(megapixels, size, decode, shared, network, albums, start, this_machine().cores))
        shutil.rmtree(folder / "photos")
    return floors


def floors_table(floors: Sequence[Floor]) -> Table:
    """Return the floors as a table."""
    columns = (
        *("megapixels", "MB a file", "decode ms, 1 core", "beside others", "network ms, all cores", "floor ms"),
        *("albums ms", "of the floor %", "photos/s", "start s"),
    )
    rows = tuple(
        (
            *(each.megapixels, each.file_bytes / 1e6, each.decode_ms, each.shared_ms, each.network_ms, each.floor_ms),
            *(each.albums_ms, 100 * each.share, 1000 / each.albums_ms, each.start_s),
        )
        for each in floors
    )
    return Table("New photos into albums, milliseconds a photo", columns, rows)


def _decode_ms(files: Sequence[Path], network: Network) -> float:
    """Return the median milliseconds from a file to the network's square, in this process."""
    return statistics.median(_timed(lambda file=file: _square(file, network)) for file in files)  # type: ignore[misc]


def _shared_ms(files: Sequence[Path], network: Network) -> float:
    """Return the median milliseconds of the same where a process on each core decodes all of the files."""
    cores = this_machine().cores
    with multiprocessing.get_context("spawn").Pool(cores) as pool:
        work = (files, network.info.preprocessing)
        pool.starmap(_decode_all, [work] * cores, chunksize=1)  # all have started, and the files are in memory
        return statistics.median(itertools.chain.from_iterable(pool.starmap(_decode_all, [work] * cores, chunksize=1)))


def _decode_all(files: Sequence[Path], wanted: Preprocessing) -> list[float]:
    return [_timed(lambda file=file: _decoded(file, wanted)) for file in files]  # type: ignore[misc]


def _square(file: Path, network: Network) -> Pixels:
    return _decoded(file, network.info.preprocessing)


def _decoded(file: Path, wanted: Preprocessing) -> Pixels:
    image = to_rgb(open_photo(read_bytes(file), name=file, at_least=wanted.size).image)
    return squash(image, size=wanted.size, resampling=wanted.filter)


def _network_ms(files: Sequence[Path], network: Network) -> float:
    """Return the milliseconds a photo of the network on all cores, the best of five runs."""
    pixels = np.stack([_square(file, network) for file in files[:8]])
    pixels = np.concatenate([pixels] * 6)
    return min(_timed(lambda: network.embed(pixels)) for _ in range(5)) / len(pixels)


def _albums(
    folder: Path, *, packs: Sequence[Path], model: Path | None, runtime: Runtime, count: int
) -> tuple[float, float]:
    """Make albums of new photos; return the milliseconds a photo without the start, and the start in seconds."""
    # Nothing is removed before: ext4 gives the inodes of files just removed to no new file, and looks long for others.
    out = Path(tempfile.mkdtemp(dir=folder, prefix="albums"))
    opened: list[float] = []
    began = time.perf_counter()
    report = workspace.albums(
        [folder / "photos"],
        out=out,
        packs=packs,
        model=model,
        runtime=runtime,
        progress=lambda *_: opened.append(time.perf_counter()),
    )
    ended = time.perf_counter()
    if report.update.embedded != count:
        raise RuntimeError(f"{report.update.embedded} of {count} photos were embedded")
    return 1000 * (ended - opened[0]) / count, opened[0] - began


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)
