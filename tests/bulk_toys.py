"""Photos for the tests of bulk runs, the stages without Ray, and the command as a person runs it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from landmarq.bulk import BulkConfig, Engine, EngineOpener, Output
from landmarq.bulk.output import standing
from landmarq.bulk.sources import Source
from landmarq.bulk.stages import Decode, Recognize, write_partition
from landmarq.bulk.tables import ANSWER
from landmarq.photos import PhotoView
from landmarq.types import Place
from toys import paint_photo

VIEW = PhotoView(32)
CONFIG = BulkConfig(partition_photos=32, decoders=1, decode_cores=1, workers=1, worker_cores=1)
Opener = Callable[[], Engine]


def given(sources: list[Source], output: Output) -> dict[str, Any]:
    """Return sources as Ray hands them to the first stage, with what the output has of each."""
    full = standing(output.partitions()).full
    done = [json.dumps(full.get(source.number, [])) for source in sources]
    return {"source": np.array([source.as_json() for source in sources]), "done": np.array(done)}


def through(sources: list[Source], opener: Opener, output: Output) -> list[dict[str, Any]]:
    """Take sources through the three stages, as Ray does, and return what the driver is told."""
    decode_stage, recognize_stage = Decode(VIEW, CONFIG), Recognize(opener, opener().fingerprint)
    told = []
    for batch in decode_stage(given(sources, output)):
        (row,) = [dict(zip(batch, values, strict=True)) for values in zip(*batch.values(), strict=True)]
        told.append(write_partition(recognize_stage(row), output))
    return told


def noise_photo(number: int) -> bytes:
    """Return a PNG of a few coloured squares, another for each number."""
    pixels = np.random.default_rng(number).integers(0, 256, (3, 4, 3), np.uint8).repeat(12, 0).repeat(12, 1)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def fill_folder(folder: Path, count: int) -> list[Path]:
    """Write photos: coloured squares, a red tower with and without its place, and a file that is none."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count - 3):
        (folder / f"{number:04}.png").write_bytes(noise_photo(number))
    paint_photo(folder / "red.jpg", "red")
    paint_photo(folder / "red in Rome.jpg", "red", place=Place(41.9, 12.5))
    (folder / "broken.jpg").write_text("no photo")
    return sorted(folder.iterdir())


def json_line(row: dict[str, Any]) -> str:
    """Return a row of the results as the line that ``landmarq recognize --json`` writes of the same photo."""
    names = ("path", "error") if row["error"] else ("path", *(name for name, _ in ANSWER))
    return json.dumps({name: row[name] for name in names}, ensure_ascii=False)


def refuse_elsewhere(process: int, opener: EngineOpener) -> Engine:
    """Open an engine in one process; in any other there is no memory for it."""
    if os.getpid() != process:
        raise MemoryError
    return opener()


def die_elsewhere(process: int, opener: EngineOpener) -> Engine:
    """Open an engine in one process; any other is ended by the system, as one is that takes too much memory."""
    if os.getpid() != process:
        os.kill(os.getpid(), 9)
    return opener()


def landmarq(*words: object, expect: int = 0, timeout: float = 900) -> subprocess.CompletedProcess[str]:
    """Run a command as a person does, on no more of Ray than a test may take."""
    done = subprocess.run(
        [sys.executable, "-m", "landmarq", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
    )
    assert done.returncode == expect, done.stderr
    return done


def one_machine(folder: Path, *words: object) -> dict[str, str]:
    """Return what ``recognize --json`` says of each photo, by path."""
    lines = landmarq("recognize", "--json", folder, *words).stdout.splitlines()
    return {json.loads(line)["path"]: line for line in lines}
