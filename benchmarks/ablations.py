"""The ablation table of training: every row trains, exports, embeds, builds a gallery and is scored.

    python benchmarks/ablations.py PHOTOS --weights densenet169.safetensors -o runs/ablations
    python benchmarks/ablations.py PHOTOS --weights densenet169.safetensors -o runs/ablations --row arcface

PHOTOS is a folder with ``photos.csv``, ``landmarks.csv``, ``references.csv`` and ``crawl.csv``. All rows share the
budget of ``ablations.toml``; ``ablation_rows.py`` says what each changes. Stopped or killed, the same command goes on:
a row that is done is left alone, a training under way resumes. The figures are those of the ``val`` roles; ``--final``
adds those of the ``test`` roles, for the very end. ``table.json`` in the folder holds the rows that are done.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from pathlib import Path

BUDGET = Path(__file__).with_name("ablations.toml")


def main() -> None:
    """Run the table."""
    # Imported here: the processes that decode photos import this file too, and torch does not fit their memory.
    from rich.console import Console

    from ablation_catalogs import World
    from ablation_rows import table_rows
    from ablation_stages import Stages
    from ablation_table import run, write_table
    from landmarq.errors import LandmarqError
    from landmarq.training.config import read_config
    from landmarq.training.progress import ConsoleReporter

    options = _options()
    base = read_config(options.budget)
    if options.weights:
        base = dataclasses.replace(base, network=dataclasses.replace(base.network, weights=options.weights))
    world = World.open(options.photos)
    rows = table_rows(base, landmarks=world.landmarks, sources=world.sources)
    unknown = set(options.row) - {row.name for row in rows}
    if unknown:
        sys.exit(f"no such row: {', '.join(unknown)}; there are {', '.join(row.name for row in rows)}")
    chosen = [row for row in rows if not options.row or row.name in options.row]
    with ConsoleReporter(Console(stderr=True)) as reporter:
        stages = Stages(world, options.out, next(row for row in rows if not row.trains), reporter)
        try:
            run(chosen, stages, final=options.final, command=_command(options))
        except LandmarqError as error:
            sys.exit(f"ablations: {error}")
        finally:
            write_table(rows, world, options.out, base)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--weights", default="", help="what the backbone starts from, in place of the budget's")
    parser.add_argument("--budget", type=Path, default=BUDGET)
    parser.add_argument("-o", "--out", type=Path, required=True)
    parser.add_argument("--row", action="append", default=[], help="only this row; repeatable")
    parser.add_argument("--final", action="store_true", help="measure the test roles too")
    return parser.parse_args()


def _command(options: argparse.Namespace) -> str:
    """Return the command as it is told of: where its files lay is nobody's business."""
    weights = f" --weights {Path(options.weights).name}" if options.weights else ""
    budget = f" --budget {options.budget.name}" if options.budget != BUDGET else ""
    return f"python benchmarks/ablations.py PHOTOS{weights}{budget} -o {options.out.name}{' --final' * options.final}"


if __name__ == "__main__":
    main()
