"""64 clients for two minutes on the real model, against the same photos through the library call.

The two take short turns, since other programs' share of the machine changes from minute to minute: a turn of the
server is compared with the library call before and after it, and the ratio is the median over the turns. The clients
run on the machine of the server and take their share of it, so they do little: requests are put together from bytes.
``LANDMARQ_LOAD_PHOTOS`` names a folder of other photos, and a few are enough; ``LANDMARQ_LOAD_SECONDS`` another time.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import math
import os
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest

from landmarq import workspace
from landmarq.embed import BATCH
from landmarq.photos import ReadLimits

pytestmark = pytest.mark.slow

CLIENTS, PHOTOS_A_REQUEST = 64, 2
SECONDS = float(os.environ.get("LANDMARQ_LOAD_SECONDS", "120"))
TURNS = 12
READ_AHEAD = ReadLimits().workers * ReadLimits().ahead + BATCH
PHOTOS_A_TURN = READ_AHEAD + int(200 * SECONDS / TURNS / 2)  # more than the library call can take in its part of a turn
MIN_RATIO, MAX_GROWTH = 0.8, 1.15
FORM = {"Content-Type": "multipart/form-data; boundary=fence"}


@dataclass
class Load:
    """What the clients saw; ``rates`` are the photos a second of each turn."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    memory_mb: list[float] = field(default_factory=list)


def memory_mb(process: int) -> float:
    """Return the memory of a process and its children in MB."""
    lines = subprocess.run(["ps", "-eo", "pid,ppid,rss"], capture_output=True, text=True, check=True).stdout.split("\n")
    rows = [tuple(map(int, line.split())) for line in lines[1:] if line.strip()]
    return sum(rss for pid, parent, rss in rows if process in {pid, parent}) / 1024


def enough(files: list[Path], folder: Path) -> list[Path]:
    """Return so many files that the library call, which takes each once, has some left at the end of a turn."""
    folder.mkdir()
    links = [folder / f"{number}.jpg" for number in range(len(files), max(len(files), PHOTOS_A_TURN))]
    for number, link in enumerate(links):
        link.symlink_to(files[number % len(files)].absolute())
    return [*files, *links]


def upload(paths: list[Path]) -> bytes:
    """Return the body of a request with some photos."""
    head = b'--fence\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'
    return b"".join(b"%b%b\r\n" % (head, path.read_bytes()) for path in paths) + b"--fence--\r\n"


async def put_under_load(load: Load, address: str, files: list[Path], process: int) -> None:
    """Let all clients ask as fast as they are answered, for one turn."""
    end = time.monotonic() + SECONDS / TURNS
    answered = photos = 0
    # It is counted from when every client had its first answer: from then on the queue is as full as it stays.
    since = end

    async def ask(client: httpx2.AsyncClient, number: int) -> None:
        nonlocal answered, photos, since
        at = PHOTOS_A_REQUEST * number
        while time.monotonic() < end:
            chosen = [files[(at + each) % len(files)] for each in range(PHOTOS_A_REQUEST)]
            at += PHOTOS_A_REQUEST * CLIENTS
            started = time.monotonic()
            answer = await client.post("/v1/recognize", content=upload(chosen), headers=FORM)
            load.statuses[answer.status_code] += 1
            if answer.status_code == 200:
                load.seconds.append(time.monotonic() - started)
                photos += len(answer.json()["photos"]) * (since <= time.monotonic() < end)
                answered += 1
                if answered == CLIENTS:
                    since = time.monotonic()
            else:
                await asyncio.sleep(float(answer.headers.get("retry-after", "1")))

    async def watch() -> None:
        while time.monotonic() < end:
            load.memory_mb.append(memory_mb(process))
            await asyncio.sleep(2)

    limits = httpx2.Limits(max_connections=CLIENTS)
    async with httpx2.AsyncClient(base_url=address, timeout=120, limits=limits) as client:
        await asyncio.gather(watch(), *(ask(client, number) for number in range(CLIENTS)))
    load.rates.append(photos / (end - since) if since < end else math.nan)


def photos_a_second(answers: Iterator[object], *, seconds: float) -> float:
    """Return the rate of a library call, once its readers have started and read ahead."""
    for _ in itertools.islice(answers, READ_AHEAD):
        pass
    started, photos = time.perf_counter(), 0
    for photos, _ in enumerate(answers, 1):
        # Whole batches: the answers of one come together.
        if photos % BATCH == 0 and time.perf_counter() - started > seconds:
            break
    return photos / (time.perf_counter() - started)


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_many_clients(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    pack, model = os.environ.get("LANDMARQ_LOAD_PACK"), os.environ.get("LANDMARQ_LOAD_MODEL")
    if not pack and workspace.starter_pack() is None:
        pytest.skip("needs the starter pack, or LANDMARQ_LOAD_PACK and LANDMARQ_LOAD_MODEL")
    folder = os.environ.get("LANDMARQ_LOAD_PHOTOS") or request.getfixturevalue("real_photos") / "train"
    files = enough(sorted(Path(folder).rglob("*.jpg")), tmp_path / "again")
    system = workspace.open_system([Path(pack)] if pack else (), model=Path(model) if model else None)
    options = ["--pack", pack] if pack else []
    options += ["--model", model] if model else []
    command = [sys.executable, "-m", "landmarq", "serve", str(tmp_path / "library"), "--port", "0", *options]
    load, alone = Load(), list[float]()

    def measure() -> None:
        answers = workspace.recognize(system, files)
        assert isinstance(answers, Generator)
        with contextlib.closing(answers):
            alone.append(photos_a_second(answers, seconds=SECONDS / TURNS / 2))

    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            address = server.stdout.readline().removeprefix("Open ").strip()
            for _ in range(TURNS):
                measure()
                asyncio.run(put_under_load(load, address, files, server.pid))
            measure()
        finally:
            server.send_signal(signal.SIGTERM)
    assert not any(map(math.isnan, load.rates)), f"{CLIENTS} answers take longer than a turn: LANDMARQ_LOAD_SECONDS"
    ratios = [rate / statistics.mean(alone[turn : turn + 2]) for turn, rate in enumerate(load.rates)]
    quantiles = statistics.quantiles(load.seconds, n=100)
    settled = len(load.memory_mb) // 3
    growth = max(load.memory_mb[-settled:]) / max(load.memory_mb[settled : 2 * settled])
    print(  # noqa: T201 - the figures are what this test is for
        f"\n{dict(load.statuses)}; photos/s served {_listed(load.rates)}, the library call in between "
        f"{_listed(alone)}: ratios {_listed(ratios, 2)}, median {statistics.median(ratios):.2f}; "
        f"p50 {quantiles[49]:.2f} s, p99 {quantiles[98]:.2f} s; "
        f"memory {max(load.memory_mb):.0f} MB, growth {growth:.3f}"
    )
    assert set(load.statuses) <= {200, 429}
    assert growth <= MAX_GROWTH
    assert statistics.median(ratios) >= MIN_RATIO


def _listed(figures: list[float], digits: int = 0) -> str:
    return " ".join(f"{each:.{digits}f}" for each in figures)
