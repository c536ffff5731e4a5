"""``landmarq gallery``: vectors into a pack."""

from __future__ import annotations

from pathlib import Path

import click

from landmarq.cli.options import FOLDER, notice_text
from landmarq.gallery.config import GalleryConfig
from landmarq.pack.thresholds import Background

_DEFAULT = GalleryConfig()
_BACKGROUND = Background()


@click.command(name="gallery")
@click.argument("catalog", type=FOLDER)
@click.option("--landmarks", type=FOLDER, required=True, help="Landmark table (CSV).")
@click.option("--vectors", type=FOLDER, required=True, help="File that `landmarq embed` wrote.")
@click.option("--model", type=FOLDER, required=True, help="Folder of the model that made the vectors.")
@click.option("--references", type=FOLDER, help="Reference photos (CSV: path,landmark).")
@click.option(
    "--reference-pictures",
    "pictures",
    is_flag=True,
    help="Carry a small picture of each reference whose row names a licence (columns licence, author).",
)
@click.option("--role", "roles", multiple=True, help="Use only the catalog's rows of this role; repeatable.")
@click.option(
    "--max-diameter",
    default=_DEFAULT.max_diameter,
    show_default=True,
    help="Largest dissimilarity (1 - similarity) within a cluster, 0 to 2.",
)
@click.option(
    "--min-cluster",
    default=_DEFAULT.min_cluster,
    show_default=True,
    help="Photos that make a cluster valid, however many the landmark has.",
)
@click.option(
    "--min-share",
    default=_DEFAULT.min_share,
    show_default=True,
    help="Share of a landmark's photos that makes a cluster valid where they are few.",
)
@click.option(
    "--background-weight",
    default=_BACKGROUND.weight,
    show_default=True,
    help="How far nearness to the photos without a landmark raises what a photo must reach.",
)
@click.option(
    "--background-nearest", default=_BACKGROUND.nearest, show_default=True, help="How many of them are averaged."
)
@click.option("--name", default="", help="Name of the pack; default: that of its folder.")
@click.option("--licence", default="", help="Licence of the pack.")
@click.option("--notice", type=FOLDER, help="Text file: what the pack was built of, and whose rights.")
@click.option("-o", "--out", type=FOLDER, required=True, help="Folder of the pack.")
def command(
    catalog: Path,
    landmarks: Path,
    vectors: Path,
    model: Path,
    references: Path | None,
    pictures: bool,
    roles: tuple[str, ...],
    max_diameter: float,
    min_cluster: int,
    min_share: float,
    background_weight: float,
    background_nearest: int,
    name: str,
    licence: str,
    notice: Path | None,
    out: Path,
) -> None:
    """Build a pack of the landmarks of CATALOG from stored vectors.

    Its thresholds are provisional until `landmarq calibrate` sets them.
    """
    from landmarq import workspace
    from landmarq.errors import ConfigError

    try:
        config = GalleryConfig(max_diameter=max_diameter, min_cluster=min_cluster, min_share=min_share)
        background = Background(background_weight, background_nearest)
    except ValueError as wrong:
        raise ConfigError(str(wrong)) from None
    report = workspace.gallery(
        catalog,
        landmarks=landmarks,
        vectors=vectors,
        model=model,
        references=references,
        roles=roles,
        config=config,
        background=background,
        name=name,
        licence=licence,
        origin=notice_text(notice),
        out=out,
        pictures=pictures,
    )
    click.echo(
        f"{report.landmarks} landmarks, {report.centroids} centroids ({report.several:.0%} of the landmarks have "
        f"several), {report.references} references, {report.background} background vectors."
    )
    if pictures:
        click.echo(f"{report.pictures} references have a picture with a licence.")
    if report.left_out:
        click.echo(f"Without a photo, left out: {', '.join(report.left_out)}.", err=True)
    if report.unread:
        click.echo(f"{report.unread} photos have no vector, left out.", err=True)
