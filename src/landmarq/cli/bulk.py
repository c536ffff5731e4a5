"""``landmarq bulk``: millions of photos, on a cluster."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from landmarq.cli.options import FOLDER, pack_options, rule_of, rule_options

if TYPE_CHECKING:
    from landmarq.pack import Strictness
    from landmarq.runtime import Runtime


@click.command(name="bulk")
@click.argument("location", metavar="INPUT")
@click.option("-o", "--out", required=True, help="Folder of the results: a path, or a URL such as s3://bucket/folder.")
@click.option("--address", default="", help="A Ray cluster that runs (auto, HOST:PORT). [default: one on this machine]")
@click.option("--decoders", default=0, help="Actors that decode. [default: by the cluster]")
@click.option("--decode-cores", default=0, help="Cores of each. [default: half of a machine's; here all]")
@click.option("--workers", default=0, help="Actors that run the model, a copy each. [default: by the cluster]")
@click.option("--worker-cores", default=0, help="Cores that each asks for. [default: 1]")
@click.option("--worker-gpus", default=0.0, show_default=True, help="GPUs that each asks for; 0.25 shares one by four.")
@click.option("--partition", default=512, show_default=True, help="Photos of one Parquet file; a multiple of 32.")
@click.option("--only-vectors", is_flag=True, help="Recognise nothing; takes --model and no pack.")
@click.option("--vectors", type=FOLDER, help="Put the vectors into this file too, for clean, gallery and calibrate.")
@click.option("--float32", is_flag=True, help="Do not use bf16, also where the processor has it.")
@pack_options
@rule_options
def command(
    location: str,
    out: str,
    address: str,
    decoders: int,
    decode_cores: int,
    workers: int,
    worker_cores: int,
    worker_gpus: float,
    partition: int,
    only_vectors: bool,
    vectors: Path | None,
    float32: bool,
    packs: tuple[Path, ...],
    model: Path | None,
    runtime: Runtime,
    strictness: Strictness,
    no_geo: bool,
    no_references: bool,
) -> None:
    """Recognise the photos of INPUT with Ray, and write answers and vectors as Parquet.

    INPUT is a folder of photos, of tar shards or of Parquet files (columns bytes, image or jpg; or path or url), one
    such file, a pattern, or a catalog (CSV); a path, or a URL that fsspec opens.

    Stopped, the same command goes on. Exit code 1 when a part of INPUT could not be done: report.json says which.
    """
    from landmarq.bulk import BulkConfig
    from landmarq.cli.progress import progress_bar
    from landmarq.errors import ConfigError, InputError
    from landmarq.workspace.bulk import bulk

    try:
        config = BulkConfig(
            partition_photos=partition,
            decoders=decoders,
            decode_cores=decode_cores,
            workers=workers,
            worker_cores=worker_cores,
            worker_gpus=worker_gpus,
        )
    except ValueError as wrong:
        raise ConfigError(str(wrong)) from None
    with progress_bar("Parts of the input") as progress:
        report = bulk(
            location,
            out=out,
            packs=packs,
            model=model,
            rule=rule_of(strictness, no_geo=no_geo, no_references=no_references),
            runtime=runtime,
            precision="float32" if float32 else "auto",
            only_vectors=only_vectors,
            vectors=vectors,
            config=config,
            address=address,
            progress=progress,
        )
    unread = sum(report.unreadable.values())
    what = "" if only_vectors else f", {report.recognized} with a landmark"
    click.echo(f"{report.photos} photos{what}, {unread} that can't be read.")
    for kind, count in report.unreadable.items():
        click.echo(f"{count} could not be read ({kind}); unreadable.csv names them.", err=True)
    for name, problem in report.problems:
        click.echo(f"Not done: {name}: {problem}", err=True)
    if report.problems:
        click.echo(f"{report.finished} of {report.sources} parts are done; the same command tries the rest.", err=True)
        sys.exit(1)
    if unread == report.photos:
        raise InputError("no photo could be read" if unread else f"{location} holds no photo")
