"""``landmarq calibrate``: thresholds for a wanted precision of the albums."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from landmarq.cli.options import FOLDER, runtime_option
from landmarq.errors import InputError

if TYPE_CHECKING:
    from landmarq.evaluation.calibrating import CalibratedSet
    from landmarq.runtime import Runtime


@click.command(name="calibrate")
@click.argument("catalog", type=FOLDER)
@click.option("--pack", type=FOLDER, required=True, help="Folder of the pack.")
@click.option("--model", type=FOLDER, help="Folder of the model; default: the one in the pack.")
@click.option("--precision", type=float, help="Album precision to promise. [default: no promise, all sets by estimate]")
@click.option("--rate", default="0.01", show_default=True, help="Landmark rate of the libraries, or auto (--library).")
@click.option("--library", type=FOLDER, help="Folder of photos whose landmark rate is estimated, for --rate auto.")
@click.option(
    "--strictness",
    type=click.Choice(["strict", "normal", "loose"]),
    default="strict",
    show_default=True,
    help="Set of thresholds that the promise is made for.",
)
@click.option("--split", default="", help="Roles to calibrate on. [default: val]")
@click.option(
    "--vectors",
    type=FOLDER,
    default=Path("landmarq-vectors.sqlite"),
    show_default=True,
    help="File of vectors, made or added to.",
)
@runtime_option
@click.option("-o", "--out", type=FOLDER, help="Folder of the calibrated pack. [default: the pack itself]")
def command(
    catalog: Path,
    pack: Path,
    model: Path | None,
    precision: float | None,
    rate: str,
    library: Path | None,
    strictness: str,
    split: str,
    vectors: Path,
    runtime: Runtime,
    out: Path | None,
) -> None:
    """Set a pack's thresholds from the photos of CATALOG, on which its model was not trained.

    With --precision the thresholds are those that the photos can promise it with, at the landmark rate; where they
    can't, nothing is written, and it says how many photos without a landmark it takes. Without, all three sets are
    set by estimate, and the pack says what precision the photos support.
    """
    from landmarq.cli.progress import progress_bar
    from landmarq.workspace.calibration import calibrate

    with progress_bar("Embedding") as progress:
        report = calibrate(
            catalog,
            pack=pack,
            out=out or pack,
            vectors=vectors,
            model=model,
            runtime=runtime,
            split=split,
            precision=precision,
            rate=_rate(rate, library),
            strictness=strictness,  # type: ignore[arg-type]  # click checks the choice
            progress=progress,
        )
    if report.rate:
        interval = report.rate.interval()
        click.echo(f"Landmark rate of the library: {report.rate.rate:.2%} ({interval.low:.2%} to {interval.high:.2%})")
    for name, each in report.sets.items():
        _show(name, each)
    click.echo(f"Written to {out or pack}")


def _rate(text: str, library: Path | None) -> float | Path:
    if text == "auto":
        if library is None:
            raise InputError("--rate auto needs a library to look at: --library FOLDER")
        return library
    try:
        return float(text)
    except ValueError:
        raise InputError(f"a landmark rate is a number such as 0.01, or auto; not {text!r}") from None


def _show(name: str, each: CalibratedSet) -> None:
    limits = each.thresholds
    click.echo(f"{name}: eta {limits.eta:.4f}, eta_place {limits.eta_place:.4f}, rho {limits.rho:.4f}")
    for kind, found in (("no place", each.by_look), ("with a place", each.with_place)):
        click.echo(
            f"  {kind}: sensitivity {found.sensitivity:.1%}, {found.false_alarms} of {found.negatives} others pass; "
            f"album precision at {each.goal.rate:.2%}: {found.supported_precision:.1%} supported, "
            f"{found.estimated_precision:.1%} estimated"
        )
