"""``landmarq albums``: the main job."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from landmarq.cli.options import FOLDER, opened_check, pack_options, rule_of, rule_options, verify_options

if TYPE_CHECKING:
    from landmarq.pack import Strictness
    from landmarq.runtime import Runtime


@click.command(name="albums")
@click.argument("photos", nargs=-1, type=FOLDER)
@click.option(
    "-o", "--out", type=FOLDER, default=Path("landmarq-albums"), show_default=True, help="Where the albums go."
)
@click.option("--exclude", "excludes", multiple=True, help="Leave out files and folders, such as '*/Screenshots/*'.")
@click.option("--links", type=FOLDER, help="Make folders there too, with a link to each photo in an album.")
@pack_options
@rule_options
@verify_options
def command(
    photos: tuple[Path, ...],
    out: Path,
    excludes: tuple[str, ...],
    links: Path | None,
    packs: tuple[Path, ...],
    model: Path | None,
    runtime: Runtime,
    strictness: Strictness,
    no_geo: bool,
    no_references: bool,
    verify: str | None,
    reference_photos: Path | None,
) -> None:
    """Make albums of the landmarks in PHOTOS (folders, searched to the bottom, or files).

    The albums are pages: open index.html. Photos are only read. Run it again after taking new photos, or
    after it was stopped: it does only what is left. Without PHOTOS it takes the folders of the last time.
    """
    # Imported here, as in every command: the help must not wait for the runtime.
    from landmarq import workspace
    from landmarq.albums import LIBRARY_FILE
    from landmarq.cli.progress import progress_bar

    rule = rule_of(strictness, no_geo=no_geo, no_references=no_references)
    first = not (out / LIBRARY_FILE).exists()

    def tell(system: workspace.System) -> None:
        if first:
            count = len(system.recognizer.landmarks)
            click.echo(f"Can recognise {count} landmarks (`landmarq landmarks` lists them).", err=True)

    with progress_bar("Reading photos") as progress:
        report = workspace.albums(
            photos,
            out=out,
            packs=packs,
            model=model,
            rule=rule,
            runtime=runtime,
            check=opened_check(verify, reference_photos),
            excludes=excludes,
            opened=tell,
            progress=progress,
        )
    _summary(report, out)
    if links:
        from landmarq.albums import link_albums

        click.echo(f"{link_albums(report.cities, links)} new links in {links}")


def _summary(report: object, out: Path) -> None:
    from landmarq.albums import INDEX_HTML, AlbumsReport

    if not isinstance(report, AlbumsReport):
        raise TypeError
    landmarks = sum(len(city.albums) for city in report.cities)
    update = report.update
    click.echo(
        f"{report.photos_in_albums} of {report.photos} photos in {landmarks} albums, {len(report.cities)} cities "
        f"({update.opened} photos opened, {update.embedded} embedded, {report.decided} decided)."
    )
    for reason, count in report.failed.items():
        hint = ": pip install 'landmarq[heic]'" if reason == "heic" else ""
        click.echo(f"{count} could not be read ({reason}{hint}); albums.json names them.", err=True)
    if report.skipped:
        click.echo(
            "Skipped: " + ", ".join(f"{count} {kind}" for kind, count in sorted(report.skipped.items())), err=True
        )
    for folder in report.denied:
        click.echo(f"Could not look into {folder}: what is known of its photos is kept.", err=True)
    click.echo(f"Open {out / INDEX_HTML}")
