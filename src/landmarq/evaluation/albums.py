"""Albums against the truth: which photos stand in a right album, which in a wrong one, which in none."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landmarq.artifacts import read_json
from landmarq.catalog import Catalog
from landmarq.errors import CatalogError
from landmarq.metrics import Proportion
from landmarq.types import Landmark


@dataclass(frozen=True, slots=True)
class RoleScore:
    """Photos of one role of the catalog.

    Attributes:
        role: of the catalog; may be empty.
        photos: rows of the catalog.
        shown: those that show a landmark.
        found: those in an album of the landmark that they show.
        wrong: placements in the album of a landmark that the photo does not show, and their landmarks:
            (path, landmark's name); a photo in two wrong albums counts twice.
    """

    role: str
    photos: int
    shown: int
    found: int
    wrong: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AlbumsScore:
    """Albums against a catalog; ``roles`` in the order asked for."""

    roles: tuple[RoleScore, ...]

    @property
    def precision(self) -> Proportion | None:
        """Share of the placements in albums that are right, over all roles; None where the albums are empty."""
        right = sum(each.found for each in self.roles)
        placed = right + sum(len(each.wrong) for each in self.roles)
        return Proportion(right, placed) if placed else None


def score_albums(
    albums: Path, truth: Catalog, *, roles: Sequence[str], landmarks: Sequence[Landmark] = ()
) -> AlbumsScore:
    """Compare ``albums.json`` with a catalog that says what each photo shows.

    Args:
        albums: the file.
        truth: rows with one landmark each, or none.
        roles: those to measure; the rows of others may be in albums too.
        landmarks: the truth's landmark table: an album is also right when its name is the landmark's, for what a
            person taught has an id of its own.

    Raises:
        CatalogError: an album holds a photo of which the catalog says nothing.
        ArtifactError: the file is missing or damaged.
    """
    rows = {_absolute(truth.file(row)): row for row in truth.rows}
    names = {each.id: each.name for each in landmarks}
    found: set[str] = set()
    wrong: dict[str, list[tuple[str, str]]] = {}
    for landmark in _landmarks(read_json(albums)):
        for photo in landmark["photos"]:
            row = rows.get(_absolute(Path(photo["path"])))
            if row is None:
                raise CatalogError(f"the catalog says nothing of {photo['path']}, which is in an album")
            if row.landmark and (landmark["id"] == row.landmark or landmark["name"] == names.get(row.landmark)):
                found.add(row.path)
            else:
                wrong.setdefault(row.role, []).append((row.path, landmark["name"]))
    return AlbumsScore(tuple(_role(role, truth, found, wrong.get(role, ())) for role in roles))


def _role(role: str, truth: Catalog, found: Set[str], wrong: Sequence[tuple[str, str]]) -> RoleScore:
    own = truth.with_roles(role).rows
    shown, in_album = sum(bool(row.landmark) for row in own), sum(row.path in found for row in own)
    return RoleScore(role, len(own), shown, in_album, tuple(wrong))


def _landmarks(value: Mapping[str, Any]) -> list[Any]:
    try:
        return [landmark for city in value["cities"] for landmark in city["landmarks"]]
    except (KeyError, TypeError):
        raise CatalogError("this is no albums.json: it has no cities") from None


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 - links stay as the person wrote them
