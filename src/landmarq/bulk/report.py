"""What came of a run, read from its partitions: so it is the same whether the run was stopped or not."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from landmarq.bulk.locations import open_location
from landmarq.bulk.output import PHOTOS_NAME, REPORT_NAME, UNREADABLE_NAME, Output, standing


@dataclass(frozen=True)
class BulkReport:
    """What the output holds.

    Attributes:
        sources: of the plan; ``finished`` of them are done.
        photos: with a row in the partitions, each once.
        recognized: of those, photos with at least one landmark.
        unreadable: of those, photos that can't be read, by kind of error; ``unreadable.csv`` names them.
        problems: (source, what keeps it from being finished), in the plan's order.
    """

    sources: int
    finished: int
    photos: int
    recognized: int
    unreadable: dict[str, int]
    problems: tuple[tuple[str, str], ...]


def report_on(output: Output, *, sources: int, problems: Sequence[tuple[str, str]]) -> BulkReport:
    """Count what the output holds, and write ``report.json`` and ``unreadable.csv``.

    Raises:
        StorageError: no space.
    """
    from pyarrow import compute

    photos = recognized = 0
    kinds: Counter[str] = Counter()
    with output.writing(UNREADABLE_NAME) as stream:
        stream.write(_csv_line("path", "kind", "error"))
        for batch in _batches(output, ["path", "error", "error_kind", "score"]):
            photos += batch.num_rows
            # In Arrow: a billion rows are not to become Python's objects one by one.
            recognized += compute.sum(compute.greater_equal(batch["score"], 0)).as_py() or 0
            for row in batch.filter(batch["error"].is_valid()).to_pylist():
                kinds[row["error_kind"]] += 1
                stream.write(_csv_line(row["path"], row["error_kind"], row["error"]))
    finished = len(standing(output.partitions()).finished)
    report = BulkReport(sources, finished, photos, recognized, dict(sorted(kinds.items())), tuple(problems))
    output.write(REPORT_NAME, (json.dumps(dataclasses.asdict(report), indent=1, ensure_ascii=False) + "\n").encode())
    return report


def _csv_line(*values: str) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(values)
    return line.getvalue().encode()


def partition_files(output: Output) -> tuple[Any, list[str]]:
    """Return the file system of the output and the paths of its partitions, in the order of the input."""
    system, root = open_location(output.location)
    return system, [f"{root}/{PHOTOS_NAME}/{name}" for name in output.partitions()]


def _batches(output: Output, columns: list[str]) -> Iterator[Any]:
    from pyarrow import dataset

    system, files = partition_files(output)
    if files:
        yield from dataset.dataset(files, filesystem=system, format="parquet").to_batches(columns=columns)
