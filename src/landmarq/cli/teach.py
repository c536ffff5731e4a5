"""``landmarq teach``: a landmark of one's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from landmarq.cli.options import FOLDER, pack_options

if TYPE_CHECKING:
    from landmarq.albums import Contested
    from landmarq.runtime import Runtime
    from landmarq.types import Place
    from landmarq.workspace import TeachReport


@click.command(name="teach")
@click.argument("name", required=False)
@click.argument("photos", nargs=-1, type=FOLDER)
@click.option("--folders", type=FOLDER, help="Teach in bulk: one landmark for each folder in this one.")
@click.option("--landmarks", type=FOLDER, help="Landmark table with the name, city and place of each of the folders.")
@click.option("--load", type=FOLDER, help="Take over a pack that was taught elsewhere, instead.")
@click.option("--library", type=FOLDER, default=Path("landmarq-albums"), show_default=True, help="The albums to teach.")
@click.option("--city", default="", help="City under which its album stands.")
@click.option("--country", default="", help="Country of that city.")
@click.option("--place", "place", type=(float, float), metavar="LAT LON", help="Where it stands, in degrees.")
@click.option("--preview", is_flag=True, help="Only tell what would enter the album.")
@click.option("--move", is_flag=True, help="Move photos that look more like it out of the albums of others.")
@click.option("-o", "--out", type=FOLDER, help="Save it as a pack too, to be used elsewhere with --pack.")
@pack_options
def command(
    name: str | None,
    photos: tuple[Path, ...],
    folders: Path | None,
    landmarks: Path | None,
    load: Path | None,
    library: Path,
    city: str,
    country: str,
    place: tuple[float, float] | None,
    preview: bool,
    move: bool,
    out: Path | None,
    packs: tuple[Path, ...],
    model: Path | None,
    runtime: Runtime,
) -> None:
    """Teach the landmark NAME from PHOTOS (3 to 5 that surely show it), and sort the whole library anew.

    Nothing is trained and no other photo is opened: it takes seconds.
    """
    from landmarq import workspace
    from landmarq.cli.progress import progress_bar
    from landmarq.errors import InputError
    from landmarq.workspace.teaching import load as load_taught

    if [bool(folders), bool(photos), bool(load)].count(True) != 1:
        raise InputError("name a landmark and its photos, folders of photos with --folders, or a pack with --load")
    if landmarks and not folders:
        raise InputError("--landmarks goes with --folders: it says what each folder shows")
    where = _place(place)
    system = workspace.open_system(packs, model=model, runtime=runtime)
    if load:
        click.echo(f"Taken over: {', '.join(load_taught(system, load, library=library))}.")
        return
    with progress_bar("Reading photos") as progress:
        if folders:
            if not folders.is_dir():
                raise InputError(f"no such folder: {folders}")
            each = sorted(folder for folder in folders.iterdir() if folder.is_dir())
            reports = workspace.teach_folders(
                system,
                each,
                library=library,
                landmarks=landmarks,
                only_preview=preview,
                move=move,
                pack=out,
                progress=progress,
            )
        else:
            reports = [
                workspace.teach(
                    system,
                    name or "",
                    photos,
                    library=library,
                    city=city,
                    country=country,
                    place=where,
                    only_preview=preview,
                    move=move,
                    pack=out,
                    progress=progress,
                )
            ]
    if folders and not preview:
        taught = len({path for report in reports for path in report.entering})
        click.echo(f"{len(reports)} landmarks taught; {taught} photos are in their albums.")
        _tell_many(reports)
    else:
        for report in reports:
            _tell(report)
    if out:
        click.echo(f"Saved as a pack in {out}")


def _place(place: tuple[float, float] | None) -> Place | None:
    from landmarq.errors import InputError
    from landmarq.types import Place

    try:
        return Place(*place) if place else None
    except ValueError as error:
        raise InputError(str(error)) from None


def _tell(report: TeachReport) -> None:
    verb = "are in" if report.accepted else "would enter"
    click.echo(f"{len(report.entering)} photos {verb} the album {report.preview.landmark.name}.")
    if not report.accepted:
        for path in report.entering:
            click.echo(f"  {path}")
    for path, photo in report.contested:
        click.echo(f"{path} {_fate(report, photo)}.", err=True)


def _fate(report: TeachReport, photo: Contested) -> str:
    """Say in which albums a photo is that other landmarks claim too."""
    name, others = report.preview.landmark.name, " and ".join(report.names[other] for other in photo.others)
    if photo.content in report.moved:
        return f"moves to {name}, out of the album {others}"
    if photo.teaches:
        return f"teaches {name}, and is in the album {others} too"
    alike = f"looks more like {name}" if photo.nearer else f"looks like {name} too"
    return f"{alike}, and stays in the album {others}" + (" (--move takes it out)" if photo.nearer else "")


def _tell_many(reports: Sequence[TeachReport]) -> None:
    counts: Counter[str] = Counter()
    others: dict[str, set[str]] = {}
    for report in reports:
        for _, photo in report.contested:
            fate = _fates(report, photo)
            counts[fate] += 1
            others.setdefault(fate, set()).update(report.names[other] for other in photo.others)
    for fate, count in counts.items():
        click.echo(f"{count} photos {fate}: {', '.join(sorted(others[fate]))}.", err=True)


def _fates(report: TeachReport, photo: Contested) -> str:
    if photo.content in report.moved:
        return "move to them, out of other albums"
    if photo.teaches:
        return "teach one of them, and are in other albums too"
    return "look like them too, and stay in other albums"
