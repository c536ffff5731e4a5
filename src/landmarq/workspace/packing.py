"""``gallery`` as a library call: a catalog and its vectors in, a pack out."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from landmarq.catalog import Catalog, read_catalog, read_landmarks, read_references
from landmarq.embed import CatalogVectors, LandmarkVectors, VectorStore, by_landmark, catalog_vectors
from landmarq.errors import CatalogError
from landmarq.gallery import Gallery, GalleryConfig, build_gallery
from landmarq.pack import Background, Pack, PackInfo, ReferencePicture
from landmarq.runtime import read_model
from landmarq.types import Landmark, Vectors
from landmarq.workspace.attributions import write_attributions
from landmarq.workspace.provisional import provisional_thresholds
from landmarq.workspace.reference_pictures import write_reference_pictures


@dataclass(frozen=True)
class GalleryReport:
    """What one run of ``gallery`` built.

    Attributes:
        landmarks: number of landmarks; ``centroids`` and ``several`` (the share with more than one) describe them.
        pictures: references whose picture the pack carries.
        left_out: landmarks of the table for which there is no photo.
        unread: photos without a vector.
    """

    landmarks: int
    centroids: int
    several: float
    references: int
    pictures: int
    background: int
    left_out: tuple[str, ...]
    unread: int


def gallery(
    catalog: Path,
    *,
    landmarks: Path,
    vectors: Path,
    model: Path,
    out: Path,
    references: Path | None = None,
    roles: Sequence[str] = (),
    config: GalleryConfig | None = None,
    background: Background | None = None,
    name: str = "",
    licence: str = "",
    origin: str = "",
    pictures: bool = False,
) -> GalleryReport:
    """Build a pack of a catalog's landmarks from stored vectors.

    Its thresholds are provisional, from the background alone, until ``calibrate`` sets them. With ``pictures`` it
    carries a small picture of each reference whose row names a licence.

    Raises:
        CatalogError: a table is damaged, or the catalog has no photo of a landmark in ``landmarks``.
        ArtifactError: there are no vectors of the model.
    """
    config, fingerprint = config or GalleryConfig(), read_model(model)[0].fingerprint
    rows, table = _rows(catalog, roles), read_landmarks(landmarks)
    listed = read_references(references) if references else None
    with VectorStore(vectors) as store:
        photos = LandmarkVectors(store, rows, model=fingerprint)
        picked = catalog_vectors(store, listed, model=fingerprint) if listed else None
        chosen = by_landmark(picked) if picked else {}
        kept = tuple(each for each in table if each.id in photos or each.id in chosen)
        if not kept:
            raise CatalogError(f"no landmark of {landmarks} has a photo in {catalog}")
        built = _built(kept, photos, chosen, config)
    info = PackInfo(
        name=name or out.name,
        model=fingerprint,
        thresholds=provisional_thresholds(built),
        background=background or Background(),
        calibration={"kind": "provisional"},
        licence=licence,
        origin=origin,
        gallery=dataclasses.asdict(config),
    )
    shown = _pictures(out, kept, listed, picked) if pictures and listed and picked else ()
    Pack(info, kept, built, shown).save(out)
    known = {each.id for each in kept}
    write_attributions(out, rows, landmarks=known)
    return GalleryReport(
        landmarks=len(kept),
        centroids=len(built.centroids),
        several=built.share_with_several_centroids,
        references=len(built.references),
        pictures=len(shown),
        background=len(built.background),
        left_out=tuple(each.id for each in table if each.id not in known),
        unread=photos.unread,
    )


def _rows(catalog: Path, roles: Sequence[str]) -> Catalog:
    rows = read_catalog(catalog)
    rows = rows.with_roles(*roles) if roles else rows
    if not len(rows):
        raise CatalogError(f"{catalog} has no rows of the roles {', '.join(roles)}")
    return rows


def _built(
    kept: Sequence[Landmark], photos: LandmarkVectors, references: Mapping[str, Vectors], config: GalleryConfig
) -> Gallery:
    return build_gallery(
        [each.id for each in kept],
        photos=photos,
        references=references,
        background=photos.evenly("", at_most=config.max_background),
        config=config,
    )


def _pictures(
    out: Path, kept: Sequence[Landmark], listed: Catalog, picked: CatalogVectors
) -> tuple[ReferencePicture, ...]:
    """Write the pictures of the references, which stand in the gallery in the landmarks' order."""
    rows = [row for each in kept for row in picked.rows if row.landmark == each.id]
    return write_reference_pictures(out, listed, rows)
